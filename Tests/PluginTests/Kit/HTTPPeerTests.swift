import Testing

@testable import ANPRCore
@testable import PluginKit

/// The client against the simulated peer, whatever goes wrong between them.
@Suite(.serialized) struct HTTPPeerTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func peer(_ server: PeerServer, wholeNs: Nanoseconds = 60 * .second, bytesMax: Int = 1000) throws
        -> HTTPPeer
    {
        var settings = HTTPPeer.Settings(url: "http://127.0.0.1:\(server.port)")
        settings.wholeNs = wholeNs
        settings.bytesMax = bytesMax
        return try HTTPPeer(settings) { effect in
            switch effect.destination {
            case "kept": .kept(String(decoding: effect.payload, as: UTF8.self))
            case "inbox": .inbox(after: Int(String(decoding: effect.payload, as: UTF8.self)) ?? 0)
            case let path: HTTPQuestion("POST", "/" + path, body: effect.payload)
            }
        }
    }

    private func effect(_ i: Int, to destination: String = "fines") -> Effect {
        Effect(key: "12:3/1/\(i)", destination: destination, payload: Array("{\"n\":\(i),\"é\":\"\\\"\"}".utf8))
    }

    private func server(_ faults: PeerFaults = PeerFaults(), seed: UInt64 = 1) throws -> PeerServer {
        try PeerServer(CountingPeer(), keep: folder.path + "/peer", faults: faults, seed: seed)
    }

    private func problem(_ peer: HTTPPeer, _ effect: Effect) -> DeliveryProblem? {
        do throws(DeliveryProblem) {
            _ = try peer.ask(effect)
            return nil
        } catch { return error }
    }

    /// As an outbox does: until there is an answer, and "acknowledged" only once the peer still has it.
    private func deliver(_ effect: Effect, by peer: HTTPPeer, attempts: inout Int) throws -> DeliveryAnswer {
        let question = Effect(key: "ask:" + effect.key, destination: "kept", payload: Array(effect.key.utf8))
        var answer: DeliveryAnswer?
        for _ in 0..<200 {
            attempts += 1
            do throws(DeliveryProblem) {
                guard let known = answer else {
                    answer = try peer.ask(effect)
                    continue
                }
                if try peer.ask(question).status == 200 { return known }
                answer = nil
            } catch {
                guard case .temporary = error else { throw error }
            }
        }
        throw DeliveryProblem.temporary("200 attempts")
    }

    /// The peer's files say that each was kept once, as it was sent.
    private func expectKept(_ effects: [Effect], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let lines = try folder.lines("peer/kept.jsonl")
        let kept = lines.compactMap { line in (line["key"] as? String).map { ($0, line["sha256"] as? String) } }
        #expect(kept.count == effects.count, sourceLocation: sourceLocation)
        let digests = Dictionary(kept) { first, _ in first }
        for effect in effects {
            #expect(
                digests[effect.key] == SHA256.digest(effect.payload).description, sourceLocation: sourceLocation)
        }
        #expect(try folder.text("peer/conflicts.jsonl").isEmpty, sourceLocation: sourceLocation)
    }

    private static let faults = [
        "", "refuse=.2", "lose=.2", "hide=.2", "fail=.2", "delay=.2,delay_ms=2", "half=.2", "forget=.2",
    ]

    @Test(.timeLimit(.minutes(5)), arguments: faults) func eachIsKeptOnceUnderOneFault(faults: String) throws {
        let server = try server(PeerFaults(faults), seed: 7)
        defer { server.stop() }
        let peer = try peer(server)
        let effects = (0..<100).map { effect($0) }
        var attempts = 0
        for (i, effect) in effects.enumerated() {
            let answer = try deliver(effect, by: peer, attempts: &attempts)
            // One after the other: each got its number, once.
            #expect(answer.status == ((i + 1) % 7 == 0 ? 422 : 202))
            if !faults.hasPrefix("forget") { #expect(answer.body == Array("{\"number\":\(i + 1)}".utf8)) }
        }
        #expect((attempts > 200) == !(faults.isEmpty || faults.hasPrefix("delay")))
        try expectKept(effects)
    }

    @Test(.timeLimit(.minutes(10))) func aThousandUnderAllFaults() throws {
        let server = try server(PeerFaults(all: 0.2, delayNs: .millisecond), seed: 11)
        defer { server.stop() }
        let peer = try peer(server)
        let effects = (0..<1000).map { effect($0) }
        var attempts = 0
        for effect in effects { _ = try deliver(effect, by: peer, attempts: &attempts) }
        try expectKept(effects)
        let counts = server.counts
        #expect(counts.kept == 1000 && counts.conflicts == 0)
        for (name, count) in counts.rows where !["conflicts", "sent", "twice"].contains(name) {
            #expect(count > 0, "\(name)")
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["refuse=1", "lose=1", "hide=1", "fail=1", "half=1"])
    func whatGoesWrongIsTemporary(faults: String) throws {
        let server = try server(PeerFaults(faults))
        defer { server.stop() }
        let problem = problem(try peer(server), effect(1))
        guard case .temporary? = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
        #expect(server.counts.kept <= 1)
    }

    @Test(.timeLimit(.minutes(5))) func onlyTheWholeAnswerInTimeIsOne() throws {
        let server = try server(PeerFaults("delay=1,delay_ms=600000"))
        let problem = problem(try peer(server, wholeNs: 200 * .millisecond), effect(1))
        #expect(problem == .temporary("no answer within 200 ms"))
        // And the server ends though it has half its answers to give.
        server.stop()
        #expect(try folder.lines("peer/kept.jsonl").count == 1)
        #expect(self.problem(try peer(server), effect(2)) != nil, "nobody listens")
    }

    @Test func statusesThatAreAnswersAndThoseThatAreNot() throws {
        let server = try server()
        defer { server.stop() }
        let peer = try peer(server)
        #expect(problem(peer, effect(1, to: "broken")) == .temporary("answered with status 500"))
        #expect(problem(peer, effect(2, to: "busy")) == .temporary("answered with status 429"))
        #expect(problem(peer, effect(3, to: "moved")) == .temporary("answered with status 302"))
        #expect(problem(peer, effect(4, to: "long")) == .temporary("the answer is longer than 1000 bytes"))
        let conflicting = Effect(key: effect(5).key, destination: "fines", payload: [1, 2, 255])
        #expect(try peer.ask(effect(5)).status == 202)
        #expect(try peer.ask(conflicting).status == 409)
        #expect(server.counts.conflicts == 1)
        let odd = Effect(key: "a\nb", destination: "fines", payload: [])
        guard case .permanent? = problem(peer, odd) else {
            Issue.record("a key that no header can hold")
            return
        }
    }

    @Test func messagesComeByNumberAndMayComeAgain() throws {
        let script = CountingPeer()
        script.waiting = ["one", "two"]
        let server = try PeerServer(script, keep: folder.path + "/peer", faults: PeerFaults("twice=1"))
        defer { server.stop() }
        let peer = try peer(server)
        func inbox(_ after: Int) throws -> String {
            let question = Effect(key: "inbox", destination: "inbox", payload: Array("\(after)".utf8))
            return String(decoding: try peer.ask(question).body, as: UTF8.self)
        }
        let two = #"{"number":2,"body":{"text":"two"}}"#
        #expect(
            try inbox(0) == #"{"messages":[{"number":1,"body":{"text":"one"}},"# + two + #"],"last":2}"#)
        #expect(try inbox(2) == #"{"messages":["# + two + #"],"last":2}"#)
    }

    @Test(arguments: [
        "", "http://", "ftp://a/b", "https://a", "peer", "http://a/?q=1", "http://a b", "http://a:0", "http://:1",
    ]) func urlsThatAreNone(text: String) {
        #expect(throws: InputProblem.self) { _ = try HTTPPeer(HTTPPeer.Settings(url: text)) }
    }
}
