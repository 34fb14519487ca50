/// Which beginnings of so many characters a plate may have to match any of many patterns.
///
/// In front of the patterns that are anchored at a plate's start: most plates are settled by one word of memory, before
/// they are taken apart. The words are as many as the possible beginnings ask for, so that what a hundred patterns
/// allow stays in the innermost cache.
struct PrefixFilter: ~Copyable {
    /// A pattern that allows more beginnings than this asks for a filter of fewer characters.
    private static let beginningsOfOneMax = 37 * 37 * 37
    /// All patterns together: 16 MiB of words.
    private static let beginningsMax = 1 << 23

    private let filter: WordFilter
    /// Nothing may begin so.
    static var none: PrefixFilter { PrefixFilter(beginnings: 0) }

    private init(beginnings: Int) {
        var count = 64
        // WHY: twice as sparse as long as that fits the innermost cache.
        while count * (count < 1024 ? 2 : 4) < beginnings { count *= 2 }
        filter = WordFilter(words: count, pages: .small)
    }

    /// Of patterns in canonical text. Nil: too many beginnings are possible.
    init?(_ patterns: [String], characters: Int) {
        var beginnings = 0
        for pattern in patterns { beginnings += Self.beginnings(of: pattern, characters: characters) }
        guard beginnings <= Self.beginningsMax else { return nil }
        self.init(beginnings: beginnings)
        for pattern in patterns {
            Self.forEachBeginning(Array(pattern.utf8)[...], after: 0, rest: characters) {
                filter.insert(Self.hash(beginning: $0))
            }
        }
    }

    /// Of a beginning as a number of base 37, below 2^32: what `clinux_beginnings` makes of a plate.
    static func hash(beginning: UInt64) -> UInt64 { beginning &* 0x9e37_79b1 }

    var view: WordFilterView { filter.view }
    var bytes: Int { filter.bytes }

    /// Whether a pattern's beginnings are better told by so many characters than by fewer. Not when there are too many
    /// of them, nor when all that follows the shorter ones is open: that fills a filter and rules nothing out.
    static func suits(_ pattern: String, characters: Int, ratherThan fewer: Int) -> Bool {
        let many = beginnings(of: pattern, characters: characters)
        return many <= beginningsOfOneMax && many <= 37 * beginnings(of: pattern, characters: fewer)
    }

    /// How many beginnings a pattern allows.
    private static func beginnings(of pattern: String, characters: Int) -> Int {
        var count = 1
        var at = 0
        for byte in pattern.utf8.prefix(characters) {
            guard byte != UInt8(ascii: "*") else { break }
            if byte == UInt8(ascii: "?") { count *= 36 }
            at += 1
        }
        // Past a `*` anything may follow, past the end nothing.
        if at < characters, at < pattern.utf8.count { for _ in at..<characters { count *= 37 } }
        return count
    }

    private static func forEachBeginning(
        _ pattern: ArraySlice<UInt8>, after beginning: UInt64, rest: Int, _ body: (UInt64) -> Void
    ) {
        guard rest > 0 else { return body(beginning) }
        guard let next = pattern.first else {
            return forEachBeginning(pattern, after: beginning * 37, rest: rest - 1, body)
        }
        let symbols: ClosedRange<UInt64>
        switch next {
        case UInt8(ascii: "*"): symbols = 0...36
        case UInt8(ascii: "?"): symbols = 1...36
        default: symbols = UInt64(Symbol.of(ascii: next))...UInt64(Symbol.of(ascii: next))
        }
        let following = next == UInt8(ascii: "*") ? pattern : pattern.dropFirst()
        for symbol in symbols {
            forEachBeginning(following, after: beginning * 37 + symbol, rest: rest - 1, body)
        }
    }
}
