import ANPRCore
import PluginKit

/// What one person can do on a shift, by zone, shift and day. A row of `*` stands for all that have none of their own.
struct WorkloadNorms: Sendable {
    struct Norm: Equatable, Sendable {
        /// A hit is to be followed up within this time.
        let followNs: Nanoseconds
        let hitsPerStaff: Int
        let breachesPerStaff: Int
        /// Days over which needs are worked out.
        let days: Int
    }

    private let table: DatedTable<Norm>
    /// The longest time that any row gives.
    let followMaxNs: Nanoseconds

    private static let columns = [
        "valid_from", "valid_to", "zone", "shift", "follow_minutes", "hits_per_staff", "breaches_per_staff", "days",
        "status", "source",
    ]

    init(path: String, zones: ZoneTable) throws(InputProblems) {
        table = try DatedTable(path, columns: Self.columns) { (row, _, _) throws(InputProblem) in
            let (zone, shift) = (row.text("zone"), row.text("shift"))
            guard zone == "*" || zones.zone(zone) != nil else { throw row.problem("there is no zone '\(zone)'") }
            guard shift == "*" || Shift(name: shift) != nil else {
                let names = Shift.allCases.map(\.name).joined(separator: ", ")
                throw row.problem("'shift' must be * or one of \(names), not '\(shift)'")
            }
            func number(_ column: String, _ range: ClosedRange<Int>) throws(InputProblem) -> Int {
                let value = try row.number(column, max: range.upperBound)
                guard value >= range.lowerBound else {
                    throw row.problem("'\(column)' must be at least \(range.lowerBound)")
                }
                return value
            }
            let norm = Norm(
                followNs: Nanoseconds(try number("follow_minutes", 1...1440)) * 60 * .second,
                hitsPerStaff: try number("hits_per_staff", 1...100_000),
                breachesPerStaff: try number("breaches_per_staff", 1...100_000),
                days: try number("days", 1...WorkloadBook.daysKept - 10))
            return (zone + "/" + shift, norm)
        }
        followMaxNs = table.rows.map(\.followNs).max() ?? 0
    }

    /// Nil: no row is in force.
    func norm(zone: String, shift: Shift, day: Int) -> Norm? {
        for kind in ["\(zone)/\(shift.name)", "\(zone)/*", "*/\(shift.name)", "*/*"] {
            if let norm = table.row(kind, day: day) { return norm }
        }
        return nil
    }
}
