import ANPRCore

/// What a call carries, by name; says what is missing or wrong. The verbs' table has checked most of it before, but a
/// call can come from anywhere.
struct CallFields {
    private let call: PluginCall

    init(_ call: PluginCall) { self.call = call }

    func text(_ name: String, max: Int = Holder.textMax) throws(Refusal) -> String {
        guard let text = try optionalText(name, max: max), !text.isEmpty else { throw missing(name) }
        return text
    }

    func optionalText(_ name: String, max: Int = Holder.textMax) throws(Refusal) -> String? {
        switch call.fields[name] {
        case nil: return nil
        case .text(let text):
            guard text.utf8.count <= max else { throw bad(name, "has at most \(max) bytes") }
            return text
        default: throw bad(name, "must be a text")
        }
    }

    func whole(_ name: String) throws(Refusal) -> Int {
        guard let value = try optionalWhole(name) else { throw missing(name) }
        return value
    }

    func optionalWhole(_ name: String) throws(Refusal) -> Int? {
        switch call.fields[name] {
        case nil: return nil
        case .whole(let value): return value
        default: throw bad(name, "must be a whole number")
        }
    }

    func instant(_ name: String) throws(Refusal) -> Nanoseconds {
        guard case .instant(let ns) = call.fields[name] else { throw missing(name) }
        return ns
    }

    func optionalDay(_ name: String) throws(Refusal) -> Int? {
        switch call.fields[name] {
        case nil: return nil
        case .day(let day): return day
        default: throw bad(name, "must be a day such as 2026-11-27")
        }
    }

    func optionalPlate(_ name: String) throws(Refusal) -> Plate? {
        switch call.fields[name] {
        case nil: return nil
        case .plate(let plate): return plate
        case .text(let text):
            guard let plate = try? Plate(text) else { throw bad(name, "is no plate") }
            return plate
        default: throw bad(name, "must be a plate")
        }
    }

    func optionalCountry(_ name: String) throws(Refusal) -> Country? {
        guard let text = try optionalText(name) else { return nil }
        guard let country = Country(text), country != .unknown else {
            throw bad(name, "must be two letters such as BE")
        }
        return country
    }

    /// A file's ten digits, or its structured communication in any of its forms.
    func file(_ name: String) throws(Refusal) -> UInt64 {
        let text = try text(name)
        if text.utf8.count == 10, let number = UInt64(text) { return number }
        if let communication = StructuredCommunication(text) { return communication.number }
        throw bad(name, "must be a file's ten digits, or a structured communication with right check digits")
    }

    private func missing(_ name: String) -> Refusal { Refusal("missing", "'\(name)' is missing") }
    func bad(_ name: String, _ what: String) -> Refusal { Refusal("wrong", "'\(name)' \(what)") }
}
