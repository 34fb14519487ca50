import Foundation
import Testing

@testable import ANPRCore
@testable import CBE
@testable import PluginKit

/// One file's way, step by step.
@Suite struct FineFileTests {
    private let number = UInt64(7_147_876_774)
    private var file: [String: FieldValue] { ["file": .text("7147876774")] }

    private func holder(_ language: String = "nl", from: String = "", to: String = "") -> EffectAnswer.Outcome {
        let body = """
            {"holder":{"name":"An Peeters","street":"Markt 1","postcode":"9880","town":"Aalter","country":"BE",\
            "language":"\(language)","valid_from":"\(from)","valid_to":"\(to)"}}
            """
        return .answered(status: 200, body: Array(body.utf8))
    }

    private func take(_ bench: OfficeBench, _ destination: String, _ status: Int, _ body: String = "{}") throws {
        let effect = try #require(bench.effect(to: destination))
        try bench.answer(effect, .answered(status: status, body: Array(body.utf8)))
    }

    /// Up to where Justice has acknowledged.
    private func acknowledged() throws -> OfficeBench {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record())
        try bench.answer(#require(bench.effect(to: "register")), holder())
        try bench.wait(61 * .second)
        try take(bench, "seal", 200, "signature")
        try take(bench, "justice", 202)
        try take(bench, "justice", 202)
        try bench.wait(31 * .second)
        try take(bench, "justice_kept", 200)
        return bench
    }

