import ANPRCore

/// A table of law: rows with `valid_from` (inclusive), `valid_to` (exclusive, empty for "still"), `status` and
/// `source`, of which no two of one kind may be in force on one day. Immutable; a reload makes a new one.
package struct DatedTable<Row> {
    /// In the file's order.
    package private(set) var rows: [Row] = []
    private var byKind: [String: [(days: Range<Int>, line: Int, row: Row)]] = [:]

    /// Throws every line that is wrong, and then nothing of the file is taken over.
    /// - Parameter parse: from a row, the days on which it is in force and its status: its kind and its value, or what
    ///   is wrong with it.
    package init(
        _ path: String, columns: [String], optional: [String] = [],
        parse: (CSVRow, Range<Int>, String) throws(InputProblem) -> (kind: String, value: Row)
    ) throws(InputProblems) {
        let file: FileBytes
        do throws(SystemError) { file = try FileBytes(path: path) } catch {
            throw InputProblems(file: path, "cannot be read: \(error)")
        }
        var reader = try CSVReader(file: path, bytes: file.bytes, required: columns, optional: optional)
        var problems = InputProblems()
        while reader.nextRow() {
            do throws(InputProblem) {
                let row = try CSVRow(reader)
                let status = try row.status()
                let days = try row.days()
                let (kind, value) = try parse(row, days, status)
                if row.text("source").isEmpty { throw row.problem("'source' must say where the row comes from") }
                if let other = byKind[kind]?.first(where: { $0.days.overlaps(days) }) {
                    throw row.problem("is in force on a day on which line \(other.line) is")
                }
                byKind[kind, default: []].append((days, row.line, value))
                rows.append(value)
            } catch {
                problems.add(error)
            }
        }
        if rows.isEmpty, problems.isEmpty {
            problems.add(InputProblem(file: path, line: 0, message: "holds no row"))
        }
        guard problems.isEmpty else { throw problems }
    }

    /// The row of a kind that is in force on a day (from 1970-01-01); nil when none is.
    package func row(_ kind: String, day: Int) -> Row? { byKind[kind]?.first { $0.days.contains(day) }?.row }
}

extension DatedTable: Sendable where Row: Sendable {}

/// What each table of law has.
extension CSVRow {
    package func number(_ column: String, max: Int) throws(InputProblem) -> Int {
        guard let value = Int(text(column)), (0...max).contains(value) else {
            throw problem("'\(column)' must be a whole number, 0 to \(max), not '\(text(column))'")
        }
        return value
    }

    /// How sure the row is; it is applied either way, and the word goes into each line that rests on it.
    package func status() throws(InputProblem) -> String {
        let status = text("status")
        guard status == "confirmed" || status == "unconfirmed" else {
            throw problem("'status' must be confirmed or unconfirmed, not '\(status)'")
        }
        return status
    }

    /// Days from 1970-01-01.
    package func days() throws(InputProblem) -> Range<Int> {
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
