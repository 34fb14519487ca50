import ANPRCore

/// Answers for people (names and values, tables), as CSV, or as they are: NDJSON.
struct ReplyText {
    enum Form { case people, csv, json }

    let form: Form
    private var header: [String] = []

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
    }

    /// A query's, or a part of it.
    mutating func show(lines bytes: [UInt8]) throws {
        guard form != .json else { return Console.print(bytes: bytes) }
        let rows = try bytes.split(separator: 0x0a).map { try Self.members($0) }
        guard let first = rows.first else { return }
        let isNew = header.isEmpty
        if isNew { header = first.map(\.name) }
        var cells = rows.map { row in
            header.map { name in row.first { $0.name == name }.map { Self.text($0.value) } ?? "" }
        }
        if isNew { cells.insert(header, at: 0) }
        guard form == .people else {
            return Console.printRaw(cells.map { $0.map(CSVField.text).joined(separator: ",") + "\n" }.joined())
        }
        let widths = header.indices.map { column in (cells.map { $0[column].count }.max() ?? 0) + 2 }
        for row in cells {
            let line = zip(row, widths).map { Console.padded($0, $1) }.joined()
            Console.print(String(line.reversed().drop { $0 == " " }.reversed()))
        }
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
