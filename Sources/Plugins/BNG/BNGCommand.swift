import ANPRCore
import PluginKit

/// All that the general database can be told. Made from a call in one place; nothing else turns text into meaning.
enum BNGCommand: Equatable, Sendable {
    case add(NewRecord)
    case change(RecordReference, RecordChange)
    case link(RecordReference, RecordReference, role: String, note: String)
    case endLink(UInt32, note: String)
    case send(RecordReference)

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CallFields(call)
        switch call.verb {
        case "load": self = .add(try NewRecord(fields, try fields.category(), isLoaded: true))
        case "change": self = .change(try fields.reference("record"), try RecordChange(fields))
        case "link add":
            self = .link(
                try fields.reference("record"), try fields.reference("other"), role: try fields.role(),
                note: try fields.optionalText("note") ?? "")
        case "link end":
            guard let link = UInt32(exactly: try fields.whole("link")) else { throw fields.bad("link", "is none") }
            self = .endLink(link, note: try fields.text("note"))
        case "pv send": self = .send(try fields.reference("record"))
        case let verb where verb.hasSuffix(" add"):
            guard let category = RecordCategory(name: String(verb.dropLast(4))), category != .fact else {
                throw Refusal("unknown_verb", "'\(verb)' is no command of bng")
            }
            self = .add(try NewRecord(fields, category, isLoaded: false))
        default: throw Refusal("unknown_verb", "'\(call.verb)' is no command of bng")
        }
    }
}

/// A record to be, as it was told.
struct NewRecord: Equatable, Sendable {
    /// What becomes of a PV at the judicial database.
    enum Sending: Equatable, Sendable { case none, now, before }

    let category: RecordCategory
    let key: String
    let happenedNs: Nanoseconds?
    let texts: [String]
    let classification: String?
    let origin: String
    /// When it was first written down, elsewhere; nil: now.
    let recordedNs: Nanoseconds?
    let sending: Sending

    init(_ fields: CallFields, _ category: RecordCategory, isLoaded: Bool) throws(Refusal) {
        self.category = category
        key = try fields.key(category)
        happenedNs = try fields.happened(category)
        var texts: [String] = []
        for name in category.textNames { texts.append(try fields.optionalText(name) ?? "") }
        try fields.checkTexts(of: category)
        if category == .person, key.isEmpty, texts[0].isEmpty {
            throw Refusal("missing", "a person has a 'family' name or an 'identity'")
        }
        self.texts = texts
        classification = try fields.optionalText("classification")
        origin = try fields.optionalText("origin") ?? ""
        recordedNs = isLoaded ? try fields.optionalInstant("recorded") : nil
        switch try fields.optionalText("judicial") {
        case nil, "no": sending = .none
        case "send" where category == .pv: sending = .now
        case "sent" where category == .pv && isLoaded: sending = .before
        default: throw fields.bad("judicial", "must be send or no, and is a PV's alone")
        }
    }
}

/// What a new version has anew; the rest stays.
struct RecordChange: Equatable, Sendable {
    /// By name.
    let texts: [String: String]
    let happenedNs: Nanoseconds?
    let classification: String?
    let origin: String
    let note: String

    init(_ fields: CallFields) throws(Refusal) {
        var texts: [String: String] = [:]
        for name in RecordCategory.allTextNames {
            if let text = try fields.optionalText(name) { texts[name] = text }
        }
        self.texts = texts
        let bornDay = try fields.optionalDay("born")
        let atNs = try fields.optionalInstant("at")
        happenedNs = bornDay.map { Nanoseconds($0) * .day } ?? atNs
        classification = try fields.optionalText("classification")
        origin = try fields.optionalText("origin") ?? ""
        note = try fields.text("note")
    }
}

extension CallFields {
    func category() throws(Refusal) -> RecordCategory {
        guard let category = RecordCategory(name: try text("category")) else {
            let names = RecordCategory.allCases.map(\.name).joined(separator: ", ")
            throw bad("category", "must be one of \(names)")
        }
        return category
    }

    func reference(_ name: String) throws(Refusal) -> RecordReference {
        try RecordReference(try text(name, max: RecordReference.textMax))
    }

    func role() throws(Refusal) -> String {
        let role = try text("role", max: 40)
        guard role.utf8.allSatisfy({ (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "_") }) else {
            throw bad("role", "has letters a to z and _ alone, such as suspect or owner")
        }
        return role
    }

    func key(_ category: RecordCategory) throws(Refusal) -> String {
        if category == .vehicle {
            guard let plate = try optionalPlate("plate") else { throw Refusal("missing", "'plate' is missing") }
            return VehicleKey.text(plate, try optionalCountry("country") ?? .unknown)
        }
        guard let text = try optionalText(category.keyName), !text.isEmpty else {
            if category.needsKey { throw Refusal("missing", "'\(category.keyName)' is missing") }
            return ""
        }
        return try RecordReference.key(category, text)
    }

    /// A person was born, and all else happened.
    func happened(_ category: RecordCategory) throws(Refusal) -> Nanoseconds? {
        guard category == .person else { return try optionalInstant("at") }
        let day = try optionalDay("born")
        return day.map { Nanoseconds($0) * .day }
    }

    func optionalInstant(_ name: String) throws(Refusal) -> Nanoseconds? {
        if let ns = try? instant(name) { return ns }
        guard try optionalText(name) == nil else { throw bad(name, "must be an instant such as 2026-11-27T08:15:30Z") }
        return nil
    }

    /// Refuses a text that the category does not have.
    func checkTexts(of category: RecordCategory) throws(Refusal) {
        for name in RecordCategory.allTextNames where !category.textNames.contains(name) {
            if try optionalText(name) != nil { throw bad(name, "is not of a \(category.name)") }
        }
    }
}
