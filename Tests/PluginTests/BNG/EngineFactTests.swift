import Testing

@testable import ANPRCore
@testable import BNG
@testable import PluginKit

/// From a frame over UDP to a fact, and from a call to the judicial database over HTTP, in an engine that runs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EngineFactTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func configuration() throws -> EngineConfiguration {
        try folder.write("cameras.csv", "camera,site,lane,x_m,y_m\n1,A,1,0,0\n")
        try folder.write("list.csv", "plate,country,reason\n1ABC234,BE,stolen\n")
        return try EngineConfiguration(
            path: try folder.write(
                "anprd.json5",
                """
                { authentication: 'none-lab-only', cameras: 'cameras.csv', listen: { port: 0 },
                  output: { directory: 'out' },
                  blacklists: [{ name: 'test', file: 'list.csv', default_case: 'C-1' }] }
                """))
    }

    private func ask(_ engine: Engine, _ verb: String, _ fields: [String: FieldValue], isQuery: Bool) -> String {
        var call = PluginCall(verb: verb, id: "test " + verb, by: "tester", reason: "a test", fields: fields)
        call.isQuery = isQuery
        return engine.call([call], plugin: "bng").first.map(Database.text) ?? ""
    }

    @Test func aReadOnTheWireIsAFactAndAPVArrives() throws {
        let judicial = try PeerServer(try JudicialPeer([:]), keep: folder.path + "/judicial")
        defer { judicial.stop() }
        let options = ["judicial_url": "http://127.0.0.1:\(judicial.port)", "ask_seconds": "0"]
        let factory = try BNG.module.factory(Database.tables.merging(options) { $1 })
        let engine = try Engine(try configuration(), plugins: [factory])
        try engine.start()
        var lane = try FrameLane(to: engine)
        let sent = ask(
            engine, "pv add", ["number": .text("P1"), "judicial": .text("send")], isQuery: false)
        #expect(sent.contains("BNG-1"))
        let endNs = Clock.monotonicNs() + 60 * .second
        let parker = Parker()
        var found = ""
        while Clock.monotonicNs() < endNs {
            try lane.send("1-ABC-234")
            try lane.send("2-XYZ-999")
            found = ask(engine, "vehicle find", ["plate": .plate(Samples.plate("1-ABC-234"))], isQuery: true)
            let isThrough = ask(engine, "judicial list", [:], isQuery: true).contains("acknowledged")
            if found.contains("BNG-"), isThrough { break }
            parker.park(nanoseconds: 20 * .millisecond) { true }
        }
        #expect(found.contains(#""plate":"1ABC234/BE""#))
        let links = ask(engine, "links", ["record": .text("vehicle:1ABC234/BE")], isQuery: true)
        #expect(links.contains(#""role":"vehicle""#) && links.contains("hit test C-1: stolen"))
        let other = ask(engine, "vehicle find", ["plate": .plate(Samples.plate("2-XYZ-999"))], isQuery: true)
        #expect(other.isEmpty)
        let status = engine.stop()
        let counters = try #require(status.plugins.first { $0.name == "bng" }?.counters)
        func count(_ name: String) -> Int? { counters.first { $0.name == name }?.value }
        #expect(count("now_fact") == count("hit_facts") && (count("hit_facts") ?? 0) >= 1)
        #expect(count("judicial_acknowledged") == 1)
        let kept = try folder.lines("judicial/kept.jsonl").compactMap { $0["key"] as? String }
        #expect(kept.filter { $0.hasPrefix("pv-") } == ["pv-1-1"])
    }
}
