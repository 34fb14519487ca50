import ANPRCore

/// The fields of a call, as PacOs wants them.
struct CustodyFields: Sendable {
    private let fields: [String: FieldValue]

    init(_ call: PluginCall) { fields = call.fields }

    /// Empty when it is not there.
    func optional(_ name: String) -> String {
        if case .text(let text) = fields[name] { return text }
        return ""
    }

    func text(_ name: String) throws(Refusal) -> String {
        let text = optional(name)
        if text.isEmpty { throw Refusal("bad_fields", "'\(name)' is missing") }
        return text
    }

    func instant(_ name: String) -> Nanoseconds? {
        switch fields[name] {
        case .instant(let ns): ns
        case .day(let day): LocalTime.europeBrussels.startNs(ofDay: day)
        default: nil
        }
    }

    func whole(_ name: String) -> Int? {
        if case .whole(let number) = fields[name] { return number }
        return nil
    }

    func bytes(_ name: String) -> [UInt8]? {
        if case .bytes(let bytes) = fields[name] { return bytes }
        return nil
    }

    func list(_ name: String) -> [String] {
        if case .list(let list) = fields[name] { return list }
        return []
    }

    /// A number that was typed or scanned.
    func code(_ name: String) -> [UInt8]? {
        let text = optional(name)
        return text.isEmpty ? nil : ScanText.code(text)
    }

    func number() throws(Refusal) -> [UInt8] { try needed(code("number"), "number") }

    /// `DV-12` is 12.
    func row(_ name: String, _ prefix: String) throws(Refusal) -> Int? {
        let text = optional(name)
        if text.isEmpty { return nil }
        guard let number = RowName.number(text, prefix), number < CustodyRegister.rowsMax else {
            throw Refusal("bad_fields", "'\(name)' must be such as \(prefix)12, not '\(text)'")
        }
        return number
    }

    func needed<Value>(_ value: Value?, _ name: String) throws(Refusal) -> Value {
        guard let value else { throw Refusal("bad_fields", "'\(name)' is missing") }
        return value
    }

    func service() throws(Refusal) -> Service {
        guard let service = Service(name: try text("service")) else {
            throw Refusal("bad_fields", "'service' must be police or justice")
        }
        return service
    }

    func kind() throws(Refusal) -> ExhibitKind {
        guard let kind = ExhibitKind(name: try text("kind")) else {
            let names = ExhibitKind.allCases.map { "\($0)" }.joined(separator: ", ")
            throw Refusal("bad_fields", "'kind' must be one of \(names)")
        }
        return kind
    }
}
