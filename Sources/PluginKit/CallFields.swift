import ANPRCore

/// What a call carries, by name; says what is missing or wrong. The verbs' table has checked most of it before, but a
/// call can come from anywhere.
package struct CallFields {
    /// Of a text whose bound nobody else names.
    package static let textBytesMax = 200
    private let call: PluginCall

    package init(_ call: PluginCall) { self.call = call }

    package func text(_ name: String, max: Int = Self.textBytesMax) throws(Refusal) -> String {
        guard let text = try optionalText(name, max: max), !text.isEmpty else { throw missing(name) }
        return text
    }

    package func optionalText(_ name: String, max: Int = Self.textBytesMax) throws(Refusal) -> String? {
        switch call.fields[name] {
        case nil: return nil
        case .text(let text):
            guard text.utf8.count <= max else { throw bad(name, "has at most \(max) bytes") }
            return text
        default: throw bad(name, "must be a text")
        }
    }

    package func whole(_ name: String) throws(Refusal) -> Int {
        guard let value = try optionalWhole(name) else { throw missing(name) }
        return value
    }

    package func optionalWhole(_ name: String) throws(Refusal) -> Int? {
        switch call.fields[name] {
        case nil: return nil
        case .whole(let value): return value
        default: throw bad(name, "must be a whole number")
        }
    }

    package func instant(_ name: String) throws(Refusal) -> Nanoseconds {
        guard case .instant(let ns) = call.fields[name] else { throw missing(name) }
        return ns
    }

    package func optionalDay(_ name: String) throws(Refusal) -> Int? {
        switch call.fields[name] {
        case nil: return nil
        case .day(let day): return day
        default: throw bad(name, "must be a day such as 2026-11-27")
        }
    }

    package func optionalPlate(_ name: String) throws(Refusal) -> Plate? {
        switch call.fields[name] {
        case nil: return nil
        case .plate(let plate): return plate
        case .text(let text):
            guard let plate = try? Plate(text) else { throw bad(name, "is no plate") }
            return plate
        default: throw bad(name, "must be a plate")
        }
    }

    package func optionalCountry(_ name: String) throws(Refusal) -> Country? {
        guard let text = try optionalText(name) else { return nil }
        guard let country = Country(text), country != .unknown else {
            throw bad(name, "must be two letters such as BE")
        }
        return country
    }

    private func missing(_ name: String) -> Refusal { Refusal("missing", "'\(name)' is missing") }
    package func bad(_ name: String, _ what: String) -> Refusal { Refusal("wrong", "'\(name)' \(what)") }
}
