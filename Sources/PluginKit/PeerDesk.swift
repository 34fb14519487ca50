import ANPRCore
import Synchronization

/// What a simulated peer decides about each request, one at a time.
final class PeerDesk: @unchecked Sendable {
    // SAFE: what follows is touched inside `locked` alone.
    private let script: any PeerScript
    private var folder: PeerFolder
    private var faults: PeerFaults
    private var random: Random
    private var counts = PeerCounts()
    private let lock = Mutex(())

    /// How a connection goes on.
    struct Act {
        /// Nil: it is closed without a word.
        var reply: PeerReply?
        var delayNs: Nanoseconds = 0
        var isHalved = false
    }

    /// Messages in one answer at most.
    static let inboxPageMax = 100

    init(_ script: any PeerScript, _ folder: PeerFolder, _ faults: PeerFaults, seed: UInt64) {
        self.script = script
        self.folder = folder
        self.faults = faults
        random = Random(seed: seed)
    }

    private func locked<T>(_ body: () throws -> T) rethrows -> T { try lock.withLock { _ in try body() } }

    var status: PeerCounts {
        locked {
            counts.kept = folder.kept.count
            counts.conflicts = folder.conflicts
            counts.sent = folder.inbox.count
            return counts
        }
    }

    /// Drawn before anything is taken. Whoever steers the peer has no bad luck.
    func fate(target: String) -> PeerFaults.Fate {
        if target.hasPrefix("/-/") { return PeerFaults.Fate() }
        return locked {
            let fate = faults.fate(&random)
            if fate.end == .refused { counts.refused += 1 }
            return fate
        }
    }

    func take(_ request: PeerRequest, _ fate: PeerFaults.Fate) -> Act {
        if request.path.hasPrefix("/-/") { return Act(reply: steer(request)) }
        return locked {
            counts.arrivals += 1
            if fate.isDelayed { counts.delayed += 1 }
            var act = Act(delayNs: fate.isDelayed ? faults.delayNs : 0)
            do throws(SystemError) {
                try folder.noteArrival(request, fate.end)
                act.reply = try reply(request, fate)
            } catch {
                act.reply = .refusal(500, "\(error)")
            }
            act.isHalved = fate.end == .halved
            if act.isHalved { counts.halved += 1 }
            return act
        }
    }

    private func reply(_ request: PeerRequest, _ fate: PeerFaults.Fate) throws(SystemError) -> PeerReply? {
        switch fate.end {
        case .refused, .lost:
            counts.lost += 1
            return nil
        case .failedBefore:
            counts.failed += 1
            return .refusal(503, "not now")
        case .failedAfter:
            counts.failed += 1
            _ = try answer(request, fate)
            return .refusal(503, "not now")
        case .hidden:
            counts.hidden += 1
            _ = try answer(request, fate)
            return nil
        case .forgotten where request.method != "GET" && folder.kept[request.key] == nil:
            counts.forgotten += 1
            return PeerReply(status: 202)
        case .forgotten, .halved, .answered: return try answer(request, fate)
        }
    }

    private func answer(_ request: PeerRequest, _ fate: PeerFaults.Fate) throws(SystemError) -> PeerReply {
        if request.method == "GET", request.path.hasSuffix("/inbox") { return try inbox(request, fate) }
        if request.method == "GET", let place = request.path.firstRange(of: "/kept/") {
            return kept(request.path[place.upperBound...])
        }
        guard !request.key.isEmpty else { return .refusal(400, "a request needs an Idempotency-Key") }
        let sha256 = SHA256.digest(request.body).description
        if let kept = folder.kept[request.key] {
            guard kept.sha256 == sha256, kept.target == request.target else {
                try folder.noteConflict(request, sha256)
                return .refusal(409, "the key came with another content before")
            }
            counts.again += 1
            return kept.reply
        }
        guard folder.kept.count < PeerFolder.keptMax else { return .refusal(507, "nothing more can be kept") }
        let reply = script.answer(request)
        if reply.status < 500 { try folder.keep(request, sha256, reply) }
        return reply
    }

    private func kept(_ text: Substring) -> PeerReply {
        guard let key = PercentText.decode(text), let kept = folder.kept[key] else {
            return .refusal(404, "there is nothing with that key")
        }
        var line = JSONLine()
        line.begin()
        line.field("key", key)
        line.field("sha256", kept.sha256)
        line.field("status", kept.reply.status)
        line.end()
        return PeerReply(status: 200, body: line.bytes)
    }

    /// `{"messages":[{"number":7,"body":{...}}],"last":7}`: those behind `after`, and the number to go on from.
    private func inbox(_ request: PeerRequest, _ fate: PeerFaults.Fate) throws(SystemError) -> PeerReply {
        guard let after = request.query("after").flatMap({ Int($0) }), after >= 0 else {
            return .refusal(400, "'after' must be the number of the last message, 0 for all")
        }
        try folder.send(script.tick(request.atNs))
        var first = min(after, folder.inbox.count)
        if fate.isTwice, first > 0 {
            first -= 1
            counts.twice += 1
        }
        let end = min(folder.inbox.count, first + Self.inboxPageMax)
        let messages = (first..<end).map { i in
            "{\"number\":\(i + 1),\"body\":\(String(decoding: folder.inbox[i], as: UTF8.self))}"
        }
        return PeerReply(
            status: 200, text: "{\"messages\":[\(messages.joined(separator: ","))],\"last\":\(max(after, end))}")
    }

    // MARK: Steering

    private func steer(_ request: PeerRequest) -> PeerReply {
        switch (request.method, request.path) {
        case ("PUT", "/-/faults"):
            do throws(InputProblem) {
                let faults = try PeerFaults(String(decoding: request.body, as: UTF8.self))
                locked { self.faults = faults }
            } catch { return .refusal(400, error.message) }
            return steeringState()
        case ("GET", "/-/faults"): return steeringState()
        case ("GET", "/-/status"): return PeerReply(status: 200, body: status.json)
        default: return .refusal(404, "there are PUT /-/faults, GET /-/faults and GET /-/status")
        }
    }

    private func steeringState() -> PeerReply {
        var line = JSONLine()
        line.begin()
        line.field("faults", locked { faults.description })
        line.end()
        return PeerReply(status: 200, body: line.bytes)
    }
}

/// Since this peer was started; `kept`, `conflicts` and `sent` since there is its folder.
package struct PeerCounts: Equatable, Sendable {
    /// Requests that were taken in.
    package var arrivals = 0
    package var kept = 0
    /// Of a key that was kept before: answered the same.
    package var again = 0
    package var conflicts = 0
    /// Messages.
    package var sent = 0
    package var refused = 0
    package var lost = 0
    package var hidden = 0
    package var failed = 0
    package var forgotten = 0
    package var halved = 0
    package var delayed = 0
    package var twice = 0

    package var rows: [(String, Int)] {
        [
            ("arrivals", arrivals), ("kept", kept), ("again", again), ("conflicts", conflicts), ("sent", sent),
            ("refused", refused), ("lost", lost), ("hidden", hidden), ("failed", failed), ("forgotten", forgotten),
            ("halved", halved), ("delayed", delayed), ("twice", twice),
        ]
    }

    var json: [UInt8] {
        var line = JSONLine()
        line.begin()
        for (name, value) in rows {
            line.key(named: name)
            line.value(value)
        }
        line.end()
        return line.bytes
    }
}
