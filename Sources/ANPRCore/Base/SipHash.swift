/// A camera's 128-bit key. Never printed.
package struct SipKey: BitwiseCopyable, Hashable, Sendable {
    package let low: UInt64
    package let high: UInt64

    @inline(__always)
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// From 32 hexadecimal digits: byte 0 first, as in the reference implementation's vectors.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for i in 0..<16 {
            guard let high = Character(Unicode.Scalar(digits[2 * i])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[2 * i + 1])).hexDigitValue
            else { return nil }
            let byte = UInt64(high << 4 | low)
            if i < 8 { words.0 |= byte << UInt64(8 * i) } else { words.1 |= byte << UInt64(8 * (i - 8)) }
        }
        self.init(low: words.0, high: words.1)
    }
}

extension SipKey: CustomStringConvertible, CustomReflectable {
    /// Whatever prints a value that holds a key prints this.
    package var description: String { "(key)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// 128 bits that only the holder of the key could have made for the bytes of a frame.
package struct Seal: BitwiseCopyable, Sendable {
    package let low: UInt64
    package let high: UInt64

    @inline(__always)
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// In constant time: both words are looked at whatever the first says.
    @inline(__always)
    package func matches(_ other: Seal) -> Bool { (low ^ other.low) | (high ^ other.high) == 0 }
}

/// SipHash-2-4 with 128-bit output (Aumasson, Bernstein 2012; reference implementation's vectors in the tests).
/// RFC 9018 is the precedent for SipHash on UDP.
package struct SipHash: ~Copyable {
    private var v0, v1, v2, v3: UInt64

    @inline(__always)
    private init(_ key: SipKey) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    private mutating func round() {
        v0 = v0 &+ v1
        v2 = v2 &+ v3
        v1 = rotated(v1, 13) ^ v0
        v3 = rotated(v3, 16) ^ v2
        v0 = rotated(v0, 32)
        v2 = v2 &+ v1
        v0 = v0 &+ v3
        v1 = rotated(v1, 17) ^ v2
        v3 = rotated(v3, 21) ^ v0
        v2 = rotated(v2, 32)
    }

    @inline(__always)
    private func rotated(_ x: UInt64, _ n: UInt64) -> UInt64 { x &<< n | x &>> (64 &- n) }

    @inline(__always)
    private mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    @inline(__always)
    private mutating func finish() -> UInt64 {
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    /// The seal of some bytes.
    package static func seal(_ bytes: UnsafeRawBufferPointer, key: SipKey) -> Seal {
        var state = SipHash(key)
        let words = bytes.count >> 3
        // SAFE: 8 * words <= bytes.count, so every load is inside.
        if let base = bytes.baseAddress {
            for i in 0..<words { state.absorb(UInt64(littleEndian: (base + i &<< 3).loadUnaligned(as: UInt64.self))) }
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for i in words << 3..<bytes.count { last |= UInt64(bytes[i]) << UInt64(8 * (i & 7)) }
        state.absorb(last)
        state.v2 ^= 0xee
        let low = state.finish()
        state.v1 ^= 0xdd
        return Seal(low: low, high: state.finish())
    }
}
