import Testing

@testable import ANPRCore
@testable import PSC
@testable import PluginKit

/// From a breach to a finding that Justice has acknowledged.
@Suite(.timeLimit(.minutes(5))) struct FindingTests {
    private func bench(_ options: [String: String] = [:]) throws -> WatchBench {
        let bench = try WatchBench(options)
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1", ["valid_from": .text("2026-11-01")])
        try bench.condition("C1", on: "P1", "no_driving", ["measure": .text("M1")])
        try bench.read("1ABC234")
        return bench
    }

    private let id: [String: FieldValue] = ["breach": .text("C1:3/1/1001")]
    private func note(_ text: String) -> [String: FieldValue] { id.merging(["note": .text(text)]) { $1 } }

    @Test func theEvidenceHasItsHash() throws {
        let bench = try bench(["findings_url": "http://127.0.0.1:1"])
        try bench.done("breach confirm", note("seen"))
        let effect = try #require(try bench.host.sent(to: "findings").first)
        #expect(effect.key == "finding-1-1")
        let evidence = try #require(FindingDocument.evidence(effect.payload))
        let golden = """
            {"finding":"F-1","breach":"C1:3/1/1001","kind":"no_driving","at":"2026-11-23T08:15:30Z",\
            "confirmed_by":"tester","confirmed_at":"2026-11-23T08:15:30Z","note":"seen","measure":{"measure":"M1",\
            "person":"P1","authority":"judge of Ghent","reference":"GE-M1","decided_at":"2026-11-23T08:15:30Z",\
            "valid_from":"2026-10-31T23:00:00Z","valid_to":"","version":2},"condition":{"condition":"C1","person":"P1",\
            "measure":"M1","kind":"no_driving","valid_from":"","valid_to":"","hours":"","cameras":"","area":"",\
            "with":"","every_days":"","priority":"","reason":"because"},"alert":
            """
        let text = String(decoding: evidence, as: UTF8.self)
        let alert = try bench.out.text("alerts.jsonl").dropLast()
        #expect(text.hasPrefix(golden) && text.hasSuffix(alert + "}"))
        let value = try JSON5Value(text: String(decoding: effect.payload, as: UTF8.self))
        #expect(value["sha256"]?.string == SHA256.digest(evidence).description)
        // It is kept as it was confirmed, whatever changes.
        try bench.done("measure end", ["measure": .text("M1")])
        let shown = try bench.ask("finding show", id)
        #expect(shown == String(decoding: effect.payload, as: UTF8.self) + "\n")
        let peer = try FindingsPeer([:])
        func answer(_ body: [UInt8]) -> Int {
            peer.answer(PeerRequest(method: "POST", target: "/", key: effect.key, body: body, atNs: 0)).status
        }
        #expect(answer(effect.payload) == 202)
        var changed = effect.payload
        changed[changed.count - 20] ^= 1
        #expect(answer(changed) == 422)
        #expect(answer([]) == 422)
        try expectVerified([effect.payload, changed], [true, false])
    }

    /// What the check says of each line of a file.
    private func expectVerified(_ documents: [[UInt8]], _ expected: [Bool]) throws {
        guard case .alone(let run) = FindingCheck.verb.work else {
            Issue.record("it needs no ledger")
            return
        }
        let call = PluginCall(
            verb: "finding verify", id: "1", by: "x",
            fields: ["file": .bytes(Array(documents.joined(separator: [0x0a])))])
        var lines = ""
        var output = VerbOutput(line: { lines += $0.string }, progress: { _, _ in })
        #expect(throws: Refusal.self) { try run(call, &output) }
        let found = try lines.split(separator: "\n").map { try JSON5Value(text: String($0))["holds"]?.boolean }
        #expect(found == expected)
    }

    @Test func theWayToJustice() throws {
        let bench = try bench(["findings_url": "http://127.0.0.1:1", "ask_seconds": "60"])
        func state() -> BreachState? { bench.watch.ledger.book["C1:3/1/1001"]?.state }
        #expect(state() == .open)
        try bench.done("breach confirm", id)
        #expect(try bench.code("breach confirm", id) == "not_in_state")
        #expect(try bench.code("breach dismiss", note("x")) == "not_in_state")
        try bench.host.answer("finding-1-1", from: "findings", status: 422, #"{"cause":"not_competent"}"#)
        #expect(state() == .refused)
        #expect(try bench.ask("finding list", ["state": .text("refused")]).contains(#""note":"not_competent""#))
        try bench.done("finding send", id)
        #expect(try bench.host.sent(to: "findings").map(\.key) == ["finding-1-1", "finding-1-2"])
        try bench.host.answer("finding-1-1", from: "findings", status: 202)
        #expect(state() == .confirmed && bench.count("answers_late") == 1)
        try bench.host.answer("finding-1-2", from: "findings", status: 202)
        #expect(state() == .sent)
        try bench.host.time(Samples.noonishNs + 59 * .second)
        #expect(try bench.host.sent(to: "kept").isEmpty)
        try bench.host.time(Samples.noonishNs + 60 * .second)
        try bench.host.answer("kept-finding-1-2-1", from: "kept", status: 404)
        #expect(state() == .confirmed, "Justice has forgotten it: it goes again under its key")
        #expect(try bench.host.sent(to: "findings").map(\.key).last == "finding-1-2")
        try bench.host.answer("finding-1-2", from: "findings", status: 202)
        try bench.host.time(Samples.noonishNs + 121 * .second)
        try bench.host.answer("kept-finding-1-2-1", from: "kept", status: 200)
        #expect(state() == .sent, "an answer to the first question")
        try bench.host.answer("kept-finding-1-2-2", from: "kept", status: 200)
        #expect(state() == .acknowledged && bench.count("now_acknowledged") == 1)
        try bench.host.restart()
        #expect(state() == .acknowledged)
    }

    @Test func withoutAnAddressTheLineIsAll() throws {
        let bench = try bench()
        try bench.done("breach confirm", id)
        #expect(bench.count("now_sent") == 1)
        #expect(try bench.out.lines("findings.jsonl").count == 1)
        try bench.done("finding acknowledge", note("receipt 4711"))
        #expect(bench.count("now_acknowledged") == 1)
        try bench.host.time(Samples.noonishNs + .day)
        #expect(try bench.host.sent(to: "kept").isEmpty)
    }

    @Test func aFindingNeedsADecision() throws {
        let folder = try TemporaryFolder()
        let files = try WrittenRegister.files(
            in: folder, persons: ["P1,One,1ABC234"], conditions: ["C1,P1,no_driving,,,,,,,x"])
        let bench = try WatchBench(["persons": files.personsPath, "conditions": files.conditionsPath])
        try bench.read("1ABC234")
        #expect(try bench.code("breach confirm", id) == "no_measure")
        try bench.measure("M1", on: "P1")
        try bench.done("condition attach", ["condition": .text("C1"), "measure": .text("M1")])
        try bench.done("breach confirm", id)
        #expect(try bench.ask("breach list", ["state": .text("sent")]).contains(#""breach":"C1:3/1/1001""#))
    }

    @Test func dismissedIsTheEnd() throws {
        let bench = try bench()
        try bench.done("breach dismiss", note("drove to hospital"))
        #expect(try bench.code("breach confirm", id) == "not_in_state")
        #expect(try bench.ask("breach show", id).contains(#""state":"dismissed","next":[],"by":"tester""#))
    }

    /// The oldest whose finding is not under way is forgotten.
    @Test func theBookIsBounded() throws {
        func breach(_ i: Int) -> Breach {
            Breach(
                id: "B\(i)", condition: "C", kind: "no_driving", person: "P", measure: "M", other: "", plate: "1",
                country: "BE", camera: "", place: "", atNs: 0, priority: 1, line: [])
        }
        var book = BreachBook(breachesMax: 4)
        for i in 1...4 { book.add(breach(i)) }
        book.add(breach(4))
        var first = try #require(book["B1"])
        first.state = .confirmed
        first.finding = Breach.Finding(number: 1, evidence: [1])
        book.replace(first)
        for i in 5...8 { book.add(breach(i)) }
        #expect(book.numbers == [1, 6, 7, 8] && book["B2"] == nil && book["B1"] != nil)
        #expect(book.breach(finding: 1)?.id == "B1" && book.underwayCount == 1 && book.counts[.open] == 3)
        var bytes: [UInt8] = []
        book.write(into: &bytes)
        for cut in 0...bytes.count {
            var again = BreachBook(breachesMax: 4)
            let isRead = bytes.prefix(cut).withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return again.restore(&reader)
            }
            #expect(isRead == (cut == bytes.count))
            if isRead { #expect(again.breaches == book.breaches && again.nextFinding == 2 && again.nextNumber == 9) }
        }
    }

    /// What cameras saw is kept no longer than the law allows, unless its finding is on its way.
    @Test func oldBreachesAreForgotten() throws {
        let bench = try bench(["findings_url": "http://127.0.0.1:1", "keep_days": "30"])
        for i in 1...3 { try bench.read("1ABC234", at: Samples.noonishNs + Nanoseconds(i) * .hour) }
        try bench.done("breach confirm", id)
        try bench.done("breach dismiss", ["breach": .text("C1:3/1/1002"), "note": .text("x")])
        let dayNs = Samples.noonishNs + 30 * .day
        try bench.host.time(dayNs + .hour)
        #expect(bench.watch.ledger.book.numbers.count == 4)
        try bench.host.time(dayNs + 2 * .hour + 1)
        #expect(bench.watch.ledger.book.numbers == [1, 4])
        try bench.host.restart()
        #expect(bench.watch.ledger.book.numbers == [1, 4] && bench.count("now_open") == 1)
    }

    /// Over HTTP, while one exchange in ten goes wrong at each point, and Justice forgets some: each is acknowledged or
    /// refused, and kept once.
    @Test(arguments: UInt64(1)...3)
    func eachFindingIsKeptOnce(seed: UInt64) throws {
        let (keep, islpKeep) = (try TemporaryFolder(), try TemporaryFolder())
        let faults = PeerFaults(all: 0.1, delayNs: .millisecond)
        let server = try PeerServer(
            try FindingsPeer(["refuse_permille": "200"]), keep: keep.path + "/peer", faults: faults, seed: seed)
        defer { server.stop() }
        var islpFaults = faults
        islpFaults.forget = 0
        let islp = try PeerServer(try ISLPPeer([:]), keep: islpKeep.path + "/peer", faults: islpFaults, seed: seed)
        defer { islp.stop() }
        let bench = try WatchBench([
            "findings_url": "http://127.0.0.1:\(server.port)", "islp_url": "http://127.0.0.1:\(islp.port)",
            "ask_seconds": "1",
        ])
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1")
        try bench.condition("C1", on: "P1", "no_driving", ["measure": .text("M1")])
        for i in 0..<25 {
            try bench.read("1ABC234", at: Samples.noonishNs + Nanoseconds(i) * .hour)
            try bench.done("breach confirm", ["breach": .text("C1:3/1/\(1001 + i)")])
        }
        try bench.carry(rounds: 400, step: .hour) {
            bench.count("now_acknowledged") + bench.count("now_refused") == 25 && bench.host.waiting.isEmpty
        }
        #expect(bench.count("now_acknowledged") > 10 && bench.count("now_refused") > 1)
        #expect(bench.count("now_acknowledged") + bench.count("now_refused") == 25)
        for (folder, destination) in [(keep, "findings"), (islpKeep, "islp")] {
            let kept = try folder.lines("peer/kept.jsonl").compactMap { $0["key"] as? String }
            #expect(kept.sorted() == Set(try bench.host.sent(to: destination).map(\.key)).sorted())
        }
        #expect(server.counts.conflicts == 0 && islp.counts.conflicts == 0 && server.counts.forgotten > 0)
    }
}
