import ANPRCore

/// What became of a line that was typed. A program that types matches answers by the line's number, refusals too.
struct TypedAnswer {
    /// Of standard input, from 1.
    let line: Int
    let reply: PluginReply

    var code: ExitCode {
        switch reply {
        case .done, .lines: .ok
        case .refused: .failure
        case .notNow: .unavailable
        }
    }

    /// Always one object a line that was typed, `line` first.
    var json: JSONLine {
        var out = JSONLine()
        out.begin()
        out.field("line", line)
        switch reply {
        case .done(let object): write(members(of: object), into: &out)
        case .lines(let lines, _):
            out.key("lines")
            out.beginArray()
            for one in lines.split(separator: 0x0a) { out.value(raw: one) }
            out.endArray()
        case .refused(let refusal):
            out.key("refused")
            out.begin()
            out.field("code", refusal.code)
            out.field("message", refusal.message)
            out.end()
        case .notNow(let why): out.field("not_now", why)
        }
        out.end(newline: true)
        return out
    }

    private func members(of object: [UInt8]) -> [JSON5Member] {
        guard let value = try? JSON5Value(text: String(decoding: object, as: UTF8.self)),
            case .object(let members) = value.kind
        else { return [] }
        return members
    }

    private func write(_ members: [JSON5Member], into out: inout JSONLine) {
        for member in members where member.name != "line" {
            out.key(named: member.name)
            out.value(member.value)
        }
    }
}
