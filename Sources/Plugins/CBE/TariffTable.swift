import ANPRCore
import PluginKit

/// The dated tariff and the dated administrative fee: a change of law is a new row, and an old offence is judged by the
/// row of its day. Immutable; a reload makes a new one.
struct TariffTable: Equatable, Sendable {
    let tariffs: [Tariff]
    let fees: [Fee]
    /// Within how long the copy of a finding goes out.
    let deadlines: [Deadline]
    /// How long a holder has to pay, and so on.
    var periods: [Period] = []

    /// The row in force on a day; nil when no row is.
    func tariff(day: Int, isProtectedZone: Bool) -> Tariff? {
        tariffs.first { $0.isProtectedZone == isProtectedZone && $0.days.contains(day) }
    }

    func fee(day: Int) -> Fee? { fees.first { $0.days.contains(day) } }

    func deadline(day: Int) -> Deadline? { deadlines.first { $0.days.contains(day) } }

    func period(_ name: String, day: Int) -> Nanoseconds {
        let row = periods.first { $0.name == name && $0.days.contains(day) }
        return Nanoseconds(row?.withinDays ?? Period.defaults[name] ?? 0) * .day
    }
}

extension TariffTable {
    static let tariffColumns = [
        "valid_from", "valid_to", "zone_kind", "base_cents", "base_up_to_kmh", "per_kmh_cents", "prosecutor_above_kmh",
        "cap_resident_cents", "cap_nonresident_cents", "status", "source",
    ]
    static let feeColumns = ["valid_from", "valid_to", "fee_cents", "status", "source"]
    static let deadlineColumns = ["valid_from", "valid_to", "deadline", "days", "months", "status", "source"]
    private static let centsMax = 10_000_000
    private static let kmhMax = 1000
    private static let deadlineDaysMax = 3650

    /// From the files, of which nothing is taken over when one line is wrong.
    /// - Parameter deadlinesPath: nil: the copy goes out within `Deadline.copySentDefault` days, whatever the day.
    init(tariffsPath: String, feesPath: String, deadlinesPath: String?) throws(InputProblems) {
        var problems = InputProblems()
        var tariffs: [Tariff] = []
        var fees: [Fee] = []
        var (deadlines, periods) = ([Deadline.copySentDefault], [Period]())
        do throws(InputProblems) { tariffs = try Self.readTariffs(tariffsPath) } catch { problems.add(error) }
        do throws(InputProblems) { fees = try Self.readFees(feesPath) } catch { problems.add(error) }
        if let path = deadlinesPath {
            do throws(InputProblems) { (deadlines, periods) = try Self.readDeadlines(path) } catch {
                problems.add(error)
            }
        }
        guard problems.isEmpty else { throw problems }
        self.init(tariffs: tariffs, fees: fees, deadlines: deadlines, periods: periods)
    }

    private static func readTariffs(_ path: String) throws(InputProblems) -> [Tariff] {
        try DatedTable(path, columns: tariffColumns) { (row, days, status) throws(InputProblem) in
            let zone = row.text("zone_kind")
            guard zone == "protected" || zone == "elsewhere" else {
                throw row.problem("'zone_kind' must be protected or elsewhere, not '\(zone)'")
            }
            let tariff = Tariff(
                days: days, isProtectedZone: zone == "protected",
                baseCents: try row.number("base_cents", max: centsMax),
                baseExcessKmh: try row.number("base_up_to_kmh", max: kmhMax),
                stepCents: try row.number("per_kmh_cents", max: centsMax),
                prosecutorExcessKmh: try row.number("prosecutor_above_kmh", max: kmhMax),
                capResidentCents: try row.number("cap_resident_cents", max: centsMax),
                capNonResidentCents: try row.number("cap_nonresident_cents", max: centsMax), status: status)
            return (zone, tariff)
        }.rows
    }

    private static func readFees(_ path: String) throws(InputProblems) -> [Fee] {
        try DatedTable(path, columns: feeColumns) { (row, days, status) throws(InputProblem) in
            ("fee", Fee(days: days, cents: try row.number("fee_cents", max: centsMax), status: status))
        }.rows
    }

    /// What is given in months is for other readers, and is only checked for its form.
    private static func readDeadlines(
        _ path: String
    ) throws(InputProblems) -> (copySent: [Deadline], others: [Period]) {
        let all = try DatedTable(path, columns: deadlineColumns) {
            (row, days, _) throws(InputProblem) -> (kind: String, value: Period) in
            let name = row.text("deadline")
            let isInDays = name == "copy_sent" || !row.text("days").isEmpty
            let within = isInDays ? try row.number("days", max: deadlineDaysMax) : 0
            return (name, Period(name: name, days: days, withinDays: within))
        }.rows
        let copySent = all.filter { $0.name == "copy_sent" }
        guard !copySent.isEmpty else { throw InputProblems(file: path, "holds no row with the deadline copy_sent") }
        return (
            copySent.map { Deadline(days: $0.days, withinDays: $0.withinDays) },
            all.filter { $0.name != "copy_sent" && $0.withinDays > 0 }
        )
    }
}
