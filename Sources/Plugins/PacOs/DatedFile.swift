import ANPRCore

/// Reads a table whose rows are in force from a day (`valid_from`) up to another (`valid_to`, exclusive, empty for
/// "still"), with a `status` and a `source`, of which no two of one kind may be in force on one day.
enum DatedFile {
    /// - Parameter parse: gives a row's kind and its value, or throws what is wrong with it.
    static func read<Value>(
        _ path: String, columns: [String], parse: (CSVRow, Range<Int>) throws(InputProblem) -> (String, Value)
    ) throws(InputProblems) -> [Value] {
        let file: FileBytes
        do throws(SystemError) { file = try FileBytes(path: path) } catch {
            throw InputProblems(file: path, "cannot be read: \(error)")
        }
        var rows = try CSVReader(file: path, bytes: file.bytes, required: columns, optional: [])
        var problems = InputProblems()
        var taken: [(kind: String, days: Range<Int>, line: Int)] = []
        var values: [Value] = []
        while rows.nextRow() {
            do throws(InputProblem) {
                let row = try CSVRow(rows)
                let days = try days(row)
                let (kind, value) = try parse(row, days)
                if row.text("source").isEmpty { throw row.problem("'source' must say where the row comes from") }
                guard ["confirmed", "unconfirmed"].contains(row.text("status")) else {
                    throw row.problem("'status' must be confirmed or unconfirmed, not '\(row.text("status"))'")
                }
                if let other = taken.first(where: { $0.kind == kind && $0.days.overlaps(days) }) {
                    throw row.problem("is in force on a day on which line \(other.line) is")
                }
                taken.append((kind, days, row.line))
                values.append(value)
            } catch {
                problems.add(error)
            }
        }
        if values.isEmpty, problems.isEmpty {
            problems.add(InputProblem(file: path, line: 0, message: "holds no row"))
        }
        guard problems.isEmpty else { throw problems }
        return values
    }

    /// Days from 1970-01-01.
    private static func days(_ row: CSVRow) throws(InputProblem) -> Range<Int> {
        guard let from = day(row.text("valid_from")) else {
            throw row.problem("'valid_from' must be a date such as 2026-01-31, not '\(row.text("valid_from"))'")
        }
        if row.text("valid_to").isEmpty { return from..<Int.max }
        guard let to = day(row.text("valid_to")), to > from else {
            throw row.problem("'valid_to' must be a date after 'valid_from': the first day out of force")
        }
        return from..<to
    }

    private static func day(_ text: String) -> Int? {
        guard text.utf8.count == 10, let midnightNs = Instant.parse(text) else { return nil }
        return Int(midnightNs / .day)  // exact, before 1970 too: midnights are whole days
    }
}
