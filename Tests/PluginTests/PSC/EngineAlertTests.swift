import Testing

@testable import ANPRCore
@testable import PSC
@testable import PluginKit

/// From frames over UDP to the ISLP over HTTP, in an engine that runs: a person who is taken in meanwhile is watched at
/// once, and everybody else's reads are never handed over.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EngineAlertTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func configuration() throws -> EngineConfiguration {
        try folder.write("cameras.csv", "camera,site,lane,x_m,y_m\n1,A,1,0,0\n2,B,1,2000,0\n")
        try folder.write("list.csv", "plate,country,reason\n9ZZZ999,BE,stolen\n")
        return try EngineConfiguration(
            path: try folder.write(
                "anprd.json5",
                """
                { authentication: 'none-lab-only', cameras: 'cameras.csv', listen: { port: 0 },
                  output: { directory: 'out' },
                  blacklists: [{ name: 'test', file: 'list.csv', default_case: 'test' }] }
                """))
    }

    private func call(_ verb: String, _ fields: [String: FieldValue]) -> PluginCall {
        PluginCall(verb: verb, id: "test " + verb, by: "tester", fields: fields)
    }

    @Test func aReadOnTheWireIsAnAlertAtTheISLP() throws {
        let islp = try PeerServer(try ISLPPeer([:]), keep: folder.path + "/islp")
        defer { islp.stop() }
        let factory = try PSCPlugin.factory(options: ["islp_url": "http://127.0.0.1:\(islp.port)"])
        let engine = try Engine(try configuration(), plugins: [factory])
        try engine.start()
        var lane = try FrameLane(to: engine)
        let replies = engine.call(
            [
                call("person add", ["person": .text("P1"), "name": .text("One"), "plates": .text("1ABC234")]),
                call(
                    "condition add",
                    [
                        "condition": .text("C1"), "person": .text("P1"), "kind": .text("no_driving"),
                        "reason": .text("driving ban"),
                    ]),
            ], plugin: "psc")
        for reply in replies {
            guard case .done = reply else {
                Issue.record("\(reply)")
                return
            }
        }
        let parker = Parker()
        let endNs = Clock.monotonicNs() + 60 * .second
        while islp.counts.kept == 0, Clock.monotonicNs() < endNs {
            try lane.send("1-ABC-234")
            try lane.send("2-XYZ-999")
            parker.park(nanoseconds: 20 * .millisecond) { true }
        }
        let status = engine.stop()
        let counters = try #require(status.plugins.first { $0.name == "psc" }?.counters)
        func count(_ name: String) -> Int? { counters.first { $0.name == name }?.value }
        #expect(islp.counts.kept >= 1)
        let alerts = try folder.lines("out/psc/alerts.jsonl")
        #expect(alerts.first?["person"] as? String == "P1" && alerts.first?["camera"] as? String == "1")
        #expect(alerts.count == count("alerts"))
        #expect(count("unwatched") == 0 && count("reads") == count("breaking"))
    }
}
