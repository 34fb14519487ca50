/// Which first four characters a plate may have to match any of many patterns: a bit for each, 229 KiB.
///
/// In front of the patterns that are anchored at a plate's start: most plates are settled by one division by a constant
/// and one line of memory, before they are taken apart.
struct PrefixFilter: ~Copyable {
    /// 37 to the fourth: all beginnings of four characters, 0 for none.
    static let count = 1_874_161
    /// 37 to the eighth: what a plate's word is divided by.
    private static let divisor: UInt64 = 3_512_479_453_921
    /// Above this share of all beginnings it would settle too little for what it costs.
    private static let bitsMax = count / 2

    let words: Slab<UInt64>

    /// Of patterns in canonical text. Nil when there are none, or too many beginnings are possible.
    init?(_ patterns: [String]) {
        guard !patterns.isEmpty else { return nil }
        let words = Slab<UInt64>(count: (Self.count + 63) / 64)
        var bits = 0
        for pattern in patterns {
            guard bits <= Self.bitsMax else { return nil }
            Self.note(Array(pattern.utf8)[...], after: 0, characters: 0, in: words.base, &bits)
        }
        guard bits <= Self.bitsMax else { return nil }
        self.words = words
    }

    /// Sets the bit of each beginning that `rest` can give to what stands before it.
    private static func note(
        _ rest: ArraySlice<UInt8>, after prefix: Int, characters: Int, in words: UnsafeMutablePointer<UInt64>,
        _ bits: inout Int
    ) {
        guard bits <= bitsMax else { return }
        guard characters < 4, let next = rest.first, next != UInt8(ascii: "*") else {
            // Past a `*` anything may follow, past the end nothing.
            var width = 1
            for _ in characters..<4 { width *= 37 }
            let end = rest.isEmpty ? 1 : width
            for index in prefix * width..<prefix * width + end {
                let bit: UInt64 = 1 << UInt64(index & 63)
                bits += words[index / 64] & bit == 0 ? 1 : 0
                words[index / 64] |= bit
            }
            return
        }
        let symbols = next == UInt8(ascii: "?") ? 1...36 : Int(Symbol.of(ascii: next))...Int(Symbol.of(ascii: next))
        for symbol in symbols {
            note(rest.dropFirst(), after: prefix * 37 + symbol, characters: characters + 1, in: words, &bits)
        }
    }

    /// Whether a plate begins as none of the patterns can.
    @inline(__always)
    static func rulesOut(_ plate: Plate, _ words: UnsafePointer<UInt64>) -> Bool {
        // SAFE: a plate's word is below 37^12, the quotient below `count`.
        let index = plate.word / divisor
        return words[Int(truncatingIfNeeded: index &>> 6)] &>> (index & 63) & 1 == 0
    }
}
