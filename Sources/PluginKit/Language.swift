/// The languages that letters and pages are written in. The numbers are in ledgers.
package enum Language: UInt8, CaseIterable, Comparable, Sendable {
    case french = 1
    case dutch = 2
    case german = 3
    case english = 4

    package var code: String {
        switch self {
        case .french: "fr"
        case .dutch: "nl"
        case .german: "de"
        case .english: "en"
        }
    }

    package init?(code: String) {
        guard let language = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = language
    }

    package static func < (a: Language, b: Language) -> Bool { a.rawValue < b.rawValue }
}