    @Test func fromTheFindingToThePayment() throws {
        let bench = try acknowledged()
        let file = try #require(bench.file())
        #expect(file.phase == .acknowledged && file.document.isEmpty && file.batch == 1)
        #expect(
            bench.transitions.map(\.to) == [.holder, .ready, .batched, .sending, .sent, .acknowledged])
        let pay = ["file": FieldValue.text("+++714/7876/77427+++"), "reference": .text("B-1")]
        #expect(try bench.call("pay", pay.merging(["cents": .whole(6000)]) { $1 }).contains(#""owed_cents":310"#))
        #expect(throws: Refusal.self) { try bench.call("pay", pay.merging(["cents": .whole(310)]) { $1 }) }
        let rest = ["file": FieldValue.text("7147876774"), "reference": .text("B-2"), "cents": .whole(410)]
        let over = #""phase":"paid","paid_cents":6410,"owed_cents":0,"overpaid_cents":100"#
        #expect(try bench.call("pay", rest).contains(over))
        #expect(bench.file()?.phase == .paid)
        let told = bench.told.map { "\($0.kind) \($0.id)" }
        #expect(told.first == "cbe.file.opened/1 BR.30.L7.7147876774/2026")
        #expect(told.dropFirst().allSatisfy { $0 == "cbe.file.moved/1 BR.30.L7.7147876774/2026" } && told.count == 7)
        let report = try bench.ask("report")
        #expect(
            report == """
                {"day":"2026-11-23","created":1,"fines":1,"prosecutor":0,"verifications":0,"sent":1,"acknowledged":1,\
                "forgotten":0,"refused":0,"refused_by_cause":[],"success_percent":100.000,"paid":1,"paid_cents":6410,\
                "closed":0}

                """)
    }

    @Test func whoDoesNotPayIsRemindedOrderedAndProsecuted() throws {
        let bench = try acknowledged()
        for phase in [FilePhase.reminded, .ordered, .prosecutor] {
            try bench.wait(31 * .day)
            #expect(bench.file()?.phase == phase)
        }
        #expect(
            bench.sent.filter { $0.destination == "reminders" }.map(\.key) == [
                "reminder-7147876774", "order-7147876774",
            ])
    }

    @Test func whatJusticeForgetsIsSentAgainUnderItsKey() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record())
        try bench.answer(#require(bench.effect(to: "register")), holder())
        try bench.wait(61 * .second)
        try take(bench, "seal", 200, "signature")
        try take(bench, "justice", 202)
        try take(bench, "justice", 202)
        try bench.wait(31 * .second)
        try take(bench, "justice_kept", 404)
        #expect(bench.file()?.phase == .sending)
        let posts = bench.sent.filter { $0.key == "7147876774-1" }
        #expect(posts.count == 2 && posts[0] == posts[1])
    }

    @Test func aRefusedFileGoesAgainAsAnotherDocument() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record())
        try bench.answer(#require(bench.effect(to: "register")), holder())
        try bench.wait(61 * .second)
        try take(bench, "seal", 200, "signature")
        try bench.answer(
            #require(bench.outbox["7147876774-1"]),
            .answered(status: 422, body: Array(#"{"cause":"address_incomplete"}"#.utf8)))
        #expect(bench.file()?.phase == .refused && bench.file()?.cause == "address_incomplete")
        #expect(try bench.ask("report").contains(#""refused_by_cause":["address_incomplete=1"]"#))
        try bench.call("file again", file)
        #expect(bench.file()?.phase == .ready && bench.file()?.justiceKey == "7147876774-2")
    }

    @Test func theOwnerOfThatDayCounts() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record())
        try bench.answer(#require(bench.effect(to: "register")), holder(from: "2026-11-24"))
        #expect(bench.file()?.phase == .unknown && bench.file()?.cause == "not_on_that_day")
        try bench.call("file ask", file)
        let again = try #require(bench.effect(to: "register"))
        #expect(again.key == "holder-7147876774-2")
        try bench.answer(again, holder(from: "2026-11-01", to: "2026-11-24"))
        #expect(bench.file()?.holder?.name == "An Peeters" && bench.file()?.phase == .ready)
    }

    @Test func aRegisterThatKeepsSilentIsNotWaitedForForEver() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record(country: "NL"))
        let question = try #require(bench.effect(to: "eucaris"))
        try bench.wait(72 * .hour)
        #expect(bench.file()?.phase == .unknown && bench.file()?.cause == "timeout")
        // Late, but as good.
        try bench.answer(question, holder())
        #expect(bench.file()?.phase == .ready)
        let british = try OfficeBench(OfficeBench.options())
        try british.hand(Samples.record(country: "GB"))
        #expect(british.file()?.cause == "no_register")
        try british.call("file prosecute", file)
        #expect(british.file()?.charge == .prosecutor(.holder) && british.file()?.phase == .ready)
    }

    @Test func aPersonVerifies() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record(review: .lookAlike))
        #expect(bench.file()?.phase == .verification && bench.told.isEmpty)
        let verdict = file.merging(["verdict": .text("accept"), "plate": .text("1-ABC-235")]) { $1 }
        #expect(try bench.call("file verify", verdict).contains(#""decision":"fine","total_cents":6310"#))
        #expect(bench.file()?.phase == .holder && bench.file()?.verifiedBy == "officer")
        #expect(
            bench.effect(to: "register").map { String(decoding: $0.payload, as: UTF8.self) }?.contains("1ABC235")
                == true)
        #expect(bench.told.map(\.kind) == ["cbe.file.opened/1", "cbe.file.moved/1"])
        #expect(throws: Refusal.self) { try bench.call("file verify", verdict) }
        let unproven = try OfficeBench(OfficeBench.options(), knowledge: FixedKnowledge())
        try unproven.hand(Samples.record())
        #expect { try unproven.call("file verify", verdict) } throws: { ($0 as? Refusal)?.code == "no_instrument" }
    }

    @Test func anOfficerEntersAnOffenceOnce() throws {
        let bench = try OfficeBench(OfficeBench.options())
        let offence: [String: FieldValue] = [
            "reference": .text("A-17"), "plate": .text("1-ABC-234"), "country": .text("BE"),
            "at": .instant(Samples.noonishNs), "place": .text("Aalter"), "zone": .text("built_up"),
            "measured_kmh": .whole(70), "limit_kmh": .whole(50), "serial": .text("R-1"), "approval": .text("B-1"),
            "valid_to": .instant(Samples.ns("2027-01-01")),
        ]
        // Town 50, measured 70: corrected 64, EUR 97 and the fee.
        #expect(try bench.call("offence enter", offence).contains(#""total_cents":10710"#))
        #expect { try bench.call("offence enter", offence) } throws: { ($0 as? Refusal)?.code == "exists" }
        let ahead = offence.merging(["reference": .text("C"), "at": .instant(Samples.noonishNs + 90 * .day)]) { $1 }
        #expect { try bench.call("offence enter", ahead) } throws: { ($0 as? Refusal)?.code == "in_future" }
        let nowhere = offence.merging(["reference": .text("P-2"), "country": .text("ZZ")]) { $1 }
        #expect { try bench.call("offence enter", nowhere) } throws: {
            ($0 as? Refusal) == Refusal("country_unknown", "'ZZ' is no country of ISO 3166-1, such as BE")
        }
        let expired = offence.merging(["reference": .text("B"), "valid_to": .instant(Samples.ns("2026-01-01"))]) { $1 }
        #expect { try bench.call("offence enter", expired) } throws: { ($0 as? Refusal)?.code == "no_instrument" }
    }

    @Test func theDeadlineIsWatched() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record(review: .lookAlike))
        try bench.wait(11 * .day)
        try bench.wait(3 * .day)
        #expect(
            bench.sent.filter { $0.destination == "alarms" }.map(\.key) == [
                "deadline_near-7147876774", "deadline_missed-7147876774",
            ])
        #expect(bench.office.counters.first { $0.name == "deadline_missed" }?.value == 1)
        #expect(try bench.ask("deadlines").contains(#""file":"7147876774""#))
        try bench.wait(30 * .day)
        #expect(bench.sent.filter { $0.destination == "alarms" }.count == 2)
    }

    @Test func oneJourneyIsFinedOnceForItsHighestExcess() throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let bench = try OfficeBench(OfficeBench.options(["journey_minutes": "30"]))
            let records = [(121, 0), (140, 20), (130, 45)].enumerated().map { i, one in
                Samples.record(
                    correctedKmh: UInt16(one.0), exitNs: Samples.noonishNs + Nanoseconds(one.1) * 60 * .second,
                    sequence: UInt32(i))
            }
            for i in order { try bench.hand(records[i]) }
            try bench.hand(Samples.record(exitNs: Samples.noonishNs + 5 * .hour, sequence: 9))
            for _ in 0..<4 { try bench.wait(2 * .hour) }
            let files = bench.office.ledger.files.values
            #expect(files.filter { $0.phase == .closed }.count == 2)
            #expect(files.filter { $0.phase == .holder }.map(\.offence.excessKmh).sorted() == [1, 20])
        }
    }
}
