import Glibc

/// A blacklist as a file: `plate,country,reason[,case,priority,valid_from,valid_to,action,audience,covert]`.
///
/// `plate` is a plate, or a pattern with `?` (one character) and `*` (any run). `priority` is 0 (highest) to 100, 50
/// when empty. `valid_from` (inclusive) and `valid_to` (exclusive) are dates or instants in whole seconds; empty is
/// open.
/// `covert` is yes or no. `case` is mandatory unless the list's configuration gives a default.
package struct BlacklistFile: ~Copyable {
    package static let required = ["plate", "country", "reason"]
    package static let optional = ["case", "priority", "valid_from", "valid_to", "action", "audience", "covert"]

    /// One good line, in place: valid until the next.
    struct Row {
        var mark: Mark
        var country: Country
        var fromS: UInt32
        var toS: UInt32
        var priority: UInt8
    }

    enum Mark {
        case plate(Plate)
        case pattern(String)
    }

    private var rows: CSVReader
    private let plateColumn: Int
    private let countryColumn: Int
    private let reasonColumn: Int
    private let caseColumn, priorityColumn, fromColumn, toColumn, actionColumn, audienceColumn, covertColumn: Int?
    private let symbols: SymbolTable
    private let defaultCase: String
    package private(set) var problems = InputProblems()
    private(set) var wording = EntryTexts.Wording(reason: "", action: "", audience: "", isCovert: false)
    /// The wording's columns on the good line before, in place: lines with the same words are the rule.
    private var wordingFields = WordingFields()
    /// Whether `wording` is another than on the good line before.
    private(set) var wordingChanged = true
    /// A row's case number as bytes.
    private(set) var caseBytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private let defaultCaseBytes: Slab<UInt8>
    /// Where a case number is put that does not stand in the file as it reads.
    private let caseText = Slab<UInt8>(count: caseBytesMax + 1)
    private static let caseBytesMax = 255

    package init(file: String, bytes: UnsafeRawBufferPointer, defaultCase: String) throws(InputProblems) {
        let rows = try CSVReader(file: file, bytes: bytes, required: Self.required, optional: Self.optional)
        if rows.column("case") == nil, defaultCase.isEmpty {
            throw InputProblems(
                file: file, line: 1, "column 'case' is missing, and the list has no default case number")
        }
        symbols = SymbolTable()
        plateColumn = rows.column("plate")!
        countryColumn = rows.column("country")!
        reasonColumn = rows.column("reason")!
        caseColumn = rows.column("case")
        priorityColumn = rows.column("priority")
        fromColumn = rows.column("valid_from")
        toColumn = rows.column("valid_to")
        actionColumn = rows.column("action")
        audienceColumn = rows.column("audience")
        covertColumn = rows.column("covert")
        self.defaultCase = defaultCase
        let utf8 = Array(defaultCase.utf8)
        defaultCaseBytes = Slab(count: max(1, utf8.count))
        for (i, byte) in utf8.enumerated() { defaultCaseBytes.base[i] = byte }
        self.rows = rows
    }

    /// The next good line; bad ones are noted in `problems` and passed over. Nil at the end.
    mutating func next() -> Row? {
        while rows.nextRow() {
            do throws(InputProblem) { return try row() } catch { problems.add(error) }
        }
        return nil
    }

    private mutating func row() throws(InputProblem) -> Row {
        guard rows.isComplete else {
            throw rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)")
        }
        let mark = try mark()
        guard let country = country() else {
            throw rows.problem("'country' must be two letters or empty, not '\(rows.text(countryColumn))'")
        }
        let fromS = try seconds(fromColumn, "valid_from") ?? 0
        let toS = try seconds(toColumn, "valid_to") ?? .max
        guard fromS < toS else { throw rows.problem("'valid_from' must be before 'valid_to'") }
        var priority: UInt8 = 50
        if let text = rows.text(priorityColumn) {
            guard let value = UInt8(text), value <= 100 else {
                throw rows.problem("'priority' must be 0 to 100, not '\(text)'")
            }
            priority = value
        }
        try readWording()
        try readCase()
        return Row(mark: mark, country: country, fromS: fromS, toS: toS, priority: priority)
    }

    private mutating func readCase() throws(InputProblem) {
        caseBytes = raw(caseColumn)
        let isBlank = { (byte: UInt8?) in byte == 0x20 || byte == 0x09 }
        if let caseColumn, isBlank(caseBytes.first) || isBlank(caseBytes.last) || caseBytes.contains(0x22) {
            let text = rows.text(caseColumn).utf8.prefix(Self.caseBytesMax + 1)
            for (i, byte) in text.enumerated() { caseText.base[i] = byte }
            caseBytes = UnsafeRawBufferPointer(start: caseText.base, count: text.count)
        }
        if caseBytes.isEmpty {
            caseBytes = UnsafeRawBufferPointer(start: defaultCaseBytes.base, count: defaultCase.utf8.count)
        }
        guard !caseBytes.isEmpty else { throw rows.problem("'case' is empty; every entry needs a case number") }
        guard caseBytes.count <= Self.caseBytesMax else {
            throw rows.problem("'case' has more than \(Self.caseBytesMax) bytes")
        }
    }

    private func mark() throws(InputProblem) -> Mark {
        let field = rows.raw(plateColumn)
        if field.count <= Limits.plateTextBytes, let plate = shortPlate(field) { return .plate(plate) }
        let text = rows.text(plateColumn)
        if text.contains("*") || text.contains("?") {
            do throws(PatternError) { return .pattern(try PlatePattern(text).description) } catch {
                throw rows.problem("'plate' is no pattern: \(error)")
            }
        }
        do throws(PlateError) { return .plate(try Plate(text)) } catch {
            throw rows.problem("'plate' is no plate: \(error)")
        }
    }

    /// The way of nearly every line: no string is made.
    private func shortPlate(_ field: UnsafeRawBufferPointer) -> Plate? {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for i in 0..<min(8, field.count) { low |= UInt64(field[i]) &<< UInt64(8 &* i) }
        if field.count > 8 { for i in 8..<field.count { high |= UInt64(field[i]) &<< UInt64(8 &* i &- 64) } }
        let plate = symbols.plate(of: PlateText(low: low, high: high)).0
        return plate.isNone ? nil : plate
    }

    private func country() -> Country? {
        let field = rows.raw(countryColumn)
        if field.isEmpty { return .unknown }
        guard field.count == 2, (0x41...0x5a).contains(field[0] & 0xdf), (0x41...0x5a).contains(field[1] & 0xdf) else {
            return Country(rows.text(countryColumn))
        }
        return Country(code: UInt16(field[0] & 0xdf) | UInt16(field[1] & 0xdf) << 8)
    }

    private func seconds(_ column: Int?, _ name: String) throws(InputProblem) -> UInt32? {
        guard let column, !rows.raw(column).isEmpty else { return nil }
        let text = rows.text(column)
        guard let ns = Instant.parse(text), ns >= 0, ns % .second == 0, ns / .second < Int64(UInt32.max) else {
            throw rows.problem("'\(name)' must be a date or an instant in UTC in whole seconds, not '\(text)'")
        }
        return UInt32(ns / .second)
    }

    private func raw(_ column: Int?) -> UnsafeRawBufferPointer {
        guard let column else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return rows.raw(column)
    }

    private mutating func readWording() throws(InputProblem) {
        let fields = WordingFields(
            reason: rows.raw(reasonColumn), action: raw(actionColumn), audience: raw(audienceColumn),
            covert: raw(covertColumn))
        let before = wordingFields
        // No line before has an empty reason.
        wordingChanged = fields.reason.isEmpty || !fields.isSame(as: before)
        guard wordingChanged else { return }
        let reason = rows.text(reasonColumn)
        guard !reason.isEmpty else { throw rows.problem("'reason' is empty; every entry needs one") }
        guard reason.utf8.count <= 1000 else { throw rows.problem("'reason' has more than 1000 bytes") }
        let covert = rows.text(covertColumn) ?? "no"
        guard ["yes", "no", "true", "false", "1", "0"].contains(covert.lowercased()) else {
            throw rows.problem("'covert' must be yes or no, not '\(covert)'")
        }
        wording = EntryTexts.Wording(
            reason: reason, action: rows.text(actionColumn) ?? "", audience: rows.text(audienceColumn) ?? "",
            isCovert: ["yes", "true", "1"].contains(covert.lowercased()))
        wordingFields = fields
    }
}

/// A line's wording as it stands in the file.
private struct WordingFields {
    var reason = UnsafeRawBufferPointer(start: nil, count: 0)
    var action = UnsafeRawBufferPointer(start: nil, count: 0)
    var audience = UnsafeRawBufferPointer(start: nil, count: 0)
    var covert = UnsafeRawBufferPointer(start: nil, count: 0)

    func isSame(as other: WordingFields) -> Bool {
        Self.isSame(reason, other.reason) && Self.isSame(action, other.action)
            && Self.isSame(audience, other.audience) && Self.isSame(covert, other.covert)
    }

    private static func isSame(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        return a.isEmpty || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0
    }
}
