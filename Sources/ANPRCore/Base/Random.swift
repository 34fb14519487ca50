/// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, the same on every machine.
///
/// The only source of randomness in the project, so that each run can be repeated from its seed.
package struct Random: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    @inline(__always)
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A number in 0..<bound (Lemire's multiply-shift; the bias is below 2^-32 for bounds below 2^32).
    @inline(__always)
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0)
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True with the probability given.
    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A number in [0, 1).
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A generator whose run is independent of this one's.
    package mutating func split() -> Random { Random(seed: next()) }
}
