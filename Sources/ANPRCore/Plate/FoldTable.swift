/// Plates to skeletons three characters at a time, for those who fold many: 100 KiB, made in half a millisecond.
struct FoldTable: ~Copyable {
    /// Folded, by three characters as a number of base 37.
    private let threes: Slab<UInt16>

    private static let three: UInt64 = 37 * 37 * 37
    private static let six = three * three

    init() {
        threes = Slab(count: Int(Self.three))
        let folded = (0..<37).map { UInt16(Symbol.folded($0)) }
        for number in 0..<Int(Self.three) {
            let twoFirst = folded[number / 1369] * 37 + folded[number / 37 % 37]
            threes.base[number] = twoFirst * 37 + folded[number % 37]
        }
    }

    /// What `Plate.skeleton` gives.
    @inline(__always)
    func skeleton(of plate: Plate) -> Skeleton {
        let high = plate.word / Self.six
        return Skeleton(word: folded(high) &* Self.six &+ folded(plate.word &- high &* Self.six))
    }

    /// Six characters.
    @inline(__always)
    private func folded(_ half: UInt64) -> UInt64 {
        // SAFE: a plate's word is below 37^12, so its halves are below 37^6 and their parts below 37^3.
        let first = half / Self.three
        let second = half &- first &* Self.three
        return UInt64(threes.base[Int(truncatingIfNeeded: first)]) &* Self.three
            &+ UInt64(threes.base[Int(truncatingIfNeeded: second)])
    }
}
