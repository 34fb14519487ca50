import Testing

@testable import ANPRCore
@testable import PSC
@testable import PluginKit

/// The exchange with i+Belgium: the later decision wins, both are kept, and what does not agree can be seen.
@Suite(.timeLimit(.minutes(5))) struct ExchangeTests {
    private let noonNs = Samples.noonishNs

    private func bench() throws -> WatchBench {
        let bench = try WatchBench(["ibelgium_url": "http://127.0.0.1:1", "inbox_seconds": "10"])
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1", ["decided_at": .instant(noonNs - .day)])
        try bench.condition("C1", on: "P1", "no_driving", ["measure": .text("M1")])
        return bench
    }

    /// What was asked last gets these messages.
    private func receive(_ bench: WatchBench, _ bodies: [String], first: Int = 1) throws {
        try bench.host.time(bench.host.nowNs + 11 * .second)
        let question = try #require(bench.host.waiting.last { $0.destination == "inbox" })
        let messages = bodies.enumerated().map { "{\"number\":\(first + $0),\"body\":\($1)}" }
        try bench.host.answer(question.key, from: "inbox", "{\"messages\":[\(messages.joined(separator: ","))]}")
    }

    private func measure(
        _ decided: String, to: String = "", id: String = "M1", person: String = "P1", conditions: String = ""
    ) -> String {
        """
        {"kind":"measure","measure":"\(id)","person":"\(person)","authority":"court","reference":"R1",\
        "decided_at":"\(decided)","valid_from":"","valid_to":"\(to)","conditions":[\(conditions)]}
        """
    }

    private func condition(_ id: String, measure: String = "M1", person: String = "P1") -> String {
        """
        {"condition":"\(id)","person":"\(person)","measure":"\(measure)","kind":"no_driving","reason":"x"}
        """
    }

    @Test func eachChangeGoesOutUnderAKeyOfItsOwn() throws {
        let bench = try bench()
        let sent = try bench.host.sent(to: "ibelgium")
        #expect(sent.map(\.key) == ["ib-person-1-P1", "ib-measure-1-M1", "ib-measure-2-M1"])
        let golden = """
            {"id":"ib-measure-2-M1","version":2,"document":{"kind":"measure","measure":"M1","person":"P1",\
            "authority":"judge of Ghent","reference":"GE-M1","decided_at":"2026-11-22T08:15:30Z","valid_from":"",\
            "valid_to":"","conditions":[{"condition":"C1","person":"P1","measure":"M1","kind":"no_driving",\
            "valid_from":"","valid_to":"","hours":"","cameras":"","area":"","with":"","every_days":"",\
            "priority":"","reason":"because"}]}}
            """
        #expect(String(decoding: sent[2].payload, as: UTF8.self) == golden)
        for effect in sent { try bench.host.answer(effect.key, from: "ibelgium", status: 202) }
        #expect(try bench.ask("exchange").contains(#""to_acknowledge":0,"acknowledged":2"#))
    }

    @Test func aRefusalIsSeen() throws {
        let bench = try bench()
        try bench.host.answer("ib-person-1-P1", from: "ibelgium", status: 422, #"{"cause":"no_such_person"}"#)
        try bench.host.giveUp("ib-measure-1-M1", to: "ibelgium")
        let refused = try bench.ask("exchange refused")
        #expect(refused.contains(#""cause":"no_such_person""#) && refused.contains("timed out"))
    }

    /// Decided later by Justice: in force, no conflict when it had what stood here.
    @Test func theLaterDecisionOfJusticeWins() throws {
        let bench = try bench()
        for effect in bench.host.waiting where effect.destination == "ibelgium" {
            try bench.host.answer(effect.key, from: "ibelgium", status: 202)
        }
        try receive(bench, [measure("2026-11-23T06:00:00Z", to: "2026-11-23T07:00:00Z", conditions: condition("C1"))])
        #expect(bench.count("messages_taken") == 1)
        try bench.read("1ABC234", at: Samples.ns("2026-11-23T07:00:00Z"))
        #expect(bench.count("alerts") == 0)
        #expect(try bench.ask("conflict list").isEmpty)
        #expect(try bench.host.sent(to: "ibelgium").count == 3, "what came from there does not go back")
        // And what people decide here afterwards wins in its turn.
        try bench.done("measure amend", ["measure": .text("M1"), "valid_to": .text("open")])
        try bench.read("1ABC234", at: noonNs)
        #expect(bench.count("alerts") == 1)
    }

    @Test func whenBothChangedItTheConflictIsSeen() throws {
        let bench = try bench()
        try receive(bench, [measure("2026-11-22T20:00:00Z", conditions: condition("C1"))])
        let list = try bench.ask("conflict list")
        #expect(list.contains(#""winner":"ibelgium","winner_decided_at":"2026-11-22T20:00:00Z""#))
        let history = try bench.ask("history", ["kind": .text("measure"), "id": .text("M1")])
        #expect(history.split(separator: "\n").count == 3 && history.contains(#""authority":"judge of Ghent""#))
        try bench.done("conflict close", ["conflict": .whole(1), "note": .text("looked at")])
        #expect(try bench.code("conflict close", ["conflict": .whole(1), "note": .text("x")]) == "not_in_state")
        #expect(try bench.ask("conflict list").isEmpty)
        #expect(try bench.ask("conflict list", ["all": .flag(true)]).contains(#""closed_by":"tester""#))
    }

    /// Decided earlier than what stands here: kept in the history, and ours is sent again.
    @Test func theEarlierDecisionIsKeptAndLost() throws {
        let bench = try bench()
        try receive(bench, [measure("2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z")])
        #expect(bench.count("messages_lost") == 1 && bench.count("conflicts_open") == 1)
        try bench.read("1ABC234")
        #expect(bench.count("alerts") == 1)
        let history = try bench.ask("history", ["kind": .text("measure"), "id": .text("M1")])
        #expect(history.contains(#""outcome":"lost","source":"ibelgium""#))
        #expect(try bench.host.sent(to: "ibelgium").last?.key == "ib-measure-3-M1")
        // The same again, as a new message: known.
        try receive(bench, [measure("2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z")], first: 2)
        #expect(bench.count("messages_known") == 1 && bench.count("conflicts_open") == 1)
    }

    /// Of two decisions of one instant that of Justice; of two of Justice the one that it sent later.
    @Test func ofOneInstantTheLaterMessageWins() throws {
        let (a, b) = (
            measure("2026-11-22T20:00:00Z", to: "2027-01-01T00:00:00Z"),
            measure("2026-11-22T20:00:00Z", to: "2028-01-01T00:00:00Z")
        )
        var ends: [Nanoseconds?] = []
        for messages in [[a, b], [b, a]] {
            let bench = try bench()
            try receive(bench, messages)
            ends.append(bench.watch.register.measures["M1"]?.toNs)
        }
        #expect(ends == [Samples.ns("2028-01-01T00:00:00Z"), Samples.ns("2027-01-01T00:00:00Z")])
        let bench = try bench()
        try receive(bench, [measure("2026-11-22T08:15:30Z")])
        #expect(bench.watch.register.measures["M1"]?.revision.source == .peer)
    }

    /// A whole page: each message rests on the one before it.
    @Test func aPageIsTakenInItsOrder() throws {
        let bench = try bench()
        let person = """
            {"kind":"person","person":"P7","name":"Seven","plates":"7ABC777","decided_at":"2026-11-20T00:00:00Z"}
            """
        try receive(
            bench,
            [
                measure("2026-11-20T00:00:00Z", id: "M7", person: "P7"), person,
                measure(
                    "2026-11-20T00:00:00Z", id: "M7", person: "P7",
                    conditions: condition("C7", measure: "M7", person: "P7")),
                measure("2026-11-21T00:00:00Z", id: "M7", person: "P7"),
                measure("2026-11-21T00:00:00Z", id: "M7", person: "P7", conditions: condition("C1")),
                #"{"kind":"car"}"#, "7", measure("soon"), measure("2026-11-23T00:00:00Z", person: "P7"),
                measure("2026-12-23T00:00:00Z"),
            ])
        #expect(bench.count("messages_taken") == 3 && bench.count("messages_refused") == 7)
        #expect(bench.watch.ledger.exchange.after == 10)
        let refused = try bench.ask("exchange refused")
        #expect(refused.contains("person_unknown") && refused.contains("person_differs"))
        #expect(refused.contains("in_future"))
        // The decision of the 21st names C7 no more: it has ended with it.
        #expect(bench.watch.register.conditions["C7"]?.toNs == Samples.ns("2026-11-21T00:00:00Z"))
        try bench.read("7ABC777", at: Samples.ns("2026-11-20T23:59:59Z"))
        try bench.read("7ABC777", at: Samples.ns("2026-11-21T00:00:00Z"))
        #expect(bench.count("alerts") == 1)
        // Messages that come twice are not taken twice.
        let state = bench.watch.register.measures
        try receive(bench, [measure("2026-11-23T00:00:00Z", id: "M7", person: "P7")], first: 10)
        #expect(bench.watch.register.measures == state)
    }

    @Test func itAsksAgainAlsoWhenNobodyAnswers() throws {
        let bench = try bench()
        func asked() throws -> [String] { try bench.host.sent(to: "inbox").map(\.key) }
        try bench.host.time(noonNs)
        try bench.host.time(noonNs + .hour)
        #expect(try asked() == ["inbox-1"])
        try bench.host.giveUp("inbox-1", to: "inbox")
        try bench.host.time(noonNs + .hour + 11 * .second)
        try bench.host.answer("inbox-2", from: "inbox", status: 404, "nothing")
        try bench.host.time(noonNs + .hour + 60 * .second)
        #expect(try asked() == ["inbox-1", "inbox-2", "inbox-3"])
        try bench.host.answer("inbox-1", from: "inbox", #"{"messages":[]}"#)
        #expect(bench.count("answers_late") == 1)
    }

    /// Against the simulated i+Belgium, over HTTP, while one exchange in ten goes wrong at each point: it keeps each
    /// change once, and what it decides by itself is in force here.
    @Test(arguments: UInt64(1)...3)
    func eachChangeIsKeptOnce(seed: UInt64) throws {
        let keep = try TemporaryFolder()
        let script = try IBelgiumPeer(["amend_permille": "400"])
        var faults = PeerFaults(all: 0.1, delayNs: .millisecond)
        faults.forget = 0  // it answers for what it has taken: forgetting is tried with findings
        let server = try PeerServer(script, keep: keep.path + "/peer", faults: faults, seed: seed)
        defer { server.stop() }
        let bench = try WatchBench(["ibelgium_url": "http://127.0.0.1:\(server.port)", "inbox_seconds": "1"])
        for i in 0..<20 {
            try bench.person("P\(i)", "1ABC\(100 + i)")
            try bench.measure("M \(i)", on: "P\(i)", ["valid_to": .text("2027-06-01")])
            try bench.condition("C\(i)", on: "P\(i)", "no_driving", ["measure": .text("M \(i)")])
        }
        let effects = try bench.host.sent(to: "ibelgium")
        try bench.carry(rounds: 400, step: 2 * .second) {
            bench.host.waiting.allSatisfy { $0.destination == "inbox" }
                && bench.watch.ledger.exchange.after == UInt64(server.counts.sent) && server.counts.sent > 0
        }
        let kept = try keep.lines("peer/kept.jsonl").compactMap { line -> [String]? in
            guard let key = line["key"] as? String, let sha256 = line["sha256"] as? String else { return nil }
            return [key, sha256]
        }
        let wanted = effects.map { [$0.key, SHA256.digest($0.payload).description] }
        #expect(kept.sorted { $0[0] < $1[0] } == wanted.sorted { $0[0] < $1[0] })
        #expect(server.counts.conflicts == 0 && wanted.count == 60)
        let amended = bench.watch.register.measures.values.filter { $0.revision.source == .peer }
        #expect(!amended.isEmpty && bench.count("messages_refused") == 0)
        for measure in amended { #expect(measure.toNs == Samples.ns("2027-05-30T22:00:00Z")) }
    }
}
