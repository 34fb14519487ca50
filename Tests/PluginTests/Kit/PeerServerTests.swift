import Testing

@testable import ANPRCore
@testable import PluginKit

@Suite struct PeerServerTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var keep: String { folder.path + "/peer" }

    private func desk(_ script: CountingPeer, _ faults: PeerFaults = PeerFaults()) throws -> PeerDesk {
        PeerDesk(script, try PeerFolder(keep, script), faults, seed: 1)
    }

    private func ask(_ desk: PeerDesk, _ key: String, _ body: [UInt8], target: String = "/fines") -> PeerReply? {
        let request = PeerRequest(
            method: "POST", target: target, key: key, body: body, atNs: Samples.noonishNs)
        return desk.take(request, PeerFaults.Fate()).reply
    }

    private func get(_ desk: PeerDesk, _ target: String) -> String? {
        let request = PeerRequest(method: "GET", target: target, key: "", body: [], atNs: Samples.noonishNs)
        return desk.take(request, PeerFaults.Fate()).reply.map { String(decoding: $0.body, as: UTF8.self) }
    }

    /// What was answered before is answered again after it, bytes that are no text too.
    @Test func aRestartChangesNoAnswer() throws {
        let bodies: [[UInt8]] = [[], [0xff, 0, 10], Array("{\"a\":\"\\n\"}\r\n\t".utf8)]
        var first: [PeerReply?] = []
        do {
            let script = CountingPeer()
            script.waiting = ["x"]
            let desk = try desk(script)
            first = bodies.indices.map { ask(desk, "k/\($0)", bodies[$0]) }
            #expect(first.map { $0?.status } == [202, 202, 202])
            _ = get(desk, "/inbox?after=0")
        }
        let script = CountingPeer()
        let desk = try desk(script)
        #expect(script.taken == 3 && script.recoveredMessages == 1)
        #expect(bodies.indices.map { ask(desk, "k/\($0)", bodies[$0]) } == first)
        #expect(desk.status.again == 3 && desk.status.kept == 3)
        #expect(ask(desk, "k/3", [1])?.body == Array("{\"number\":4}".utf8))
        #expect(get(desk, "/kept/k%2F3")?.hasPrefix("{\"key\":\"k/3\",\"sha256\":\"") == true)
        #expect(get(desk, "/inbox?after=0")?.contains("\"last\":1") == true)
    }

    @Test func aLineThatACrashCutShortIsTakenOff() throws {
        do {
            let desk = try desk(CountingPeer())
            for i in 0..<3 { _ = ask(desk, "k\(i)", [1]) }
        }
        let whole = try folder.text("peer/kept.jsonl")
        for cut in [1, 20, 100] {
            try folder.write("peer/kept.jsonl", String(whole.dropLast(cut)))
            let script = CountingPeer()
            let desk = try desk(script)
            #expect(script.taken == 2)
            #expect(ask(desk, "k2", [1])?.body == Array("{\"number\":3}".utf8))
            #expect(try folder.lines("peer/kept.jsonl").count == 3)
        }
        try folder.write("peer/kept.jsonl", "{\"key\":\"a\"}\n")
        #expect(throws: InputProblem.self) { _ = try desk(CountingPeer()) }
    }

    @Test func anotherContentUnderAKeyIsAConflict() throws {
        let desk = try desk(CountingPeer())
        #expect(ask(desk, "k", [1])?.status == 202)
        #expect(ask(desk, "k", [2])?.status == 409)
        #expect(ask(desk, "k", [1], target: "/other")?.status == 409)
        #expect(ask(desk, "", [1])?.status == 400)
        #expect(ask(desk, "b", [1], target: "/broken")?.status == 500)
        #expect(desk.status.conflicts == 2 && desk.status.kept == 1)
        #expect(try folder.lines("peer/conflicts.jsonl").count == 2)
        #expect(try folder.lines("peer/arrivals.jsonl").count == 5)
    }

    @Test func faultsAreSetWhileItRuns() throws {
        let desk = try desk(CountingPeer(), PeerFaults("refuse=1"))
        #expect(desk.fate(target: "/fines").end == .refused && desk.fate(target: "/-/faults").end == .answered)
        func put(_ text: String) -> PeerReply? {
            let request = PeerRequest(
                method: "PUT", target: "/-/faults", key: "", body: Array(text.utf8), atNs: 0)
            return desk.take(request, PeerFaults.Fate()).reply
        }
        #expect(put("lose=0.5,delay=.1,delay_ms=20")?.status == 200)
        #expect(get(desk, "/-/faults") == "{\"faults\":\"lose=0.5,delay=0.1,delay_ms=20\"}")
        #expect(put("loose=1")?.status == 400)
        #expect(put("")?.status == 200)
        #expect(desk.fate(target: "/fines").end == .answered)
        #expect(get(desk, "/-/status")?.contains("\"refused\":1") == true)
        #expect(get(desk, "/-/else")?.contains("PUT /-/faults") == true)
    }

    @Test func faultsAreReadAndWritten() throws {
        let faults = try PeerFaults("refuse=.04, lose=0.5,delay=1,delay_ms=3000,forget=1")
        #expect(faults.refuse == 0.04 && faults.lose == 0.5 && faults.delayNs == 3 * .second && faults.forget == 1)
        #expect(try PeerFaults(faults.description) == faults)
        for text in ["refuse", "refuse=2", "refuse=-1", "refuse=x", "refus=.1", "delay_ms=-1", "refuse=nan"] {
            #expect(throws: InputProblem.self) { _ = try PeerFaults(text) }
        }
    }

    /// What one probability does to a request does not change what the others do.
    @Test func theSeedSaysWhatHappens() throws {
        func fates(_ text: String) throws -> [PeerFaults.Fate] {
            let faults = try PeerFaults(text)
            var random = Random(seed: 9)
            return (0..<1000).map { _ in faults.fate(&random) }
        }
        let lost = try fates("lose=.2")
        #expect(try fates("lose=.2") == lost)
        let both = try fates("lose=.2,half=.2,delay=.5")
        #expect(zip(lost, both).allSatisfy { $0.end == .lost ? $1.end == .lost : $1.end != .lost })
        #expect((150...250).contains(lost.count { $0.end == .lost }))
    }
}
