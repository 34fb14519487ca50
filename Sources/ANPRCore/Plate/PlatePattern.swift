/// Why a text is no pattern.
package enum PatternError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    /// More than `PlatePattern.charactersMax` characters once separators are dropped.
    case tooLong
    case unsupportedCharacter(Unicode.Scalar)
    /// `*`, `??`: it would match every plate, or every plate of a length.
    case onlyWildcards
    /// It asks for more characters than a plate has.
    case neverMatches

    package var description: String {
        switch self {
        case .empty: "no letter, digit, ? or *"
        case .tooLong: "more than \(PlatePattern.charactersMax) letters, digits, ? and *"
        case .unsupportedCharacter(let c):
            "character U+\(String(c.value, radix: 16, uppercase: true)) is no letter, digit, ? or *"
        case .onlyWildcards: "needs at least one letter or digit beside ? and *"
        case .neverMatches: "asks for more than the \(Limits.plateCharactersMax) characters that a plate has"
        }
    }
}

/// A plate known in part: letters and digits, `?` for exactly one character, `*` for any run, also none.
///
/// Kept in one form: in a run of wildcards the `?` stand first and at most one `*` follows (`*?*` is `?*`), so
/// that two patterns of one form are equal. Its `matches` is the plain one that faster forms are held to.
package struct PlatePattern: BitwiseCopyable, Hashable, Sendable {
    /// Symbols 1...36 as in a plate, then the two wildcards.
    private let elements: InlineArray<24, UInt8>
    private let count: Int

    static let anyOne: UInt8 = 37
    static let anyRun: UInt8 = 38
    package static let charactersMax = 24

    /// Normalises a text as `Plate.init` does, and keeps `?` and `*` (also in full width).
    package init(_ text: some StringProtocol) throws(PatternError) {
        var elements = InlineArray<24, UInt8>(repeating: 0)
        var n = 0
        var given = 0
        var fixed = 0
        var literals = 0
        for scalar in text.unicodeScalars {
            guard let element = try Self.element(scalar) else { continue }
            given += 1
            guard given <= Self.charactersMax else { throw .tooLong }
            let afterRun = n > 0 && elements[n - 1] == Self.anyRun
            if element == Self.anyRun {
                if afterRun { continue }
            } else {
                fixed += 1
                if element != Self.anyOne { literals += 1 }
            }
            if afterRun && element == Self.anyOne {  // `*?` is `?*`
                elements[n - 1] = Self.anyOne
                elements[n] = Self.anyRun
            } else {
                elements[n] = element
            }
            n += 1
        }
        guard n > 0 else { throw .empty }
        guard literals > 0 else { throw .onlyWildcards }
        guard fixed <= Limits.plateCharactersMax else { throw .neverMatches }
        self.elements = elements
        count = n
    }

    /// What a scalar stands for; nil for a separator.
    private static func element(_ scalar: Unicode.Scalar) throws(PatternError) -> UInt8? {
        switch scalar.value {
        case 0x3f, 0xff1f: return anyOne
        case 0x2a, 0xff0a: return anyRun
        default: break
        }
        switch Normalisation.contribution(scalar) {
        case .symbol(let symbol): return symbol
        case .separator: return nil
        case .unsupported: throw .unsupportedCharacter(scalar)
        }
    }

    /// Whether a plate is of this form. `Plate.none` is of none.
    package func matches(_ plate: Plate) -> Bool {
        let symbols = plate.symbols
        let length = plate.characterCount
        var i = 0  // in the plate
        var e = 0  // in the pattern
        // The last `*`, and the first character that it does not take (yet).
        var run = -1
        var afterRun = 0
        while i < length {
            if e < count && elements[e] == Self.anyRun {
                run = e
                afterRun = i
                e += 1
            } else if e < count && (elements[e] == Self.anyOne || elements[e] == symbols[i]) {
                i += 1
                e += 1
            } else if run >= 0 {  // the last `*` takes one character more
                afterRun += 1
                i = afterRun
                e = run + 1
            } else {
                return false
            }
        }
        if e < count && elements[e] == Self.anyRun { e += 1 }
        return e == count
    }

    /// The place of the first wildcard, or the number of characters.
    private var prefixCount: Int {
        for i in 0..<count where elements[i] >= Self.anyOne { return i }
        return count
    }

    /// No wildcard: it is a plate.
    package var isLiteral: Bool { prefixCount == count }

    /// The characters before the first wildcard; `Plate.none` when there is none. A literal pattern's plate.
    package var literalPrefix: Plate {
        var word: UInt64 = 0
        let n = prefixCount
        // SAFE: at most 12 symbols below 37 (`neverMatches`), so below 37^12 < 2^63.
        for i in 0..<Limits.plateCharactersMax { word = word &* 37 &+ UInt64(i < n ? elements[i] : 0) }
        return Plate(word: word)
    }

    /// The words of all plates that can match: those with the literal prefix, or the one plate of a literal pattern.
    package var prefixRange: ClosedRange<UInt64> {
        let prefix = literalPrefix
        return isLiteral ? prefix.word...prefix.word : prefix.wordsOfPrefix
    }

    package static func == (a: PlatePattern, b: PlatePattern) -> Bool {
        guard a.count == b.count else { return false }
        for i in 0..<a.count where a.elements[i] != b.elements[i] { return false }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        for i in 0..<count { hasher.combine(elements[i]) }
    }
}

extension PlatePattern: CustomStringConvertible {
    package var description: String {
        var text = ""
        for i in 0..<count {
            switch elements[i] {
            case Self.anyOne: text += "?"
            case Self.anyRun: text += "*"
            case let symbol: text.unicodeScalars.append(Unicode.Scalar(Symbol.ascii(symbol)))
            }
        }
        return text
    }
}

extension Plate {
    /// The words of all plates that begin with this one's characters, this one among them; of `Plate.none`: of all.
    package var wordsOfPrefix: ClosedRange<UInt64> {
        var width: UInt64 = 1
        for _ in characterCount..<Limits.plateCharactersMax { width &*= 37 }  // SAFE: at most 37^12 < 2^63
        return max(word, 1)...(word + width - 1)
    }
}
