/// How a case's number becomes the number of its official report (PV): `BR.30.L7.{number}/{year}`.
struct PVTemplate: Equatable, Sendable {
    let text: String

    /// The form in use is unconfirmed, so it is an option and not a constant.
    static let resident = PVTemplate(unchecked: "BR.30.L7.{number}/{year}")
    /// Cross-border numbers begin with `CB`.
    static let crossBorder = PVTemplate(unchecked: "CB.30.L7.{number}/{year}")

    private init(unchecked text: String) { self.text = text }

    /// Nil when `{number}` is not in it once, or a brace belongs to neither `{number}` nor `{year}`.
    init?(_ text: String) {
        let pieces = text.split(separator: "{number}", omittingEmptySubsequences: false)
        let rest = pieces.joined().replacing("{year}", with: "")
        guard pieces.count == 2, !rest.contains("{"), !rest.contains("}") else { return nil }
        self.text = text
    }

    func filled(number: String, year: Int) -> String {
        text.replacing("{number}", with: number).replacing("{year}", with: String(year))
    }
}
