import ANPRCore
import PluginKit

/// All that the general database can be asked.
enum BNGQuery: Equatable, Sendable {
    case show(RecordReference)
    case history(RecordReference)
    case links(RecordReference)
    case graph(RecordReference, steps: Int, isDOT: Bool)
    case persons(PersonSearch)
    /// In every country where none is named.
    case vehicles(Plate, Country?)
    case pv(RecordReference)
    case exchanges(ExchangePhase?)
    /// Whose time is over within so many days.
    case due(days: Int)

    static let stepsMax = 6

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CallFields(call)
        switch call.verb {
        case "show": self = .show(try fields.reference("record"))
        case "history": self = .history(try fields.reference("record"))
        case "links": self = .links(try fields.reference("record"))
        case "graph":
            let steps = try fields.optionalWhole("steps") ?? 2
            guard (1...Self.stepsMax).contains(steps) else {
                throw fields.bad("steps", "must be 1 to \(Self.stepsMax)")
            }
            self = .graph(
                try fields.reference("record"), steps: steps, isDOT: try fields.optionalText("format") == "dot")
        case "person find": self = .persons(try PersonSearch(fields))
        case "vehicle find":
            guard let plate = try fields.optionalPlate("plate") else { throw Refusal("missing", "'plate' is missing") }
            self = .vehicles(plate, try fields.optionalCountry("country"))
        case "pv find": self = .pv(.key(.pv, try RecordReference.key(.pv, try fields.text("number"))))
        case "judicial list":
            let name = try fields.optionalText("phase")
            let phase = name.flatMap { ExchangePhase(name: $0) }
            if let name, phase == nil { throw fields.bad("phase", "is none: \(name)") }
            self = .exchanges(phase)
        case "due list":
            let days = try fields.optionalWhole("days") ?? 30
            guard (0...3660).contains(days) else { throw fields.bad("days", "must be 0 to 3660") }
            self = .due(days: days)
        default: throw Refusal("unknown_verb", "'\(call.verb)' is no question to bng")
        }
    }
}
