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
        if case .done(let object) = reply {
            write(members(of: object), into: &out)
        } else {
            CallLine.writeMembers(of: reply, into: &out)
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
