import ANPRCore
import PluginKit

/// What the law and the procedure set for applications: how long a stage may last, when data of persons go.
struct ApplicantRules: Sendable {
    private let months: DatedTable<(kind: String, fromDay: Int, months: Int)>
    private let stages: DatedTable<Int>

    private static let kinds = ["open", "accepted", "declined", "refused", "withdrawn"]

    init(dataPath: String, stagesPath: String) throws(InputProblems) {
        months = try DatedTable(
            dataPath, columns: ["valid_from", "valid_to", "outcome", "months", "status", "source"]
        ) { (row, days, _) throws(InputProblem) in
            let kind = row.text("outcome")
            guard Self.kinds.contains(kind) else {
                throw row.problem("'outcome' must be one of \(Self.kinds.joined(separator: ", ")), not '\(kind)'")
            }
            return (kind, (kind, days.lowerBound, try row.number("months", max: 600)))
        }
        let known = Set(months.rows.map(\.kind))
        for kind in Self.kinds where !known.contains(kind) {
            throw InputProblems(file: dataPath, "has no row for the outcome '\(kind)'")
        }
        stages = try DatedTable(
            stagesPath, columns: ["valid_from", "valid_to", "stage", "days", "status", "source"]
        ) { (row, _, _) throws(InputProblem) in
            guard let stage = ApplicationStage(name: row.text("stage")), !stage.isLast else {
                throw row.problem("'stage' must be one that an application leaves again, not '\(row.text("stage"))'")
            }
            return (stage.name, try row.number("days", max: 3660))
        }
    }

    /// The start of the local day on which the data of an application go that comes to a stage now. Between two rows of
    /// the table the last one that was in force counts, before the first one the first.
    func eraseNs(_ stage: ApplicationStage, atNs: Nanoseconds, _ localTime: LocalTime) -> Nanoseconds {
        let (kind, day) = (stage.retentionKind, localTime.day(atNs))
        let rows = months.rows.filter { $0.kind == kind }.sorted { $0.fromDay < $1.fromDay }
        let row = months.row(kind, day: day) ?? rows.last { $0.fromDay <= day } ?? rows.first
        return localTime.startNs(ofDay: Self.day(day, plusMonths: row?.months ?? 0))
    }

    /// `.max`: the table sets no deadline.
    func dueNs(_ stage: ApplicationStage, atNs: Nanoseconds, _ localTime: LocalTime) -> Nanoseconds {
        let day = localTime.day(atNs)
        guard let days = stages.row(stage.name, day: day) else { return .max }
        return localTime.startNs(ofDay: day + days + 1)
    }

    /// The same day of a later month, or that month's last one.
    static func day(_ day: Int, plusMonths months: Int) -> Int {
        let date = Instant.date(days: day)
        let month = date.year * 12 + date.month - 1 + months
        let first = Instant.days(year: month / 12, month: month % 12 + 1, day: 1)
        let next = Instant.days(year: (month + 1) / 12, month: (month + 1) % 12 + 1, day: 1)
        return min(first + date.day - 1, next - 1)
    }
}
