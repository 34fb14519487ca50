/// One entry of a blacklist as the simulator reads it: for its vehicles' plates and for the naive matcher.
package struct NaiveEntry: Equatable, Sendable {
    /// Number of the list, and of the entry over all lists.
    package var list: Int
    package var tolerance: Tolerance
    /// Canonical: upper case, no separators; `?` and `*` in a pattern.
    package var mark: String
    package var country: Country
    package var priority: Int
    /// In force from (inclusive) to (exclusive), judged at the capture time.
    package var fromNs: Nanoseconds
    package var toNs: Nanoseconds
    /// As they stand in the file.
    package var action = ""
    package var caseNumber = ""

    package init(
        list: Int = 0, tolerance: Tolerance = .exact, mark: String, country: Country = .unknown, priority: Int = 50,
        fromNs: Nanoseconds = .min, toNs: Nanoseconds = .max
    ) {
        self.list = list
        self.tolerance = tolerance
        self.mark = mark.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "?" || $0 == "*" }
        self.country = country
        self.priority = priority
        self.fromNs = fromNs
        self.toNs = toNs
    }

    package var isPattern: Bool { mark.contains("?") || mark.contains("*") }

    package func isInForce(atNs ns: Nanoseconds) -> Bool { ns >= fromNs && ns < toNs }
}

extension NaiveEntry {
    /// The entries of `plate,country,reason[,case,priority,valid_from,valid_to,action,audience,covert]`.
    ///
    /// Read here once more and apart from the engine's own loader, so that the truth does not share its mistakes.
    package static func entries(path: String, list: Int, tolerance: Tolerance) throws -> [NaiveEntry] {
        let file = try FileBytes(path: path)
        return try entries(file: path, bytes: file.bytes, list: list, tolerance: tolerance)
    }

    package static func entries(of lists: [BlacklistConfiguration]) throws -> [[NaiveEntry]] {
        try lists.enumerated().map { try entries(path: $1.path, list: $0, tolerance: $1.tolerance) }
    }

    package static func entries(
        file: String, bytes: UnsafeRawBufferPointer, list: Int, tolerance: Tolerance
    ) throws(InputProblems) -> [NaiveEntry] {
        var rows = try CSVReader(
            file: file, bytes: bytes, required: ["plate", "country", "reason"],
            optional: ["case", "priority", "valid_from", "valid_to", "action", "audience", "covert"])
        var problems = InputProblems()
        var entries: [NaiveEntry] = []
        while rows.nextRow() {
            do throws(InputProblem) {
                entries.append(try entry(rows, list: list, tolerance: tolerance))
            } catch {
                problems.add(error)
            }
        }
        if !problems.isEmpty { throw problems }
        return entries
    }

    private static func entry(
        _ rows: borrowing CSVReader, list: Int, tolerance: Tolerance
    ) throws(InputProblem) -> NaiveEntry {
        guard rows.isComplete else {
            throw rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)")
        }
        guard let country = Country(rows.text(rows.column("country")!)) else {
            throw rows.problem("'country' must be two letters or empty")
        }
        var entry = NaiveEntry(
            list: list, tolerance: tolerance, mark: rows.text(rows.column("plate")!), country: country)
        guard !entry.mark.isEmpty else { throw rows.problem("'plate' is empty") }
        if let text = rows.text(rows.column("priority")) {
            guard let priority = Int(text), (0...100).contains(priority) else {
                throw rows.problem("'priority' must be 0 to 100")
            }
            entry.priority = priority
        }
        entry.action = rows.text(rows.column("action")) ?? ""
        entry.caseNumber = rows.text(rows.column("case")) ?? ""
        entry.fromNs = try instant(rows, "valid_from") ?? .min
        entry.toNs = try instant(rows, "valid_to") ?? .max
        return entry
    }

    private static func instant(_ rows: borrowing CSVReader, _ column: String) throws(InputProblem) -> Nanoseconds? {
        guard let text = rows.text(rows.column(column)) else { return nil }
        guard let ns = Instant.parse(text) else {
            throw rows.problem("'\(column)' must be a date or an instant in UTC")
        }
        return ns
    }
}
