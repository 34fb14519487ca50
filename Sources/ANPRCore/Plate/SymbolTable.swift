/// Bytes of a plate's text to symbols, for the way of a read: one load a byte, no branch on what it is.
///
/// Held by its user, not a global: a lazy global would be checked on each access.
struct SymbolTable: ~Copyable {
    /// For each byte: symbol in the low half, folded symbol in the high half; 0 for a separator; `odd` for a byte
    /// that the plain path does not know.
    private let table: Slab<UInt16>
    /// 37^n, to shift a plate of 12 - n characters to the left.
    private let powers: Slab<UInt64>

    private static let odd: UInt16 = 0x80

    init() {
        let table = Slab<UInt16>(count: 256)
        for byte in 0..<256 {
            table.base[byte] = Self.odd
            guard byte > 0, byte < 0x80 else { continue }
            switch Normalisation.contribution(Unicode.Scalar(UInt8(byte))) {
            case .symbol(let s): table.base[byte] = UInt16(s) | UInt16(Symbol.folded(s)) << 8
            case .separator: table.base[byte] = 0
            case .unsupported: break
            }
        }
        let powers = Slab<UInt64>(count: Limits.plateCharactersMax + 1)
        var power: UInt64 = 1
        for i in 0...Limits.plateCharactersMax {
            powers.base[i] = power
            power &*= 37  // SAFE: 37^12 < 2^63; the thirteenth product is not stored
        }
        self.table = table
        self.powers = powers
    }

    /// The plate and its skeleton; both zero when the text is no plate.
    @inline(__always)
    func plate(of text: PlateText) -> (Plate, Skeleton) {
        var plate: UInt64 = 0
        var skeleton: UInt64 = 0
        var count = 0
        var seen: UInt16 = 0
        let table = self.table.base
        var word = text.low
        var rest = text.high
        for _ in 0..<2 {
            while word != 0 {
                let entry = table[Int(word & 0xff)]
                let isSymbol = entry != 0
                // SAFE: at most 12 symbols count (checked below); more wrap and are thrown away.
                plate = isSymbol ? plate &* 37 &+ UInt64(entry & 0x7f) : plate
                skeleton = isSymbol ? skeleton &* 37 &+ UInt64(entry >> 8) : skeleton
                count &+= isSymbol ? 1 : 0
                seen |= entry
                word >>= 8
            }
            word = rest
            rest = 0
        }
        // A NUL inside the text would have ended the loops early: the plain path takes only texts without one.
        let isPlain = seen & Self.odd == 0 && text.hasNoInnerZero
        guard isPlain, count >= 1, count <= Limits.plateCharactersMax else {
            return isPlain ? (.none, Skeleton(word: 0)) : Self.slowPlate(of: text)
        }
        let shift = powers.base[Limits.plateCharactersMax &- count]
        return (Plate(word: plate &* shift), Skeleton(word: skeleton &* shift))
    }

    /// Texts beyond ASCII.
    @inline(never)
    private static func slowPlate(of text: PlateText) -> (Plate, Skeleton) {
        var symbols = InlineArray<12, UInt8>(repeating: 0)
        var n = 0
        var at = 0
        let end = text.byteCount
        while at < end {
            guard let scalar = text.scalar(at: &at) else { return (.none, Skeleton(word: 0)) }
            switch Normalisation.contribution(scalar) {
            case .separator: continue
            case .unsupported: return (.none, Skeleton(word: 0))
            case .symbol(let s):
                guard n < Limits.plateCharactersMax else { return (.none, Skeleton(word: 0)) }
                symbols[n] = s
                n += 1
            }
        }
        guard n > 0, let plate = Plate(symbols: symbols) else { return (.none, Skeleton(word: 0)) }
        return (plate, plate.skeleton)
    }
}

extension PlateText {
    /// No zero byte before the last that is not zero.
    @inline(__always)
    var hasNoInnerZero: Bool {
        // SAFE: the classic zero-byte test; borrow out of the top byte is meant to vanish.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let lowZeros = (low &- ones) & ~low & (ones << 7)
        let highZeros = (high &- ones) & ~high & (ones << 7)
        let lowIsFull = lowZeros == 0
        let lowOK = lowIsFull || (high == 0 && low >> UInt64(lowZeros.trailingZeroBitCount & 0x38) == 0)
        let highOK = highZeros == 0 || high >> UInt64(highZeros.trailingZeroBitCount & 0x38) == 0
        return lowOK && highOK
    }

    /// The UTF-8 character that starts at `at`, which moves past it; nil when the bytes are none (RFC 3629: no
    /// overlong forms, no surrogates).
    func scalar(at: inout Int) -> Unicode.Scalar? {
        let first = UInt32(byte(at))
        let length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
        guard length > 0, at + length <= Limits.plateTextBytes else { return nil }
        var value = length == 1 ? first : first & (0x7f >> UInt32(length))
        for i in 1..<max(1, length) {
            let next = UInt32(byte(at + i))
            guard next & 0xc0 == 0x80 else { return nil }
            value = value << 6 | next & 0x3f
        }
        if length == 3, value < 0x800 { return nil }
        if length == 4, value < 0x1_0000 { return nil }
        at += length
        return Unicode.Scalar(value)
    }
}
