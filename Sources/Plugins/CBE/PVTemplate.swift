/// How a case's number becomes the number of its official report (PV): `BR.30.L7.{number}/{year}`.
struct PVTemplate: Equatable, Sendable {
    let text: String
    private let pieces: [Piece]

    private enum Piece: Equatable, Sendable {
        case text(String)
        case number
        case year
    }

    /// The form in use is unconfirmed, so it is an option and not a constant.
    static let resident = PVTemplate(unchecked: "BR.30.L7.{number}/{year}")
    /// Cross-border numbers begin with `CB`.
    static let crossBorder = PVTemplate(unchecked: "CB.30.L7.{number}/{year}")

    private init(unchecked text: String) {
        self.text = text
        pieces = Array(
            text.split(separator: "{number}", omittingEmptySubsequences: false)
                .map { part in
                    part.split(separator: "{year}", omittingEmptySubsequences: false)
                        .map { [Piece.text(String($0))] }.joined(separator: [.year])
                }
                .joined(separator: [.number]))
    }

    /// Nil when `{number}` is not in it once, or a brace belongs to neither `{number}` nor `{year}`.
    init?(_ text: String) {
        self.init(unchecked: text)
        let isWhole = pieces.allSatisfy { piece in
            guard case .text(let text) = piece else { return true }
            return !text.contains("{") && !text.contains("}")
        }
        guard isWhole, pieces.count(where: { $0 == .number }) == 1 else { return nil }
    }

    func filled(number: String, year: Int) -> String {
        pieces.reduce(into: "") { filled, piece in
            switch piece {
            case .text(let text): filled += text
            case .number: filled += number
            case .year: filled += String(year)
            }
        }
    }
}
