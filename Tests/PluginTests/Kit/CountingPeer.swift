@testable import ANPRCore
@testable import PluginKit

/// An office that gives what it takes numbers, which must be the same after a restart; and that refuses one in seven.
final class CountingPeer: PeerScript {
    private(set) var taken = 0
    private(set) var recoveredMessages = 0
    /// Messages to be sent by itself.
    var waiting: [String] = []

    func answer(_ request: PeerRequest) -> PeerReply {
        if request.path.hasSuffix("/broken") { return PeerReply(status: 500) }
        if request.path.hasSuffix("/moved") {
            var reply = PeerReply(status: 302)
            reply.headers["Location"] = "/elsewhere"
            return reply
        }
        if request.path.hasSuffix("/busy") { return PeerReply(status: 429) }
        if request.path.hasSuffix("/long") { return PeerReply(status: 200, body: [UInt8](repeating: 65, count: 5000)) }
        taken += 1
        return PeerReply(status: taken % 7 == 0 ? 422 : 202, text: "{\"number\":\(taken)}")
    }

    func recover(_ request: PeerRequest) { taken += 1 }

    func tick(_ nowNs: Nanoseconds) -> [JSONLine] {
        defer { waiting = [] }
        return waiting.map { text in
            var line = JSONLine()
            line.begin()
            line.field("text", text)
            line.end()
            return line
        }
    }

    func recover(message: [UInt8]) { recoveredMessages += 1 }
}
