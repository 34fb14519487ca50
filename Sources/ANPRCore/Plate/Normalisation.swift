/// Why a text is no plate.
package enum PlateError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong
    case unsupportedCharacter(Unicode.Scalar)
    case notUTF8

    package var description: String {
        switch self {
        case .empty: "no letter or digit"
        case .tooLong: "more than \(Limits.plateCharactersMax) letters and digits"
        case .unsupportedCharacter(let c):
            "character U+\(String(c.value, radix: 16, uppercase: true)) is no letter or digit"
        case .notUTF8: "not UTF-8"
        }
    }
}

/// How a text becomes a plate: letters to upper case, separators dropped, diacritics folded (an umlaut to
/// its letter, as the national registers do), full width to ASCII.
enum Normalisation {
    /// What a scalar contributes: a symbol, nothing, or it has no place in a plate.
    enum Contribution { case symbol(UInt8), separator, unsupported }

    static func contribution(_ scalar: Unicode.Scalar) -> Contribution {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a:
            .symbol(Symbol.of(ascii: UInt8(scalar.value)))
        case 0x20, 0x09, 0x2d, 0x2e, 0x2f, 0x3a, 0x5f, 0x7c,  // blank tab - . / : _ |
            0xa0, 0xad, 0xb7, 0x2010...0x2015, 0x2022, 0x2212, 0x3000, 0xff0d:
            .separator
        case 0x300...0x36f: .separator  // a combining mark folds away from its letter
        case 0xff10...0xff19, 0xff21...0xff3a, 0xff41...0xff5a:
            .symbol(Symbol.of(ascii: UInt8(scalar.value - 0xfee0)))
        default:
            folded(scalar.value).map { .symbol(Symbol.of(ascii: $0)) } ?? .unsupported
        }
    }

    /// Latin letters with diacritics, to their ASCII letter.
    private static func folded(_ value: UInt32) -> UInt8? {
        letters.first { $0.0.contains(value) }?.1.asciiValue
    }

    private static let letters: [(ClosedRange<UInt32>, Character)] = [
        (0xc0...0xc5, "A"), (0xc7...0xc7, "C"), (0xc8...0xcb, "E"), (0xcc...0xcf, "I"), (0xd1...0xd1, "N"),
        (0xd2...0xd6, "O"), (0xd8...0xd8, "O"), (0xd9...0xdc, "U"), (0xdd...0xdd, "Y"),
        (0xe0...0xe5, "A"), (0xe7...0xe7, "C"), (0xe8...0xeb, "E"), (0xec...0xef, "I"), (0xf1...0xf1, "N"),
        (0xf2...0xf6, "O"), (0xf8...0xf8, "O"), (0xf9...0xfc, "U"), (0xfd...0xfd, "Y"), (0xff...0xff, "Y"),
        (0x100...0x105, "A"), (0x106...0x10d, "C"), (0x10e...0x111, "D"), (0x112...0x11b, "E"),
        (0x11c...0x123, "G"), (0x124...0x127, "H"), (0x128...0x131, "I"), (0x134...0x135, "J"),
        (0x136...0x137, "K"), (0x139...0x142, "L"), (0x143...0x148, "N"), (0x14c...0x151, "O"),
        (0x154...0x159, "R"), (0x15a...0x161, "S"), (0x162...0x167, "T"), (0x168...0x173, "U"),
        (0x174...0x175, "W"), (0x176...0x178, "Y"), (0x179...0x17e, "Z"),
    ]
}

extension Plate {
    /// Normalises any text; typed error when it is no plate.
    package init(_ text: some StringProtocol) throws(PlateError) {
        var symbols = InlineArray<12, UInt8>(repeating: 0)
        var n = 0
        for scalar in text.unicodeScalars {
            switch Normalisation.contribution(scalar) {
            case .separator: continue
            case .unsupported: throw .unsupportedCharacter(scalar)
            case .symbol(let s):
                guard n < 12 else { throw .tooLong }
                symbols[n] = s
                n += 1
            }
        }
        guard n > 0, let plate = Plate(symbols: symbols) else { throw .empty }
        self = plate
    }
}
