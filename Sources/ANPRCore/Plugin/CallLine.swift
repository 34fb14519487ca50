/// A call and its reply as lines of JSON: what goes over the control socket.
package enum CallLine {
    package static func write(_ call: PluginCall, plugin: String, into line: inout JSONLine) {
        line.begin()
        line.field("plugin", plugin)
        line.field("verb", call.verb)
        line.field("id", call.id)
        if !call.reason.isEmpty { line.field("reason", call.reason) }
        if call.isQuery { line.field("limit", call.limit) }
        if !call.from.isEmpty { line.field("from", call.from) }
        line.key("fields")
        writeFields(call, into: &line) { Base64.text($0) }
        line.end(newline: true)
    }

    /// An object of the fields; a file's bytes as the text that `file` makes of them.
    static func writeFields(_ call: PluginCall, into line: inout JSONLine, file: ([UInt8]) -> String) {
        line.begin()
        for (name, value) in call.fields.sorted(by: { $0.key < $1.key }) {
            line.key(named: name)
            if case .bytes(let bytes) = value { line.value(file(bytes)) } else { write(value, into: &line) }
        }
        line.end()
    }

    private static func write(_ value: FieldValue, into line: inout JSONLine) {
        switch value {
        case .text(let text): line.value(text)
        case .whole(let number): line.value(number)
        case .instant(let ns): line.value(Instant.format(ns))
        case .day(let day): line.value(Instant.date(Nanoseconds(day) * .day))
        case .flag(let truth): line.value(truth)
        case .plate(let plate): line.value(plate.description)
        case .list(let texts):
            line.beginArray()
            for text in texts { line.value(text) }
            line.endArray()
        case .bytes(let bytes): line.value(Base64.text(bytes))
        }
    }

    package static func write(_ reply: PluginReply, id: String, into line: inout JSONLine) {
        line.begin()
        line.field("id", id)
        writeMembers(of: reply, into: &line)
        line.end(newline: true)
    }

    /// What a reply says, as members of an object that is open.
    package static func writeMembers(of reply: PluginReply, into line: inout JSONLine) {
        switch reply {
        case .done(let object):
            line.key("done")
            line.value(raw: object.isEmpty ? Array("{}".utf8) : object.filter { $0 != 0x0a })
        case .lines(let bytes, let next):
            line.key("lines")
            line.beginArray()
            for one in bytes.split(separator: 0x0a) { line.value(raw: one) }
            line.endArray()
            if let next { line.field("next", next) }
        case .refused(let refusal):
            line.key("refused")
            line.begin()
            line.field("code", refusal.code)
            line.field("message", refusal.message)
            line.end()
        case .notNow(let reason): line.field("not_now", reason)
        }
    }

    /// Nil when the line is no reply.
    package static func reply(_ value: JSON5Value) -> PluginReply? {
        if let done = value["done"] { return .done(bytes(done)) }
        if let refused = value["refused"], let code = refused["code"]?.string {
            return .refused(Refusal(code, refused["message"]?.string ?? ""))
        }
        if let reason = value["not_now"]?.string { return .notNow(reason) }
        guard let lines = value["lines"], case .array(let values) = lines.kind else { return nil }
        return .lines(values.flatMap { bytes($0) + [0x0a] }, next: value["next"]?.string)
    }

    private static func bytes(_ value: JSON5Value) -> [UInt8] {
        var line = JSONLine()
        line.value(value)
        return line.bytes
    }
}
