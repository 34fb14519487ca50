import ANPRCore
import PluginKit

/// All that PSC can be told. Made from a call in one place; nothing else turns text into meaning.
enum PSCCommand: Equatable {
    case addPerson(Person)
    case changePerson(String, name: String)
    case link(String, PersonPlate)
    case unlink(String, Plate, atNs: Nanoseconds)
    case openMeasure(Measure, decidedNs: Nanoseconds)
    case amendMeasure(String, Amendment, decidedNs: Nanoseconds)
    case endMeasure(String, atNs: Nanoseconds, decidedNs: Nanoseconds)
    case addCondition(Condition)
    case endCondition(String, atNs: Nanoseconds, decidedNs: Nanoseconds)
    case attachCondition(String, measure: String)
    case report(String, atNs: Nanoseconds)
    case confirm(String, note: String)
    case dismiss(String, note: String)
    case resend(String)
    case acknowledge(String, note: String)
    case closeConflict(UInt32, note: String)

    /// What of a measure changes; nil: it stays as it is.
    struct Amendment: Equatable {
        let authority: String?
        let reference: String?
        let fromNs: Nanoseconds?
        let toNs: Nanoseconds?
    }

    init(_ call: PluginCall, _ text: ConditionText) throws(Refusal) {
        let fields = WatchFields(call, text)
        switch call.verb {
        case "person add": self = .addPerson(try fields.person())
        case "person change": self = .changePerson(try fields.text("person"), name: try fields.text("name"))
        case "person link": self = .link(try fields.text("person"), try fields.link())
        case "person unlink":
            self = .unlink(try fields.text("person"), try fields.plate("plate"), atNs: try fields.instant("at"))
        case "measure open": self = .openMeasure(try fields.measure(), decidedNs: try fields.instant("decided_at"))
        case "measure amend":
            self = .amendMeasure(
                try fields.text("measure"), try fields.amendment(), decidedNs: try fields.instant("decided_at"))
        case "measure end":
            self = .endMeasure(
                try fields.text("measure"), atNs: try fields.instant("at"),
                decidedNs: try fields.instant("decided_at"))
        case "condition add": self = .addCondition(try fields.condition())
        case "condition end":
            self = .endCondition(
                try fields.text("condition"), atNs: try fields.instant("at"),
                decidedNs: try fields.instant("decided_at"))
        case "condition attach":
            self = .attachCondition(try fields.text("condition"), measure: try fields.text("measure"))
        default: try self.init(watching: call, fields)
        }
    }

    private init(watching call: PluginCall, _ fields: WatchFields) throws(Refusal) {
        switch call.verb {
        case "report": self = .report(try fields.text("condition"), atNs: try fields.instant("at"))
        case "breach confirm": self = .confirm(try fields.text("breach"), note: try fields.optional("note") ?? "")
        case "breach dismiss": self = .dismiss(try fields.text("breach"), note: try fields.text("note"))
        case "finding send": self = .resend(try fields.text("breach"))
        case "finding acknowledge": self = .acknowledge(try fields.text("breach"), note: try fields.text("note"))
        case "conflict close":
            guard let number = UInt32(exactly: try fields.common.whole("conflict")) else {
                throw fields.common.bad("conflict", "is no conflict's number")
            }
            self = .closeConflict(number, note: try fields.text("note"))
        default: throw Refusal("unknown_verb", "'\(call.verb)' is no command of psc")
        }
    }
}
