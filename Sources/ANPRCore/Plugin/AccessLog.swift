import Glibc

/// Who looked, for what, and why: the trace that the law asks for of some verbs.
///
/// A line is on disk before the answer is shown, whoever serves it. Lines of two processes do not mix: each is one
/// append.
package enum AccessLog {
    package static let fileName = "access.jsonl"

    package static func note(
        _ call: PluginCall, reply: PluginReply, plugin: String, folder: String, atNs: Nanoseconds
    ) throws(SystemError) {
        var line = JSONLine()
        line.begin()
        line.field("at", Instant.format(atNs))
        line.field("plugin", plugin)
        line.field("verb", call.verb)
        line.field("by", call.by)
        line.field("reason", call.reason)
        line.field("id", call.id)
        line.key("asked")
        CallLine.writeFields(call, into: &line) { "\($0.count) bytes" }
        switch reply {
        case .done: line.field("outcome", "done")
        case .lines(let bytes, _): line.field("lines", bytes.count { $0 == 0x0a })
        case .refused(let refusal): line.field("outcome", refusal.code)
        case .notNow: line.field("outcome", "not_now")
        }
        line.end(newline: true)
        let file = try LineFile(path: "\(folder)/\(fileName)")
        file.append(line)
        try file.flush()
        try file.sync()
    }
}
