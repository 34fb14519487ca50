/// A plate's symbols side by side, from the start and from the end.
struct SpreadPlate: BitwiseCopyable {
    let fromStart: SymbolBytes
    /// The last symbol first.
    let fromEnd: SymbolBytes
    let count: Int

    @inline(__always)
    init(_ plate: Plate, _ pairs: UnsafePointer<UInt16>) {
        // WHY halves, and pairs from a table: a division of 32 bits is short, and five are fewer than twelve.
        let high = UInt32(truncatingIfNeeded: plate.word / 2_565_726_409)  // 37^6
        let low = UInt32(truncatingIfNeeded: plate.word % 2_565_726_409)
        func pair(_ half: UInt32, _ power: UInt32) -> UInt64 {
            // SAFE: below 1,369 for a word below `Plate.wordEnd`.
            UInt64(pairs[Int(half / power % Self.pairCount)])
        }
        let squared = Self.pairCount &* Self.pairCount
        let left = SymbolBytes(
            a: pair(high, squared) | pair(high, Self.pairCount) << 16 | pair(high, 1) << 32 | pair(low, squared) << 48,
            b: pair(low, Self.pairCount) | pair(low, 1) << 16)
        count = left.b != 0 ? 16 &- left.b.leadingZeroBitCount / 8 : 8 &- left.a.leadingZeroBitCount / 8
        fromStart = left
        fromEnd = Self.reversed(left, count)
    }

    /// 37 times 37 pairs of symbols.
    private static let pairCount: UInt32 = 1369

    /// The first symbol of each pair in the low byte.
    static func pairs() -> Slab<UInt16> {
        let pairs = Slab<UInt16>(count: Int(pairCount))
        for i in 0..<Int(pairCount) { pairs.base[i] = UInt16(i / 37) | UInt16(i % 37) << 8 }
        return pairs
    }

    /// All sixteen bytes backwards, and then those that are no symbols off.
    @inline(__always)
    private static func reversed(_ bytes: SymbolBytes, _ count: Int) -> SymbolBytes {
        let (low, high) = (bytes.b.byteSwapped, bytes.a.byteSwapped)
        let shift = UInt64(16 &- count) &* 8  // 32 to 128
        return shift < 64
            ? SymbolBytes(a: low &>> shift | high &<< (64 &- shift), b: high &>> shift)
            : SymbolBytes(a: shift < 128 ? high &>> (shift &- 64) : 0, b: 0)
    }
}

/// Sixteen bytes as two words: a symbol a byte, 12 used.
struct SymbolBytes: Hashable, BitwiseCopyable, Sendable {
    var a: UInt64 = 0
    var b: UInt64 = 0

    subscript(index: Int) -> UInt8 {
        get { UInt8(truncatingIfNeeded: (index < 8 ? a : b) >> UInt64((index & 7) * 8)) }
        set {
            let shift = UInt64((index & 7) * 8)
            if index < 8 {
                a = a & ~(0xff << shift) | UInt64(newValue) << shift
            } else {
                b = b & ~(0xff << shift) | UInt64(newValue) << shift
            }
        }
    }

    @inline(__always)
    func masked(_ mask: SymbolBytes) -> SymbolBytes { SymbolBytes(a: a & mask.a, b: b & mask.b) }
    @inline(__always)
    var hash: UInt64 { spread(a ^ spread(b)) }
}
