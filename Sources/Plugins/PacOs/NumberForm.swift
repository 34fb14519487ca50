import ANPRCore
import PluginKit

/// How national numbers were made from a day on: a prefix, a serial number, check characters.
struct NumberForm: Equatable, Sendable {
    let days: Range<Int>
    let prefix: [UInt8]
    let digits: Int
    let check: CheckCharacters

    var serialMax: UInt64 {
        var limit: UInt64 = 1
        for _ in 0..<digits { limit *= 10 }
        return limit - 1
    }

    /// Nil past the last serial number.
    func number(_ serial: UInt64) -> ExhibitNumber? {
        guard serial <= serialMax else { return nil }
        let text = String(serial)
        let body = prefix + Array(repeating: 0x30, count: digits - text.utf8.count) + Array(text.utf8)
        guard let check = check.characters(for: body) else { return nil }
        return ExhibitNumber(body + check)
    }

    /// Whether a text has this form, and its check characters hold.
    func holds(_ text: [UInt8]) -> Bool {
        isLike(text) && check.check(text)
    }

    /// The form alone, whatever the check characters say.
    func isLike(_ text: [UInt8]) -> Bool {
        text.count == prefix.count + digits + check.count && text.starts(with: prefix)
            && text[prefix.count..<prefix.count + digits].allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// All forms that there ever were: a number of an old form is good for as long as there is an exhibit that has it.
struct NumberForms: Equatable, Sendable {
    let forms: [NumberForm]

    static let columns = ["valid_from", "valid_to", "prefix", "digits", "check", "status", "source"]
    private static let digitsMax = 12

    /// The one by which numbers are given out on a day.
    func form(day: Int) -> NumberForm? { forms.first { $0.days.contains(day) } }

    /// A number that somebody typed, scanned or loaded.
    func number(_ text: [UInt8]) throws(Refusal) -> ExhibitNumber {
        if forms.contains(where: { $0.holds(text) }), let number = ExhibitNumber(text) { return number }
        let shown = String(decoding: text.prefix(40), as: UTF8.self)
        if forms.contains(where: { $0.isLike(text) }) {
            throw Refusal("check_characters", "'\(shown)' is misread or mistyped: its check characters do not hold")
        }
        throw Refusal("no_number", "'\(shown)' has the form of no exhibit's number")
    }

    init(path: String) throws(InputProblems) {
        forms = try DatedTable(path, columns: Self.columns) { (row, days, _) throws(InputProblem) in
            let prefix = Array(row.text("prefix").utf8)
            guard (1...4).contains(prefix.count), prefix.allSatisfy({ (0x41...0x5a).contains($0) }) else {
                throw row.problem("'prefix' must be 1 to 4 capital letters, not '\(row.text("prefix"))'")
            }
            guard let digits = Int(row.text("digits")), (4...Self.digitsMax).contains(digits) else {
                throw row.problem("'digits' must be 4 to \(Self.digitsMax), not '\(row.text("digits"))'")
            }
            guard let check = CheckCharacters(rawValue: row.text("check")) else {
                let names = CheckCharacters.allCases.map(\.rawValue).joined(separator: " or ")
                throw row.problem("'check' must be \(names), not '\(row.text("check"))'")
            }
            guard prefix.count + digits + check.count <= ExhibitNumber.charactersMax else {
                throw row.problem("a number would have more than \(ExhibitNumber.charactersMax) characters")
            }
            return ("number", NumberForm(days: days, prefix: prefix, digits: digits, check: check))
        }.rows
    }

    init(_ forms: [NumberForm]) { self.forms = forms }
}
