import ANPRCore
import PluginKit

/// What a call of PSC carries, read as files have it.
struct WatchFields {
    let call: PluginCall
    let common: CallFields
    let text: ConditionText

    init(_ call: PluginCall, _ text: ConditionText) {
        self.call = call
        self.text = text
        common = CallFields(call)
    }

    func text(_ name: String) throws(Refusal) -> String {
        try common.text(name, max: ConditionText.textBytesMax)
    }

    func optional(_ name: String, max: Int = ConditionText.textBytesMax) throws(Refusal) -> String? {
        try common.optionalText(name, max: max)
    }

    /// When it is not said: now.
    func instant(_ name: String) throws(Refusal) -> Nanoseconds {
        call.fields[name] == nil ? call.atNs : try common.instant(name)
    }

    func plate(_ name: String) throws(Refusal) -> Plate {
        guard let plate = try common.optionalPlate(name) else { throw Refusal("missing", "'\(name)' is missing") }
        return plate
    }

    private func understood<T>(_ read: () throws(TextProblem) -> T) throws(Refusal) -> T {
        do throws(TextProblem) { return try read() } catch { throw Refusal("wrong", error.message) }
    }

    private func span() throws(Refusal) -> (fromNs: Nanoseconds, toNs: Nanoseconds) {
        let (from, to) = (try optional("valid_from") ?? "", try optional("valid_to") ?? "")
        return try understood { () throws(TextProblem) in try text.span(from: from, to: to) }
    }

    func id(_ name: String) throws(Refusal) -> String {
        let id = try text(name)
        try understood { () throws(TextProblem) in try text.check(id: id, name) }
        return id
    }

    func person() throws(Refusal) -> Person {
        let plates = try optional("plates", max: ConditionText.columnBytesMax) ?? ""
        return Person(
            id: try id("person"), name: try text("name"),
            plates: try understood { () throws(TextProblem) in try text.plates(plates) })
    }

    func link() throws(Refusal) -> PersonPlate {
        let span = try span()
        return PersonPlate(plate: try plate("plate"), fromNs: span.fromNs, toNs: span.toNs)
    }

    func measure() throws(Refusal) -> Measure {
        let span = try span()
        return Measure(
            id: try id("measure"), person: try text("person"), authority: try text("authority"),
            reference: try text("reference"), fromNs: span.fromNs, toNs: span.toNs)
    }

    func amendment() throws(Refusal) -> PSCCommand.Amendment {
        func end(_ name: String) throws(Refusal) -> Nanoseconds? {
            guard let given = try optional(name) else { return nil }
            let absent: Nanoseconds = name == "valid_from" ? .min : .max
            guard let ns = text.instant(given == "open" ? "" : given, absent: absent) else {
                throw common.bad(name, "must be a date, an instant or 'open'")
            }
            return ns
        }
        return PSCCommand.Amendment(
            authority: try optional("authority"), reference: try optional("reference"), fromNs: try end("valid_from"),
            toNs: try end("valid_to"))
    }

    func condition() throws(Refusal) -> Condition {
        var texts = ["condition": try id("condition"), "person": try text("person")]
        for name in ["measure", "kind", "valid_from", "valid_to", "hours", "with", "reason"] {
            texts[name] = try optional(name)
        }
        for name in ["cameras", "area"] { texts[name] = try optional(name, max: ConditionText.columnBytesMax) }
        for name in ["priority", "every_days"] { texts[name] = try common.optionalWhole(name).map(String.init) }
        return try understood { () throws(TextProblem) in try text.condition { texts[$0] ?? "" } }
    }
}
