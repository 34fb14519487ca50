import ANPRCore
import PluginKit

/// What PSC can be asked.
enum PSCQuery: Equatable {
    /// All, one, or whose plate it is.
    case persons(id: String?, Plate?)
    case measures(person: String?)
    case conditions(person: String?)
    case breaches(BreachState?, person: String?)
    case breach(String)
    case findings(BreachState?)
    case finding(String)
    case duties
    case history(Subject)
    case conflicts(openOnly: Bool)
    case exchange
    case refused

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CallFields(call)
        switch call.verb {
        case "person list": self = .persons(id: try fields.optionalText("person"), try fields.optionalPlate("plate"))
        case "measure list": self = .measures(person: try fields.optionalText("person"))
        case "condition list": self = .conditions(person: try fields.optionalText("person"))
        case "breach list":
            self = .breaches(try Self.state(fields), person: try fields.optionalText("person"))
        case "breach show": self = .breach(try fields.text("breach", max: ConditionText.textBytesMax))
        case "finding list": self = .findings(try Self.state(fields))
        case "finding show": self = .finding(try fields.text("breach", max: ConditionText.textBytesMax))
        case "duty list": self = .duties
        case "history":
            let name = try fields.text("kind")
            guard let kind = Subject.Kind.allCases.first(where: { "\($0)" == name }) else {
                throw fields.bad("kind", "must be person or measure")
            }
            self = .history(Subject(kind, try fields.text("id")))
        case "conflict list": self = .conflicts(openOnly: call.fields["all"] != .flag(true))
        case "exchange": self = .exchange
        case "exchange refused": self = .refused
        default: throw Refusal("unknown_verb", "'\(call.verb)' is no question to psc")
        }
    }

    private static func state(_ fields: CallFields) throws(Refusal) -> BreachState? {
        guard let name = try fields.optionalText("state") else { return nil }
        guard let state = BreachState(name: name) else { throw fields.bad("state", "is none: \(name)") }
        return state
    }
}
