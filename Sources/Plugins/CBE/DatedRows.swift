import ANPRCore

/// Reads a table of law: rows with `valid_from` (inclusive), `valid_to` (exclusive, empty for "still"), `status` and
/// `source`, of which no two of one kind may be in force on one day.
enum DatedRows {
    /// - Parameter parse: gives a row's kind and its value, or throws what is wrong with it.
    static func read<Value>(
        _ path: String, columns: [String],
        parse: (CSVRow, Range<Int>, String) throws(InputProblem) -> (kind: String, value: Value)
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
                let status = try row.status()
                let days = try row.days()
                let (kind, value) = try parse(row, days, status)
                if row.text("source").isEmpty { throw row.problem("'source' must say where the row comes from") }
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
}

/// What each table of law has.
extension CSVRow {
    func number(_ column: String, max: Int) throws(InputProblem) -> Int {
        guard let value = Int(text(column)), (0...max).contains(value) else {
            throw problem("'\(column)' must be a whole number, 0 to \(max), not '\(text(column))'")
        }
        return value
    }

    /// How sure the row is; it is applied either way, and the word goes into each line that rests on it.
    func status() throws(InputProblem) -> String {
        let status = text("status")
        guard status == "confirmed" || status == "unconfirmed" else {
            throw problem("'status' must be confirmed or unconfirmed, not '\(status)'")
        }
        return status
    }

    /// Days from 1970-01-01.
    func days() throws(InputProblem) -> Range<Int> {
        guard let from = Self.day(text("valid_from")) else {
            throw problem("'valid_from' must be a date such as 2026-01-31, not '\(text("valid_from"))'")
        }
        if text("valid_to").isEmpty { return from..<Int.max }
        guard let to = Self.day(text("valid_to")), to > from else {
            throw problem("'valid_to' must be a date after 'valid_from': the first day out of force")
        }
        return from..<to
    }

    private static func day(_ text: String) -> Int? {
        guard text.utf8.count == 10, let midnightNs = Instant.parse(text) else { return nil }
        return Int(midnightNs / .day)  // exact, before 1970 too: midnights are whole days
    }
}
