import ANPRCore
import PluginKit

/// All that SaRA can be asked.
enum SaRAQuery: Equatable, Sendable {
    case vacancies(VacancyPhase?, zone: String?)
    case vacancy(UInt32)
    case applications(vacancy: UInt32?, ApplicationStage?)
    case application(UInt32)
    case needs(StaffingNeed.State?)
    case explain(UInt32)
    case workload(zone: String?, days: ClosedRange<Int>?)
    case report(fromDay: Int?, toDay: Int?)

    static let workloadDaysMax = 62

    init(_ call: PluginCall) throws(Refusal) {
        let fields = SaRAFields(call)
        switch call.verb {
        case "vacancy list":
            self = .vacancies(
                try fields.word("phase", VacancyPhase.allCases, \.name), zone: try fields.clean("zone", max: 20))
        case "vacancy show": self = .vacancy(try fields.number("vacancy", "V-"))
        case "application list":
            self = .applications(
                vacancy: try fields.optionalNumber("vacancy", "V-"),
                try fields.word("stage", ApplicationStage.allCases, \.name))
        case "application show": self = .application(try fields.number("application", "A-"))
        case "need list": self = .needs(try fields.word("state", StaffingNeed.State.allCases, \.name))
        case "need explain": self = .explain(try fields.number("need", "N-"))
        case "workload":
            self = .workload(
                zone: try fields.clean("zone", max: 20),
                days: try Self.days(try fields.optionalDay("from"), try fields.optionalDay("to")))
        case "report":
            self = .report(fromDay: try fields.optionalDay("from"), toDay: try fields.optionalDay("to"))
        default: throw Refusal("unknown_verb", "SaRA has no query '\(call.verb)'")
        }
    }

    private static func days(_ from: Int?, _ to: Int?) throws(Refusal) -> ClosedRange<Int>? {
        guard from != nil || to != nil else { return nil }
        let last = to ?? (from ?? 0) + 6
        let first = from ?? last - 6
        guard first <= last, last - first < workloadDaysMax else {
            throw Refusal("wrong", "'from' to 'to' must be 1 to \(workloadDaysMax) days")
        }
        return first...last
    }
}
