/// What a camera sent for a plate: up to 16 bytes of UTF-8, zero padded, never changed.
package struct PlateText: BitwiseCopyable, Hashable, Sendable {
    package var low: UInt64
    package var high: UInt64

    @inline(__always)
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Cuts a text of more than 16 bytes at a character's edge; `wasCut` tells.
    package init(_ text: String, wasCut: inout Bool) {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        var n = 0
        wasCut = false
        for character in text {
            let utf8 = character.utf8
            guard n + utf8.count <= 16 else {
                wasCut = true
                break
            }
            for byte in utf8 {
                bytes[n] = byte
                n += 1
            }
        }
        self.init(bytes: bytes)
    }

    package init(_ text: String) {
        var wasCut = false
        self.init(text, wasCut: &wasCut)
    }

    package init(bytes: InlineArray<16, UInt8>) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for i in 0..<8 {
            low |= UInt64(bytes[i]) << UInt64(8 * i)
            high |= UInt64(bytes[i + 8]) << UInt64(8 * i)
        }
        self.init(low: low, high: high)
    }

    /// Byte `index` of 16.
    @inline(__always)
    package func byte(_ index: Int) -> UInt8 {
        let word = index < 8 ? low : high
        return UInt8(truncatingIfNeeded: word >> UInt64((index & 7) << 3))
    }

    /// Bytes before the padding.
    @inline(__always)
    package var byteCount: Int {
        high != 0 ? 16 - high.leadingZeroBitCount >> 3 : 8 - low.leadingZeroBitCount >> 3
    }

    /// As text; what is no UTF-8 shows as replacement characters.
    package var string: String {
        var bytes: [UInt8] = []
        for i in 0..<byteCount { bytes.append(byte(i)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
