import ANPRCore
import PluginKit

/// The dated tables: how long records are kept, and what classifications there are.
struct RecordRules: Sendable {
    struct Retention: Sendable, Equatable {
        /// Active for so long since the last thing that came in, then archived for so long, then erased. Without
        /// months in the archive a record is erased at once.
        let keepMonths: Int
        let archiveMonths: Int
    }

    struct Classification: Sendable, Equatable {
        let name: String
        /// Whether what bears it may go to the judicial database.
        let isSent: Bool
        /// Whether a search shows more of it than its number.
        let isShown: Bool
    }

    private let retention: DatedTable<Retention>
    private let classifications: DatedTable<Classification>

    init(retentionPath: String, classificationPath: String) throws(InputProblems) {
        var problems = InputProblems()
        let retention = problems.collect { () throws(InputProblems) in try Self.retention(retentionPath) }
        let classifications = problems.collect { () throws(InputProblems) in
            try Self.classifications(classificationPath)
        }
        guard let retention, let classifications, problems.isEmpty else { throw problems }
        (self.retention, self.classifications) = (retention, classifications)
    }

    private static func retention(_ path: String) throws(InputProblems) -> DatedTable<Retention> {
        try DatedTable(
            path, columns: ["valid_from", "valid_to", "category", "keep_months", "archive_months", "status", "source"]
        ) { (row, _, _) throws(InputProblem) in
            guard let category = RecordCategory(name: row.text("category")) else {
                let names = RecordCategory.allCases.map(\.name).joined(separator: ", ")
                throw row.problem("'category' must be one of \(names), not '\(row.text("category"))'")
            }
            let rule = Retention(
                keepMonths: try row.number("keep_months", max: 1200),
                archiveMonths: try row.number("archive_months", max: 1200))
            return (category.name, rule)
        }
    }

    private static func classifications(_ path: String) throws(InputProblems) -> DatedTable<Classification> {
        try DatedTable(
            path, columns: ["valid_from", "valid_to", "classification", "sent", "shown", "status", "source"]
        ) { (row, _, _) throws(InputProblem) in
            let name = row.text("classification")
            guard !name.isEmpty, name.utf8.count <= 40 else { throw row.problem("'classification' is missing or long") }
            return (name, Classification(name: name, isSent: try row.truth("sent"), isShown: try row.truth("shown")))
        }
    }

    func classification(_ name: String, day: Int) -> Classification? { classifications.row(name, day: day) }

    /// Until when a record is active about which something came in on a day; `.max` where no row is in force.
    func dueDay(_ category: RecordCategory, day: Int) -> Int32 {
        guard let rule = retention.row(category.name, day: day) else { return .max }
        return Int32(clamping: CalendarMonths.day(day, plus: rule.keepMonths))
    }

    /// Until when a record is in the archive that came there on a day; nil: it is erased at once.
    func archiveDueDay(_ category: RecordCategory, day: Int) -> Int32? {
        guard let rule = retention.row(category.name, day: day) else { return .max }
        return rule.archiveMonths == 0 ? nil : Int32(clamping: CalendarMonths.day(day, plus: rule.archiveMonths))
    }
}

extension CSVRow {
    fileprivate func truth(_ column: String) throws(InputProblem) -> Bool {
        switch text(column) {
        case "yes": return true
        case "no": return false
        default: throw problem("'\(column)' must be yes or no, not '\(text(column))'")
        }
    }
}
