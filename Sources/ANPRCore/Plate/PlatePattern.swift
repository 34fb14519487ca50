/// Why a text is no pattern.
package enum PatternError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong
    case onlyWildcards
    case unsupportedCharacter(Unicode.Scalar)

    package var description: String {
        switch self {
        case .empty: "nothing in it"
        case .tooLong: "more than \(PlatePattern.charactersMax) characters, or more than 12 that are not '*'"
        case .onlyWildcards: "it has no letter or digit, so it would match every plate"
        case .unsupportedCharacter(let c):
            "character U+\(String(c.value, radix: 16, uppercase: true)) is no letter, digit, '?' or '*'"
        }
    }
}

/// Plates by shape: letters and digits stand for themselves, `?` for exactly one character, `*` for any run of them, the
/// empty one included. Normalised as a plate is, and runs of `*` are one.
package struct PlatePattern: Hashable, Sendable, CustomStringConvertible {
    /// Canonical: A-Z, 0-9, `?`, `*`.
    package let description: String

    package static let charactersMax = 24

    package init(_ text: some StringProtocol) throws(PatternError) {
        var canonical = ""
        var fixed = 0
        var literals = 0
        for scalar in text.unicodeScalars {
            if scalar == "*" {
                if canonical.last != "*" { canonical.append("*") }
                continue
            }
            if scalar == "?" {
                canonical.append("?")
                fixed += 1
                continue
            }
            switch Normalisation.contribution(scalar) {
            case .separator: continue
            case .unsupported: throw .unsupportedCharacter(scalar)
            case .symbol(let s):
                canonical.unicodeScalars.append(Unicode.Scalar(Symbol.ascii(s)))
                fixed += 1
                literals += 1
            }
        }
        guard !canonical.isEmpty else { throw .empty }
        guard literals > 0 else { throw .onlyWildcards }
        guard canonical.utf8.count <= Self.charactersMax, fixed <= Limits.plateCharactersMax else { throw .tooLong }
        description = canonical
    }

    /// No wildcard in it: it is a plate.
    package var isLiteral: Bool { !description.contains("?") && !description.contains("*") }

    /// The letters and digits before the first wildcard.
    package var literalPrefix: String { String(description.prefix { $0 != "?" && $0 != "*" }) }

    /// The words of all plates that begin with the literal prefix: one range, since packing keeps the order.
    package var prefixRange: Range<UInt64> {
        var first: UInt64 = 0
        for byte in literalPrefix.utf8 { first = first * 37 + UInt64(Symbol.of(ascii: byte)) }
        var width: UInt64 = 1
        for _ in literalPrefix.utf8.count..<Limits.plateCharactersMax { width *= 37 }
        return first * width..<(first + 1) * width
    }

    /// The obvious way, character by character; the matcher's compiled form is held against it.
    package func matches(_ plate: Plate) -> Bool {
        Self.matches(Array(description.utf8)[...], Array(plate.description.utf8)[...])
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == 0x2a {
            return matches(pattern.dropFirst(), text) || (!text.isEmpty && matches(pattern, text.dropFirst()))
        }
        guard let character = text.first, first == 0x3f || first == character else { return false }
        return matches(pattern.dropFirst(), text.dropFirst())
    }
}
