import ANPRCore

/// Answers for people (names and values, tables), as CSV, or as they are: NDJSON.
struct ReplyText {
    enum Form { case people, csv, json }

    let form: Form
    /// The columns, once rows were shown, and how wide each is.
    private var header: [String] = []
    private var widths: [Int] = []
    /// Rows that wait for others: they may have columns that these do not.
    private var rows: [[JSON5Member]] = []
    private var shown = 0
    /// Columns that came when the header was shown already, with how many values.
    private var missing: [String: Int] = [:]

    /// WHY so many: what is looked at fits, what is bulk flows.
    private static let rowsMax = 4096

    init(_ arguments: Arguments) throws(UsageError) {
        if arguments.has("json"), arguments.has("csv") { throw arguments.usageError("one of --json and --csv") }
        form = arguments.has("json") ? .json : arguments.has("csv") ? .csv : .people
    }

    /// A command's answer.
    mutating func show(done object: [UInt8]) throws {
        guard form == .people else { return try show(lines: object + [0x0a]) }
        let members = try Self.members(object[...])
        let width = (members.map(\.name.count).max() ?? 0) + 2
        for member in members {
            let name = Console.padded(member.name.replacing("_", with: " "), width)
            Console.print(name + Self.text(member.value))
        }
        shown += 1
    }

    /// A query's, or a part of it. `end` shows what is left of a table.
    mutating func show(lines bytes: [UInt8]) throws {
        guard form != .json else { return Console.print(bytes: bytes) }
        rows += try bytes.split(separator: 0x0a).map { try Self.members($0) }
        if rows.count >= Self.rowsMax { showRows() }
    }

    /// Nothing more comes.
    mutating func end() {
        showRows()
        if form == .people, shown == 0 { Console.error("none") }
        for (name, values) in missing.sorted(by: { $0.key < $1.key }) {
            Console.error("anprd: \(values) value(s) of '\(name)' have no column, it came too late; --json shows all")
        }
    }

    /// Shows what waits, of an answer that breaks off.
    mutating func showRows() {
        defer { rows.removeAll() }
        if shown == 0, form == .people, rows.count == 1, let document = Self.document(rows[0]) {
            Console.print(document)
        } else if !rows.isEmpty {
            showTable()
        }
        shown += rows.count
    }

    private mutating func showTable() {
        let isFirst = header.isEmpty
        for member in rows.joined() where !header.contains(member.name) {
            if isFirst { header.append(member.name) } else { missing[member.name, default: 0] += 1 }
        }
        var cells = rows.map { row in
            header.map { name in row.first { $0.name == name }.map { Self.text($0.value) } ?? "" }
        }
        if isFirst { cells.insert(header, at: 0) }
        guard form == .people else {
            return Console.printRaw(cells.map { $0.map(CSVField.text).joined(separator: ",") + "\n" }.joined())
        }
        if isFirst { widths = header.indices.map { column in (cells.map { $0[column].count }.max() ?? 0) + 2 } }
        for row in cells {
            let line = zip(row, widths).map { Console.padded($0, $1) }.joined()
            Console.print(String(line.reversed().drop { $0 == " " }.reversed()))
        }
    }

    /// The one value of a row that has lines of its own: a label, a receipt, a letter. It is shown as it is.
    private static func document(_ row: [JSON5Member]) -> String? {
        let texts = row.compactMap(\.value.string).filter { $0.contains("\n") }
        return texts.count == 1 ? texts[0] : nil
    }

    private static func members(_ bytes: ArraySlice<UInt8>) throws -> [JSON5Member] {
        let value = try JSON5Value(text: String(decoding: bytes, as: UTF8.self))
        guard case .object(let members) = value.kind else {
            return [JSON5Member(name: "value", line: 1, value: value)]
        }
        return members
    }

    private static func text(_ value: JSON5Value) -> String {
        switch value.kind {
        case .null: return ""
        case .string(let text): return text
        case .array(let values): return values.map(text).joined(separator: ", ")
        default:
            var line = JSONLine()
            line.value(value)
            return line.string
        }
    }

    static func refusal(_ refusal: Refusal) -> String { "refused (\(refusal.code)): \(refusal.message)" }
}
