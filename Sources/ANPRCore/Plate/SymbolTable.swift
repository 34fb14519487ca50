import CLinux

/// Bytes of a plate's text to symbols, for the way of a read: one line of memory a byte, no branch on what it is.
///
/// Held by its user, not a global: a lazy global would be checked on each access.
struct SymbolTable: ~Copyable {
    /// What a byte does to the plate and the skeleton that are being made: both are multiplied by `factor` (37; 1 for
    /// what is no symbol), and `value` is added.
    struct Step: BitwiseCopyable {
        /// Symbol in the low half, folded symbol in the high half; 0 when it is none.
        var value: UInt64
        var factor: UInt32
        /// Symbols in byte 0, zero bytes in byte 1, bytes that the plain path does not know in byte 2.
        var tally: UInt32
    }

    private let steps: Slab<Step>
    /// 37^n, to shift a plate of 12 - n characters to the left.
    private let powers: Slab<UInt64>
    /// The same for many texts at once.
    private let symbols: Slab<clinux_symbols>

    /// Bytes that are taken together: 37^6 fits into 32 bits, so that plate and skeleton share one multiplication.
    private static let groupBytes = 6

    init() {
        let steps = Slab<Step>(count: 256)
        for byte in 0..<256 { steps.base[byte] = Self.step(UInt8(byte)) }
        let powers = Slab<UInt64>(count: Limits.plateCharactersMax + 1)
        var power: UInt64 = 1
        for i in 0...Limits.plateCharactersMax {
            powers.base[i] = power
            power &*= 37  // SAFE: 37^12 < 2^63; the thirteenth product is not stored
        }
        symbols = Slab(count: 1)
        withUnsafeMutableBytes(of: &symbols.base.pointee.of_byte) { bytes in
            for byte in 0..<128 {
                let step = steps.base[byte]
                bytes[byte] = step.tally &>> 16 != 0 ? 0x80 : UInt8(truncatingIfNeeded: step.value)
            }
        }
        withUnsafeMutableBytes(of: &symbols.base.pointee.folded) { bytes in
            for symbol in 1...36 { bytes[symbol] = Symbol.folded(UInt8(symbol)) }
        }
        self.steps = steps
        self.powers = powers
    }

    /// Plates and skeletons of up to 64 texts, `stride` bytes apart, as far as that can be done side by side on this
    /// machine: a bit for each that is done. The others are asked for one by one.
    @inline(__always)
    func plates(
        of texts: UnsafeRawPointer, stride: Int, count: Int, _ plates: UnsafeMutablePointer<UInt64>,
        _ skeletons: UnsafeMutablePointer<UInt64>
    ) -> UInt64 { clinux_plates(symbols.base, texts, stride, UInt32(truncatingIfNeeded: count), plates, skeletons) }

    private static func step(_ byte: UInt8) -> Step {
        if byte == 0 { return Step(value: 0, factor: 1, tally: 1 << 8) }
        guard byte < 0x80 else { return Step(value: 0, factor: 1, tally: 1 << 16) }
        return switch Normalisation.contribution(Unicode.Scalar(byte)) {
        case .symbol(let s): Step(value: UInt64(s) | UInt64(Symbol.folded(s)) << 32, factor: 37, tally: 1)
        case .separator: Step(value: 0, factor: 1, tally: 0)
        case .unsupported: Step(value: 0, factor: 1, tally: 1 << 16)
        }
    }

    /// The plate and its skeleton; both zero when the text is no plate.
    @inline(__always)
    func plate(of text: PlateText) -> (Plate, Skeleton) {
        guard text.high >> 32 == 0 else { return longPlate(of: text) }
        let first = fold(text.low)
        let second = fold(text.low &>> 48 | text.high &<< 16)
        let tally = first.tally &+ second.tally
        let count = Int(tally & 0xff)
        // Twelve bytes were looked at; whatever is zero among them must stand at the end.
        let zeros = Int(tally &>> 8 & 0xff)
        let isPlain = tally &>> 16 == 0 && zeros == Self.groupBytes * 2 &- text.byteCount
        guard isPlain, count >= 1 else {
            return isPlain ? (.none, Skeleton(word: 0)) : Self.slowPlate(of: text)
        }
        // SAFE: at most 12 symbols: below 37^12.
        let byFirst = powers.base[Limits.plateCharactersMax &- Int(first.tally & 0xff)]
        let bySecond = powers.base[Limits.plateCharactersMax &- count]
        let half: UInt64 = 0xffff_ffff
        return (
            Plate(word: (first.value & half) &* byFirst &+ (second.value & half) &* bySecond),
            Skeleton(word: (first.value >> 32) &* byFirst &+ (second.value >> 32) &* bySecond)
        )
    }

    /// Six bytes, lowest first: symbols and folded symbols as numbers of base 37 in the two halves, and the tally.
    @inline(__always)
    private func fold(_ bytes: UInt64) -> (value: UInt64, tally: UInt32) {
        var value: UInt64 = 0
        var tally: UInt32 = 0
        for i in 0..<Self.groupBytes {
            let step = steps.base + Int(bytes &>> UInt64(8 &* i) & 0xff)
            // SAFE: each half stays below 37^6 < 2^32.
            value = value &* UInt64(step.pointee.factor) &+ step.pointee.value
            tally &+= step.pointee.tally
        }
        return (value, tally)
    }

    /// Texts of 13 to 16 bytes: separators, most often.
    @inline(never)
    private func longPlate(of text: PlateText) -> (Plate, Skeleton) {
        var symbols = InlineArray<12, UInt8>(repeating: 0)
        var count = 0
        for i in 0..<text.byteCount {
            let step = steps.base[Int(text.byte(i))]
            guard step.tally <= 1 else { return Self.slowPlate(of: text) }
            guard step.tally == 1 else { continue }
            guard count < Limits.plateCharactersMax else { return (.none, Skeleton(word: 0)) }
            symbols[count] = UInt8(truncatingIfNeeded: step.value)
            count += 1
        }
        guard count > 0, let plate = Plate(symbols: symbols) else { return (.none, Skeleton(word: 0)) }
        return (plate, plate.skeleton)
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
