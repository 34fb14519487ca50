import ANPRCore
import PluginKit

/// The simulated i+Belgium: takes persons and measures, and sends decisions of its own.
///
/// Some of the measures that it takes it amends: the decision is later by a second, and the measure ends a day earlier.
/// What else it shall send stands in a file, one document a line.
final class IBelgiumPeer: PeerScript {
    /// Of a thousand measures that it is sent, by what their key hashes to: the same in each run.
    private let amendPermille: Int
    static let options = [
        PeerModule.Option("amend_permille", "N", "decides otherwise on N of a thousand measures (0)"),
        PeerModule.Option("messages", "FILE", "sends these documents, one a line"),
    ]

    private var messages: [[UInt8]] = []
    /// How many of `messages` are sent; those that came first are the file's.
    private var sentCount = 0

    init(_ options: [String: String]) throws(InputProblems) {
        let known = ["amend_permille", "messages"]
        for name in options.keys.sorted() where !known.contains(name) {
            throw InputProblems(
                file: "peer ibelgium", "option '\(name)' is unknown; known: \(known.joined(separator: ", "))")
        }
        guard let amend = Int(options["amend_permille"] ?? "0"), (0...1000).contains(amend) else {
            throw InputProblems(file: "peer ibelgium", "option 'amend_permille' must be 0 to 1000")
        }
        amendPermille = amend
        guard let path = options["messages"] else { return }
        let file: FileBytes
        do throws(SystemError) { file = try FileBytes(path: path) } catch {
            throw InputProblems(file: path, "cannot be read: \(error)")
        }
        messages = file.bytes.split(separator: 0x0a).map { Array($0) }
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        let value = try? JSON5Value(text: String(decoding: request.body, as: UTF8.self))
        guard let document = value?["document"], document["kind"]?.string != nil else {
            return PeerReply(status: 422, text: "{\"cause\":\"not_understood\"}")
        }
        if let amended = amended(document, request.key) { messages.append(amended) }
        return PeerReply(status: 202)
    }

    func recover(_ request: PeerRequest) { _ = answer(request) }

    func tick(_ nowNs: Nanoseconds) -> [JSONLine] {
        let fresh = messages.dropFirst(sentCount).map { message in
            var line = JSONLine()
            line.value(raw: message)
            return line
        }
        sentCount = max(sentCount, messages.count)
        return fresh
    }

    /// Sent before: those of the file first, then what was made of requests, in their order.
    func recover(message: [UInt8]) { sentCount += 1 }

    /// Nil: left as it is.
    private func amended(_ document: JSON5Value, _ key: String) -> [UInt8]? {
        guard document["kind"]?.string == "measure", Self.mark(key) % 1000 < amendPermille,
            case .object(let members) = document.kind,
            let decidedNs = document["decided_at"]?.string.flatMap({ Instant.parse($0) })
        else { return nil }
        let endNs = document["valid_to"]?.string.flatMap { Instant.parse($0) } ?? decidedNs + 365 * .day
        let changed: [String: String] = [
            "decided_at": Instant.format(decidedNs + .second), "valid_to": Instant.format(endNs - .day),
        ]
        var line = JSONLine()
        line.begin()
        for member in members {
            line.key(named: member.name)
            if let text = changed[member.name] { line.value(text) } else { line.value(member.value) }
        }
        line.end()
        return line.bytes
    }

    private static func mark(_ key: String) -> Int {
        Int(SHA256.digest(Array(key.utf8)).bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
    }
}
