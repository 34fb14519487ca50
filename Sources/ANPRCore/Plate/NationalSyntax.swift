/// Why a text is no syntax.
package enum NationalSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case unexpected(Character)
    case unclosed(Character)
    case badSet
    case badRepeat

    package var description: String {
        switch self {
        case .empty: "is empty"
        case .unexpected(let c): "'\(c)' has no meaning here; expected A, 9, X, 'literal', [set] or {repeat}"
        case .unclosed(let c): "'\(c)' is not closed"
        case .badSet: "a set holds letters, digits and rising ranges such as [1-7E]"
        case .badRepeat: "a repeat is {2} or {1-3}, at most \(Limits.plateCharactersMax), after an element"
        }
    }
}

/// How the plates of one series of a country are built. Cold: it ranks and labels, off the way of a read.
///
/// Notation: `A` a letter, `9` a digit, `X` either, `'TX'` these characters, `[1-7E]` one of a set; `{2}` or `{1-3}`
/// after an element says how often it stands.
package struct NationalSyntax: Sendable, Equatable {
    /// One place or several alike: which symbols it takes (bit s for symbol s), and how often.
    private struct Element: Sendable, Equatable {
        var symbols: UInt64
        var countMin = 1
        var countMax = 1
    }

    private let elements: [Element]

    // Bits 1...10 are digits, 11...36 letters.
    private static let digits: UInt64 = (1 << 11) - 2
    private static let letters: UInt64 = (1 << 37) - (1 << 11)

    package init(_ text: String) throws(NationalSyntaxError) {
        var rest = Substring(text)
        var elements: [Element] = []
        while let c = rest.popFirst() {
            switch c {
            case "A": elements.append(Element(symbols: Self.letters))
            case "9": elements.append(Element(symbols: Self.digits))
            case "X": elements.append(Element(symbols: Self.letters | Self.digits))
            case "'":
                for literal in try Self.enclosed(&rest, from: c, to: "'") {
                    guard let s = Self.symbol(literal) else { throw .unexpected(literal) }
                    elements.append(Element(symbols: 1 << UInt64(s)))
                }
            case "[": elements.append(Element(symbols: try Self.set(Self.enclosed(&rest, from: c, to: "]"))))
            case "{":
                guard !elements.isEmpty else { throw .badRepeat }
                let times = try Self.times(Self.enclosed(&rest, from: c, to: "}"))
                elements[elements.count - 1].countMin = times.lowerBound
                elements[elements.count - 1].countMax = times.upperBound
            default: throw .unexpected(c)
            }
        }
        guard !elements.isEmpty else { throw .empty }
        self.elements = elements
    }

    private static func enclosed(
        _ rest: inout Substring, from open: Character, to close: Character
    ) throws(NationalSyntaxError) -> Substring {
        guard let end = rest.firstIndex(of: close) else { throw .unclosed(open) }
        defer { rest = rest[rest.index(after: end)...] }
        return rest[..<end]
    }

    /// Of an upper-case letter or a digit.
    private static func symbol(_ c: Character) -> UInt8? {
        guard let ascii = c.asciiValue, !(0x61...0x7a).contains(ascii) else { return nil }
        let symbol = Symbol.of(ascii: ascii)
        return symbol == 0 ? nil : symbol
    }

    private static func set(_ text: Substring) throws(NationalSyntaxError) -> UInt64 {
        var symbols: UInt64 = 0
        var rest = text
        while let first = rest.popFirst() {
            guard let low = symbol(first) else { throw .badSet }
            var high = low
            if rest.first == "-" {
                rest.removeFirst()
                guard let last = rest.popFirst(), let s = symbol(last), s > low else { throw .badSet }
                high = s
            }
            for s in low...high { symbols |= 1 << UInt64(s) }
        }
        guard symbols != 0 else { throw .badSet }
        return symbols
    }

    private static func times(_ text: Substring) throws(NationalSyntaxError) -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1],
            low >= 0, high >= max(low, 1), high <= Limits.plateCharactersMax
        else { throw .badRepeat }
        return low...high
    }

    package func matches(_ plate: Plate) -> Bool {
        !plate.isNone && matches(plate.symbols, from: 0, element: 0)
    }

    /// Whether the symbols from a place on are what the elements from one on ask for.
    private func matches(_ symbols: InlineArray<12, UInt8>, from: Int, element: Int) -> Bool {
        let left = Limits.plateCharactersMax - from
        guard element < elements.count else { return left == 0 || symbols[from] == 0 }
        let wanted = elements[element]
        var taken = 0
        while taken < wanted.countMin {
            guard taken < left, takes(wanted, symbols[from + taken]) else { return false }
            taken += 1
        }
        while true {
            if matches(symbols, from: from + taken, element: element + 1) { return true }
            guard taken < wanted.countMax, taken < left, takes(wanted, symbols[from + taken]) else { return false }
            taken += 1
        }
    }

    private func takes(_ element: Element, _ symbol: UInt8) -> Bool { element.symbols >> UInt64(symbol) & 1 != 0 }
}
