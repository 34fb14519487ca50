import Testing

@testable import ANPRCore
@testable import PSC

/// Persons, measures and conditions as people change them: at once, and to the instant.
@Suite struct ConditionCommandTests {
    private let noonNs = Samples.noonishNs

    @Test func whatIsAddedIsWatchedAtOnce() throws {
        let bench = try WatchBench()
        #expect(bench.watch.watchedPlates.isEmpty)
        let version = bench.watch.watchVersion
        try bench.person("P1", "1ABC234 1XYZ999@2026-12-01/")
        #expect(bench.watch.watchedPlates.isEmpty, "no condition bears on the plates")
        try bench.measure("M1", on: "P1", ["valid_from": .text("2026-11-01"), "valid_to": .text("2027-01-01")])
        try bench.condition("C1", on: "P1", "no_driving", ["measure": .text("M1")])
        #expect(bench.watch.watchVersion > version)
        let december = Samples.ns("2026-11-30T23:00:00Z")
        let november = Samples.ns("2026-10-31T23:00:00Z")
        let end = Samples.ns("2026-12-31T23:00:00Z")
        #expect(
            bench.watch.watchedPlates == [
                WatchedPlate(plate: Samples.plate("1ABC234"), fromNs: november, toNs: end),
                WatchedPlate(plate: Samples.plate("1XYZ999"), fromNs: december, toNs: end),
            ])
        try bench.read("1ABC234")
        #expect(bench.count("alerts") == 1)
        let line = try #require(try bench.alerts().first)
        #expect(line["measure"] as? String == "M1" && line["person"] as? String == "P1")
    }

    /// Reads before the end alert, also when they come after it; from that nanosecond on nothing does.
    @Test func aMeasureEndsMatchingAtThatInstant() throws {
        let bench = try WatchBench()
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1")
        try bench.condition("C1", on: "P1", "no_driving", ["measure": .text("M1")])
        let endNs = noonNs - WatchBench.minute + 1
        try bench.done("measure end", ["measure": .text("M1"), "at": .instant(endNs)])
        for (offset, alerts) in [(0, 0), (1, 0), (-1, 1), (Nanoseconds.hour, 1)] {
            try bench.read("1ABC234", at: endNs + offset)
            #expect(bench.count("alerts") == alerts, "\(offset)")
        }
        #expect(try bench.code("measure end", ["measure": .text("M1")]) == "ended")
        #expect(bench.watch.watchedPlates == [WatchedPlate(plate: Samples.plate("1ABC234"), toNs: endNs)])
        #expect(try bench.host.told().map(\.kind) == ["psc.breach/1"])
        try bench.host.time(noonNs)
        try bench.host.time(noonNs + .second)
        let told = try bench.host.told().filter { $0.kind == Measure.endTold }
        #expect(told.map(\.id) == ["M1"] && told.first?.atNs == endNs, "once")
    }

    @Test func anEndThatIsStillToComeIsToldWhenItHasCome() throws {
        let bench = try WatchBench()
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1", ["valid_to": .text("2026-11-24T00:00:00Z")])
        func told() throws -> Int { try bench.host.told().count { $0.kind == Measure.endTold } }
        try bench.host.time(Samples.ns("2026-11-23T23:59:59Z"))
        #expect(try told() == 0)
        try bench.host.time(Samples.ns("2026-11-24T00:00:00Z"))
        #expect(try told() == 1)
        // Taken up again and ended again, it is told again.
        try bench.done("measure amend", ["measure": .text("M1"), "valid_to": .text("2026-11-25T00:00:00Z")])
        try bench.host.restart()
        try bench.host.time(Samples.ns("2026-11-25T00:00:01Z"))
        try bench.host.time(Samples.ns("2026-11-25T00:00:02Z"))
        #expect(try told() == 2)
    }

    @Test func platesMoveWithTheirDays() throws {
        let bench = try WatchBench()
        try bench.person("P1", "")
        try bench.person("P2", "")
        try bench.condition("C1", on: "P1", "no_driving")
        try bench.condition("C2", on: "P2", "no_driving")
        let plate: FieldValue = .plate(Samples.plate("1ABC234"))
        try bench.done("person link", ["person": .text("P1"), "plate": plate])
        #expect(
            try bench.code("person link", ["person": .text("P1"), "plate": plate, "valid_from": .text("2026-12-01")])
                == "exists")
        try bench.done("person unlink", ["person": .text("P1"), "plate": plate, "at": .instant(noonNs - 10)])
        try bench.done(
            "person link", ["person": .text("P2"), "plate": plate, "valid_from": .text(Instant.format(noonNs - 10))])
        #expect(try bench.code("person unlink", ["person": .text("P1"), "plate": plate]) == "not_linked")
        try bench.read("1ABC234", at: noonNs - 11)
        try bench.read("1ABC234", at: noonNs - 10)
        #expect(try bench.alerts().map { $0["person"] as? String } == ["P1", "P2"])
    }

    @Test func whatDoesNotFitIsRefusedWithAWord() throws {
        let bench = try WatchBench()
        try bench.person("P1", "1ABC234")
        try bench.person("P2", "1ABC235")
        try bench.measure("M1", on: "P1", ["decided_at": .instant(noonNs - .day)])
        try bench.condition("C1", on: "P1", "no_driving", ["measure": .text("M1")])
        let state = bench.state()
        func condition(_ more: [String: FieldValue]) -> [String: FieldValue] {
            [
                "condition": .text("C2"), "person": .text("P1"), "kind": .text("no_driving"), "reason": .text("x"),
            ].merging(more) { $1 }
        }
        let measure: [String: FieldValue] = ["measure": .text("M1")]
        let cases: [(String, [String: FieldValue], String)] = [
            ("person add", ["person": .text("P1"), "name": .text("x")], "exists"),
            ("person add", ["person": .text("P\""), "name": .text("x")], "wrong"),
            ("person add", ["person": .text("P3"), "name": .text("x"), "plates": .text("??")], "wrong"),
            ("person add", ["person": .text("P3")], "missing"),
            ("person change", ["person": .text("P9"), "name": .text("x")], "unknown"),
            ("condition add", condition(["condition": .text("C1")]), "exists"),
            ("condition add", condition(["person": .text("P9")]), "unknown"),
            ("condition add", condition(["measure": .text("M9")]), "unknown"),
            ("condition add", condition(["person": .text("P2"), "measure": .text("M1")]), "other_person"),
            ("condition add", condition(["kind": .text("no_contact"), "with": .text("P9")]), "unknown"),
            ("condition add", condition(["kind": .text("no_flying")]), "wrong"),
            ("condition add", condition(["kind": .text("curfew")]), "wrong"),
            ("condition attach", ["condition": .text("C1"), "measure": .text("M1")], "attached"),
            ("condition end", ["condition": .text("C9")], "unknown"),
            ("measure open", measure, "missing"),
            ("measure amend", measure.merging(["decided_at": .instant(noonNs - 2 * .day)]) { $1 }, "older_decision"),
            ("measure amend", measure.merging(["decided_at": .instant(noonNs + .day)]) { $1 }, "in_future"),
            ("measure amend", measure.merging(["valid_from": .text("soon")]) { $1 }, "wrong"),
            ("report", ["condition": .text("C1")], "no_duty"),
            ("breach confirm", ["breach": .text("B")], "unknown"),
            ("conflict close", ["conflict": .whole(1), "note": .text("x")], "unknown"),
            ("fly", [:], "unknown_verb"),
        ]
        for (verb, fields, code) in cases { #expect(try bench.code(verb, fields) == code, "\(verb) \(fields)") }
        #expect(bench.state() == state)
        #expect(bench.count("refused") == cases.count)
    }

    /// A command on what a file has takes it over; what the file says of it afterwards is not heard.
    @Test(arguments: [
        ("2026-02-30", "", "'valid_from' must be a date or an instant, not '2026-02-30'"),
        ("", "soon", "'valid_to' must be a date or an instant, not 'soon'"),
        ("2026-12-01", "2026-11-01", "'2026-12-01' is not before '2026-11-01'"),
    ])
    func theEndThatIsWrongIsNamed(from: String, to: String, message: String) {
        let text = ConditionText(localTime: .europeBrussels)
        let problem = #expect(throws: TextProblem.self) { try text.span(from: from, to: to) }
        #expect(problem?.message.contains(message) == true)
    }

    @Test func theLedgerHidesTheFile() throws {
        let folder = try TemporaryFolder()
        let files = try WrittenRegister.files(
            in: folder, persons: ["P1,One,1ABC234", "P2,Two,1ABC235"],
            conditions: ["C1,P1,no_driving,,,,,,,x", "C2,P2,no_driving,,,,,,,x"])
        let options = ["persons": files.personsPath, "conditions": files.conditionsPath]
        let bench = try WatchBench(options)
        try bench.done("condition end", ["condition": .text("C1")])
        try bench.read("1ABC234", at: noonNs + .second)
        try bench.read("1ABC235", at: noonNs + .second)
        #expect(try bench.alerts().map { $0["condition"] as? String } == ["C2"])
        try bench.host.restart()
        #expect(bench.count("persons") == 2 && bench.count("conditions") == 2)
        try bench.host.reload()
        try bench.read("1ABC234", at: noonNs + .hour)
        #expect(bench.count("alerts") == 0)
        // A file that has lost both persons takes away only what is its own.
        try folder.write("persons.csv", WrittenRegister.personHeader + "\n")
        try folder.write("conditions.csv", WrittenRegister.conditionHeader + "\n")
        try bench.host.reload()
        #expect(bench.count("persons") == 1 && bench.count("conditions") == 1)
        #expect(try bench.ask("condition list").contains(#""condition":"C1""#))
    }

    @Test func queriesShowWhatThereIsByPages() throws {
        let bench = try WatchBench()
        for i in 1...5 { try bench.person("P\(i)", "1ABC23\(i)") }
        try bench.measure("M1", on: "P1")
        try bench.condition("C1", on: "P1", "no_contact", ["measure": .text("M1"), "with": .text("P2")])
        guard case .lines(let first, let next?) = try bench.host.ask("person list", limit: 2) else {
            Issue.record("no page")
            return
        }
        #expect(String(decoding: first, as: UTF8.self).split(separator: "\n").count == 2 && next == "P3")
        #expect(
            try bench.ask("person list", ["plate": .plate(Samples.plate("1ABC232"))]).contains(#""person":"P2""#))
        #expect(try bench.ask("condition list", ["person": .text("P2")]).contains(#""with":"P2""#))
        #expect(try bench.ask("measure list", ["person": .text("P2")]).isEmpty)
        #expect(try bench.ask("measure list").contains(#""in_force":true,"conditions":["C1"],"version":2"#))
        #expect(try bench.ask("exchange").contains(#""to_acknowledge":6"#))
        let history = try bench.ask("history", ["kind": .text("measure"), "id": .text("M1")])
        #expect(history.split(separator: "\n").count == 2 && history.contains(#""by":"tester""#))
    }

    /// Each verb is understood, its examples are of it, and those that show a person ask why.
    @Test func theVerbsAreTheCommands() throws {
        let bench = try WatchBench()
        for verb in PSCVerbs.all {
            if case .query = verb.work {
                let reply = try bench.host.ask(
                    verb.name, ["breach": .text("B"), "kind": .text("person"), "id": .text("P")])
                if case .refused(let refusal) = reply { #expect(refusal.code != "unknown_verb", "\(verb.name)") }
                #expect(verb.needsReason == !verb.name.hasPrefix("exchange"), "\(verb.name)")
            } else if case .command = verb.work {
                #expect(try bench.code(verb.name, [:]) == "missing", "\(verb.name)")
            }
            for example in verb.examples { #expect(example.hasPrefix("anprd psc \(verb.name)"), "\(example)") }
            #expect(!verb.examples.isEmpty)
        }
    }

    /// The first version's ledger: its snapshot and its events are taken over.
    @Test func theFirstVersionsStateIsUnderstood() throws {
        var bytes: [UInt8] = []
        bytes.append(number: UInt32(1))
        bytes.append(number: Samples.ns("2026-11-23T08:15:00Z"))
        bytes.append(text: "C1")
        bytes.append(number: UInt32(3))
        let bench = try WatchBench()
        try bytes.withUnsafeBytes { try bench.watch.restore($0, version: 1) }
        var events = LedgerEvents()
        events.append(1) {
            $0.append(number: Samples.noonishNs)
            $0.append(text: "C2")
            $0.append(number: UInt32(7))
        }
        try events.forEach { try bench.watch.apply($0) }
        #expect(bench.watch.ledger.repeats.contains(.init(condition: "C1", camera: 3), at: Samples.noonishNs))
        #expect(bench.watch.ledger.repeats.contains(.init(condition: "C2", camera: 7), at: Samples.noonishNs))
    }
}
