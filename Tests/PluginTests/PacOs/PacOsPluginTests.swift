import Foundation
import Testing

@testable import ANPRCore
@testable import PacOs
@testable import PluginKit

@Suite struct PacOsPluginTests {
    private static let options = [
        "numbers": Repository.seed("pacos/numbers.csv"), "places": Repository.seed("pacos/places.csv"),
        "ends": Repository.seed("law/exhibit_ends.csv"),
    ]

    private static var knowledge: FixedKnowledge {
        var knowledge = Samples.knowledge
        for (number, action) in [(1 as UInt32, "seize"), (2, "intercept")] {
            knowledge.entries[number] = EntryDetails(
                list: "stolen", mark: "1ABC234", reason: "stolen", caseNumber: "C-\(number)", action: action)
        }
        return knowledge
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func hosted() throws -> HostedPlugin {
        try HostedPlugin(
            PacOs.module.factory(Self.options), PluginContext(directory: folder.path, knowledge: Self.knowledge))
    }

    private func hit(_ sequence: UInt32, entries: [UInt32], at ns: Nanoseconds = Samples.noonishNs) -> Hit {
        var hit = Hit(read: Samples.read("1-ABC-234", at: ns, sequence: sequence))
        for (i, entry) in entries.enumerated() {
            hit.sources[i] = HitSource(entry: entry, list: 0, kind: .exact, priority: 5)
        }
        hit.sourceCount = UInt8(entries.count)
        return hit
    }

    @Test func aHitWithTheActionSeizeOpensOneDraftADay() throws {
        let plugin = try hosted()
        try plugin.hand(hits: [
            hit(1, entries: [2, 1]), hit(2, entries: [1]), hit(3, entries: [2]), hit(4, entries: [9]),
            hit(5, entries: [1], at: Samples.noonishNs + .day),
        ])
        #expect(plugin.counter("drafts") == 2 && plugin.counter("draft_known") == 1)
        #expect(plugin.counter("other_action") == 1 && plugin.counter("entry_unknown") == 1)
        let told = try plugin.told()
        #expect(told.map(\.kind) == ["pacos.draft/1", "pacos.draft/1"])
        let body = told.first.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(body == (try Repository.event("pacos.draft.1")))
    }

    @Test func callsGoFromADraftToAReceipt() throws {
        let plugin = try hosted()
        try plugin.hand(hits: [hit(1, entries: [1])])
        func done(_ verb: String, _ fields: [String: String]) throws -> String {
            let reply = try plugin.call(verb, fields.mapValues { .text($0) })
            guard case .done(let bytes) = reply else {
                Issue.record("\(verb): \(reply)")
                return ""
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        _ = try done("seizure open", ["pv": "PV-1", "place": "Aalter", "service": "police", "draft": "DR-1"])
        let added = try done(
            "exhibit add",
            ["seizure": "SZ-1", "kind": "vehicle", "description": "a car, grey", "place": "GNT-P1", "seal": "S-7"])
        #expect(added.hasPrefix("{\"number\":\"PO0000000001"))
        let number = String(added.dropFirst(11).prefix(13))
        _ = try done("seizure close", ["seizure": "SZ-1"])
        _ = try done("delivery open", ["from": "GNT-P1", "to": "GNT-G1"])
        _ = try done("scan", ["for": "pack", "at": "DV-1", "code": "]C0" + number.lowercased()])
        _ = try done("delivery send", ["delivery": "DV-1"])
        _ = try done("scan", ["for": "arrive", "at": "DV-1", "code": number])
        _ = try done("scan", ["for": "arrive", "at": "DV-1", "code": "undo"])
        #expect(try plugin.call("delivery accept", ["delivery": .text("DV-1")]).refusalCode == "not_scanned")
        _ = try done("scan", ["for": "arrive", "at": "DV-1", "code": number])
        try plugin.restart()
        _ = try done("delivery accept", ["delivery": "DV-1"])
        let told = try plugin.told()
        #expect(told.map(\.kind) == ["pacos.draft/1", "pacos.seizure/1"])
        let body = told.last.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(body == (try Repository.event("pacos.seizure.1")), "\(body ?? "")")
        for format in ["text", "html"] {
            let reply = try plugin.ask(
                "delivery receipt", ["delivery": .text("DV-1"), "format": .text(format), "language": .text("nl")])
            guard case .lines(let bytes, nil) = reply else {
                Issue.record("\(reply)")
                return
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("Exemplaar 1") && text.contains("Exemplaar 2"))
            #expect(text.contains("\(number)") && text.contains("ontvangen") && text.contains("S-7"))
        }
        #expect(try plugin.ask("exhibit show", ["number": .text(number)]).text.contains("\"place\":\"GNT-G1\""))
        #expect(try plugin.ask("exhibit find", ["text": .text("GREY")]).text.contains(number))
        #expect(try plugin.ask("exhibit find", ["pv": .text("PV-2")]).text.isEmpty)
        #expect(try plugin.ask("draft list", ["state": .text("all")]).text.contains("\"state\":\"used\""))
    }

    @Test func whatIsLoadedAgreesWithItself() throws {
        let plugin = try hosted()
        let form = NumberForm(days: 0..<Int.max, prefix: Array("PO".utf8), digits: 10, check: .mod36)
        func row(_ serial: UInt64, pv: String = "PV-1", service: String = "police") throws -> PluginReply {
            let number = try #require(form.number(serial)).description
            return try plugin.call(
                "load",
                [
                    "number": .text(number), "seizure": .text("2021-1"), "pv": .text(pv),
                    "at": .instant(Samples.ns("2021-05-01T10:00:00Z")), "service": .text(service),
                    "kind": .text("phone"), "description": .text("d"), "place": .text("GNT-P1"),
                ])
        }
        #expect(try row(1).refusalCode == nil)
        #expect(try row(2).refusalCode == nil)
        #expect(try row(2).refusalCode == "exists")
        #expect(try row(3, pv: "PV-2").refusalCode == "differs")
        #expect(plugin.counter("exhibits") == 2 && plugin.counter("seizures") == 1)
        // A number that was loaded is not given out again.
        _ = try plugin.call("seizure open", ["pv": .text("P"), "place": .text("x"), "service": .text("police")])
        let added = try plugin.call(
            "exhibit add",
            [
                "seizure": .text("SZ-2"), "kind": .text("phone"), "description": .text("d"), "place": .text("GNT-P1"),
            ])
        #expect(added.text.contains(try #require(form.number(3)).description))
    }

    @Test func theYearlyTableIsThatOfTheSeizures() throws {
        var custody = Custody()
        _ = try custody.seize(3)
        _ = try custody.seize(2, service: .justice)
        let table = YearTable(custody.register)
        #expect(table.rows == [2026: .init(seizures: 2, exhibitsPolice: 3, exhibitsJustice: 2)])
        var line = JSONLine()
        table.write(year: 2026, into: &line)
        let golden = """
            {"year":2026,"seizures":2,"exhibits":5,"exhibits_police":3,"exhibits_justice":2}

            """
        #expect(line.string == golden)
    }

    @Test func optionsAreChecked() throws {
        let problems = try #require(throws: InputProblems.self) { try PacOs.module.factory(["number": "x"]) }
        #expect(problems.total == 4)
        #expect(problems.description.contains("'number' is unknown; known: numbers, places, ends, action"))
    }

    @Test func verbsAndCommandsKnowEachOther() {
        for verb in PacOs.verbs {
            let call = PluginCall(verb: verb.name, id: "1", by: "x")
            switch verb.work {
            case .command: #expect(refusal { try PacOsCommand(call) } != "unknown", "\(verb.name)")
            case .query: #expect(refusal { try PacOsQuery(call) } != "unknown", "\(verb.name)")
            case .report, .alone: break
            }
        }
        #expect(Set(PacOs.verbs.map(\.name)).count == PacOs.verbs.count)
    }
}

extension PluginReply {
    fileprivate var refusalCode: String? {
        if case .refused(let refusal) = self { return refusal.code }
        return nil
    }

    fileprivate var text: String {
        switch self {
        case .done(let bytes), .lines(let bytes, _): String(decoding: bytes, as: UTF8.self)
        default: ""
        }
    }
}
