import ANPRCore
import PluginKit

/// How urgent a breach of each kind is, and whether the ISLP hears of it at once: by day.
struct PriorityTable: Sendable {
    struct Row: Equatable, Sendable {
        /// 0 (highest) to 100: of a condition that names none.
        let priority: UInt8
        let islp: Bool
    }

    private let table: DatedTable<Row>

    init(path: String) throws(InputProblems) {
        table = try DatedTable(
            path, columns: ["valid_from", "valid_to", "kind", "priority", "islp", "status", "source"]
        ) { (row, _, _) throws(InputProblem) in
            let kind = row.text("kind")
            guard ConditionRule.names.contains(kind) else {
                throw row.problem("'kind' must be one of \(ConditionRule.names.joined(separator: ", "))")
            }
            guard let islp = ["yes": true, "no": false][row.text("islp")] else {
                throw row.problem("'islp' must be yes or no, not '\(row.text("islp"))'")
            }
            return (kind, Row(priority: UInt8(try row.number("priority", max: 100)), islp: islp))
        }
    }

    func row(_ kind: String, day: Int) -> Row? { table.row(kind, day: day) }
}
