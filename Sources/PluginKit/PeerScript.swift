import ANPRCore

/// What a simulated office does with what it is sent. Written by a plugin, beside its adapter; called by one at a time.
///
/// `PeerServer` does the rest: each key once, kept before it is answered, faults, restarts.
package protocol PeerScript: AnyObject {
    /// The first time that a key comes; the server keeps the answer, and repeats it for the same key. A status from 500
    /// on is no answer: nothing is kept.
    func answer(_ request: PeerRequest) -> PeerReply
    /// After a restart, in order: what was kept.
    func recover(_ request: PeerRequest)
    /// What it sends by itself by now, one JSON object each without a newline. Fetched by `GET /inbox?after=N`.
    func tick(_ nowNs: Nanoseconds) -> [JSONLine]
    /// After a restart, in order: a message that it had sent.
    func recover(message: [UInt8])
}

extension PeerScript {
    package func recover(_ request: PeerRequest) {}
    package func tick(_ nowNs: Nanoseconds) -> [JSONLine] { [] }
    package func recover(message: [UInt8]) {}
}

package struct PeerRequest: Equatable, Sendable {
    package let method: String
    /// With what follows a `?`, as it came.
    package let target: String
    /// The `Idempotency-Key`; empty when there was none.
    package let key: String
    package let body: [UInt8]
    package let atNs: Nanoseconds

    package init(method: String, target: String, key: String, body: [UInt8], atNs: Nanoseconds) {
        self.method = method
        self.target = target
        self.key = key
        self.body = body
        self.atNs = atNs
    }

    /// Without what follows a `?`.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// Nil when the target does not say so.
    package func query(_ name: String) -> String? {
        guard let question = target.firstIndex(of: "?") else { return nil }
        for part in target[question...].dropFirst().split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[0] == name { return PercentText.decode(pair[1]) }
        }
        return nil
    }
}

package struct PeerReply: Equatable, Sendable {
    package let status: Int
    package let body: [UInt8]
    package let type: String
    /// Further lines of the head. Not kept: a repeated answer has none.
    package var headers: [String: String] = [:]

    package init(status: Int, body: [UInt8] = Array("{}".utf8), type: String = "application/json") {
        self.status = status
        self.body = body
        self.type = type
    }

    package init(status: Int, text: String) { self.init(status: status, body: Array(text.utf8)) }

    /// A refusal, with why.
    static func refusal(_ status: Int, _ message: String) -> PeerReply {
        var line = JSONLine()
        line.begin()
        line.field("message", message)
        line.end()
        return PeerReply(status: status, body: line.bytes)
    }
}
