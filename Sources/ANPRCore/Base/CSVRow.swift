/// One complete row of a file, by the names of its columns. For small tables that people write; a list of millions is
/// read by column number, from `CSVReader` itself.
package struct CSVRow: Sendable {
    package let file: String
    package let line: Int
    private let fields: [String: String]

    /// Throws when the row has not as many fields as the header.
    package init(_ rows: borrowing CSVReader) throws(InputProblem) {
        guard rows.isComplete else {
            throw rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)")
        }
        file = rows.file
        line = rows.line
        var fields: [String: String] = [:]
        for (i, name) in rows.header.enumerated() { fields[name] = rows.text(i) }
        self.fields = fields
    }

    /// Empty when the file has no such column.
    package func text(_ column: String) -> String { fields[column] ?? "" }

    package func problem(_ message: String) -> InputProblem { InputProblem(file: file, line: line, message: message) }
}
