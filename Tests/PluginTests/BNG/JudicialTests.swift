import Testing

@testable import ANPRCore
@testable import BNG
@testable import PluginKit

/// PVs on their way to the judicial database, in two steps.
@Suite(.serialized, .timeLimit(.minutes(5))) struct JudicialTests {
    private static let url = ["judicial_url": "http://127.0.0.1:1", "ask_seconds": "30"]

    @Test func inTwoSteps() throws {
        let database = try Database(Self.url)
        try database.tell("pv add", ["number": "P1", "kind": "theft", "judicial": "send"])
        let sent = try database.plugin.sent(to: "judicial")
        #expect(sent.map(\.key) == ["pv-1-1"])
        let golden = """
            {"id":"pv-1-1","number":"P1","version":1,"at":"2026-11-23T08:15:30Z",\
            "recorded_at":"2026-11-23T08:15:30Z","by":"officer","origin":"","classification":"internal",\
            "kind":"theft"}
            """
        #expect(sent.first.map { String(decoding: $0.payload, as: UTF8.self) } == golden)
        try database.plugin.answer("pv-1-1", from: "judicial", status: 202)
        #expect(try database.ask("judicial list", ["phase": "sent"]).contains("BNG-1"))
        try database.plugin.time(Samples.noonishNs + 29 * .second)
        #expect(database.plugin.waiting.isEmpty)
        try database.plugin.time(Samples.noonishNs + 30 * .second)
        #expect(database.plugin.waiting.map(\.key) == ["kept-pv-1-1-1"])
        // It has forgotten: the same bytes again, under the same key.
        try database.plugin.answer("kept-pv-1-1-1", from: "judicial_kept", status: 404)
        #expect(try database.plugin.sent(to: "judicial").map(\.payload) == [sent[0].payload, sent[0].payload])
        // A version that comes meanwhile waits until that one is through.
        try database.tell("change", ["record": "1", "title": "a bicycle", "note": "more is known"])
        #expect(try database.plugin.sent(to: "judicial").count == 2)
        try database.plugin.answer("pv-1-1", from: "judicial", status: 202)
        try database.plugin.time(Samples.noonishNs + .hour)
        try database.plugin.answer("kept-pv-1-1-2", from: "judicial_kept", status: 200)
        #expect(try database.plugin.sent(to: "judicial").last?.key == "pv-1-2")
        try database.plugin.answer("pv-1-2", from: "judicial", status: 422, #"{"cause":"unit_unknown"}"#)
        #expect(try database.ask("judicial list").contains(#""version":2,"phase":"refused""#))
        #expect(try database.ask("judicial list").contains(#""cause":"unit_unknown""#))
        // As it is it would be refused again.
        #expect(try database.tell("pv send", ["record": "1"]) == "not_in_state")
        try database.tell("change", ["record": "1", "unit": "zone 5415", "note": "the unit"])
        #expect(try database.tell("pv send", ["record": "1"]) == #"{"record":"BNG-1","version":3,"phase":"sending"}"#)
        // Late and foreign answers change nothing.
        try database.plugin.answer("pv-1-2", from: "judicial", status: 202)
        try database.plugin.answer("pv-7-1", from: "judicial", status: 202)
        #expect(database.plugin.counter("answers_late") == 2 && database.plugin.counter("judicial_sending") == 1)
    }

    @Test func withoutAnAddressItIsALine() throws {
        let database = try Database()
        try database.tell("pv add", ["number": "P1", "judicial": "send"])
        try database.tell("change", ["record": "1", "title": "t", "note": "n"])
        try database.tell("pv add", ["number": "P2"])
        #expect(try database.tell("pv send", ["record": "pv:P2"]).contains("handed"))
        #expect(try database.tell("pv send", ["record": "pv:P2"]) == "not_in_state")
        #expect(
            try database.tell("pv add", ["number": "P3", "classification": "embargo", "judicial": "send"]) == "not_sent"
        )
        try database.plugin.finish()
        let lines = try database.folder.lines("judicial.jsonl")
        #expect(
            lines.map { $0["id"] as? String } == ["pv-1-1", "pv-1-2", "pv-3-1"].map { $0.replacing("3", with: "2") })
        #expect(database.register.counts[.pv] == 2)
    }

    /// A peer that fails one time in five at each point: each PV is there once, with its last bytes.
    @Test(arguments: UInt64(1)...2)
    func everyPVArrivesOnce(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let faults = try #require(try? PeerFaults("refuse=.1,lose=.1,hide=.1,fail=.1,half=.1,forget=.2"))
        let server = try PeerServer(
            try JudicialPeer(["refuse_permille": "100"]), keep: folder.path + "/peer", faults: faults, seed: seed)
        defer { server.stop() }
        let options = ["judicial_url": "http://127.0.0.1:\(server.port)", "ask_seconds": "0"]
        let database = try Database(options)
        let adapters = try BNG.module.factory(Database.tables.merging(options) { $1 }).adapters
        var ways: [String: any EffectDelivery] = [:]
        for (name, adapter) in adapters { ways[name] = try adapter.make(folder.path) }
        for i in 0..<60 { try database.tell("pv add", ["number": "P\(i)", "kind": "theft", "judicial": "send"]) }
        for _ in 0..<60 {
            for effect in database.plugin.waiting {
                guard let way = ways[effect.destination] else { continue }
                do throws(DeliveryProblem) {
                    guard let answer = try way.deliver(effect) else { continue }
                    try? database.plugin.answer(
                        effect.key, from: effect.destination, status: answer.status,
                        String(decoding: answer.body, as: UTF8.self))
                } catch { continue }  // it comes again, as from the outbox
            }
            try database.plugin.time(database.plugin.nowNs + 61 * .second)
        }
        let counts = database.register.counts
        #expect(counts[.acknowledged] + counts[.refused] == 60 && counts[.refused] > 0 && counts[.acknowledged] > 40)
        let kept = try folder.lines("peer/kept.jsonl").compactMap { $0["key"] as? String }
            .filter { $0.hasPrefix("pv-") }
        #expect(Set(kept).count == kept.count && kept.count == 60)
        #expect((try? folder.lines("peer/conflicts.jsonl"))?.isEmpty ?? true)
    }
}
