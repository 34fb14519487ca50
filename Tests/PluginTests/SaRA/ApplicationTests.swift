import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// An application's way, its ranks and its data.
@Suite struct ApplicationTests {
    @Test func stagesFollowEachOther() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published()
        let application = try bench.enter(vacancy, "an")
        func move(_ stage: String, _ cause: String = "") throws -> String? {
            try bench.refusal("application move", ["application": application, "to": stage, "cause": cause])
        }
        #expect(try move("interview") == "not_in_state")
        #expect(try move("tests") == nil)
        #expect(try move("tests") == "not_in_state")
        #expect(
            try bench.refusal("application answer", ["application": application, "answer": "accept"]) == "not_in_state")
        #expect(try move("refused") == "missing")
        #expect(try move("refused", "no driving licence") == nil)
        #expect(try move("withdrawn") == "not_in_state")
        #expect(bench.register.applications[1]?.stage == .refused)
    }

    @Test func oneAddressAppliesOnce() throws {
        let bench = try RecruitmentBench()
        let (first, second) = (try bench.published(), try bench.published())
        _ = try bench.enter(first, "an")
        let again = ["vacancy": first, "name": "x", "email": "AN@Mail.Example", "language": "fr"]
        #expect(try bench.refusal("application enter", again) == "exists")
        #expect(try bench.enter(second, "an") == "A-2")
        let noAddress = ["vacancy": first, "name": "x", "email": "nobody", "language": "fr"]
        #expect(try bench.refusal("application enter", noAddress) == "wrong")
    }

    /// No two have one rank, only who passed has one, and offers go by rank and by places.
    @Test func ranksAreGivenOnce() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published(["places": "2"])
        let all = try ["a", "b", "c", "d"].map { try bench.enter(vacancy, $0) }
        for one in all.dropLast() { try bench.pass(one) }
        func rank(_ order: [Int]) throws -> String? {
            let names = order.map { all[$0] }.joined(separator: ",")
            return try bench.refusal("application rank", ["vacancy": vacancy, "order": names])
        }
        func offer(_ i: Int) throws -> String? { try bench.refusal("application offer", ["application": all[i]]) }
        #expect(try rank([0, 1, 2]) == "not_in_state", "more may come while it is published")
        try bench.call("vacancy close", ["vacancy": vacancy])
        #expect(try offer(0) == "no_rank")
        #expect(try rank([0, 1]) == "incomplete")
        #expect(try rank([0, 1, 2, 3]) == "not_passed")
        #expect(try rank([0, 1, 1]) == "wrong")
        #expect(try rank([0, 1, 2]) == nil)
        #expect(try rank([2, 0, 1]) == nil, "it may be thought over")
        #expect(bench.register.applications(of: 1).map(\.rank) == [2, 3, 1, 0])
        #expect(try offer(0) == "rank")
        #expect(try offer(2) == nil)
        #expect(try offer(0) == nil)
        #expect(try offer(1) == "no_place")
        try bench.call("application answer", ["application": all[2], "answer": "decline"])
        #expect(try rank([1]) == nil)
        #expect(bench.register.applications[2]?.rank == 3, "ranks 1 and 2 are somebody's for ever")
        #expect(try offer(1) == nil)
    }

    @Test func aDeadlineIsSaidOnceAndAnOfferLapses() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published()
        let application = try bench.enter(vacancy, "an")
        try bench.hosted.time(Samples.ns("2026-12-07T22:59:59Z"))
        let early = try bench.hosted.sent(to: "alarms").map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(early == [])
        try bench.hosted.time(Samples.ns("2026-12-07T23:00:00Z"))
        try bench.hosted.time(Samples.ns("2026-12-08T23:00:00Z"))
        let alarm = """
            {"id":"late-A-1-eligibility","alarm":"stage_late","application":"A-1","vacancy":"V-1",\
            "stage":"eligibility","due":"2026-12-07T23:00:00Z"}
            """
        let alarms = try bench.hosted.sent(to: "alarms").map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(alarms == [alarm])
        try bench.pass(application)
        try bench.call("vacancy close", ["vacancy": vacancy])
        try bench.call("application rank", ["vacancy": vacancy, "order": application])
        try bench.call("application offer", ["application": application])
        try bench.hosted.time(Samples.ns("2026-12-24T00:00:00Z"))
        #expect(bench.register.applications[1]?.stage == .declined)
        #expect(bench.register.applications[1]?.cause == "deadline")
    }

    @Test func monthsEndOnTheirLastDay() {
        func day(_ text: String) -> Int { Int(Samples.ns(text) / .day) }
        #expect(ApplicantRules.day(day("2026-11-23"), plusMonths: 24) == day("2028-11-23"))
        #expect(ApplicantRules.day(day("2027-08-31"), plusMonths: 6) == day("2028-02-29"))
        #expect(ApplicantRules.day(day("2026-12-31"), plusMonths: 2) == day("2027-02-28"))
        #expect(ApplicantRules.day(day("2026-11-30"), plusMonths: 1) == day("2026-12-30"))
    }

    /// On the day of the law nothing of the person is left in the state, nor in the snapshot on disk; counts are.
    @Test func whatTheLawErasesIsGone() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published()
        let application = try bench.enter(vacancy, "wilhelmina")
        let other = try bench.enter(vacancy, "bo")
        let gone = ["application": application, "to": "refused", "cause": "wilhelmina lives abroad"]
        try bench.call("application move", gone)
        func state() -> String {
            var bytes: [UInt8] = []
            bench.plugin.snapshot(into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        try bench.hosted.time(Samples.ns("2028-11-22T22:59:59Z"))
        #expect(state().contains("wilhelmina"))
        let show = try bench.call("application show", ["application": application], reason: "complaint")
        #expect(show.contains("wilhelmina@mail.example") && show.contains(#""erased_on":"2028-11-22T23:00:00Z""#))
        try bench.hosted.time(Samples.ns("2028-11-22T23:00:00Z"))
        #expect(!state().contains("wilhelmina") && state().contains("bo@mail.example"))
        #expect(try bench.refusal("application move", gone) == "unknown")
        #expect(try bench.call("application list").split(separator: "\n").count == 1)
        #expect(try bench.call("report", ["from": "2028-11-01"]).contains(#""erased":1"#))
        #expect(other == "A-2" && bench.register.months.values.reduce(0) { $0 + $1[.refused] } == 1)
        // No effect and no told event ever held it.
        for effect in try bench.hosted.sent() {
            #expect(!String(decoding: effect.payload, as: UTF8.self).contains("wilhelmina"))
        }
        for event in try bench.hosted.told() {
            #expect(!String(decoding: event.body, as: UTF8.self).contains("wilhelmina"))
        }
    }

    /// Snapshots that were taken before are gone with the second one after it.
    @Test func twoSnapshotsLaterNoneHoldsIt() throws {
        let folder = try TemporaryFolder()
        let options = try SaRAOptions(RecruitmentBench.options(folder))
        let plugin = SaRAPlugin(
            options: options, tables: try options.loadTables(),
            context: PluginContext(directory: "", knowledge: RecruitmentBench.knowledge))
        let storage = MemoryLedgerStorage(seed: 1)
        var settings = PluginHostSettings()
        settings.snapshotTransactions = 1
        let host = try PluginHost(plugin, storage: storage, shards: 1, settings: settings)
        var nowNs = Samples.noonishNs
        func call(_ verb: String, _ texts: [String: String]) throws {
            let table = try #require(SaRAVerbs.all.first { $0.name == verb })
            var reply: PluginReply?
            try host.take(table.call(texts, id: "\(nowNs)-\(verb)", by: "hr"), atNs: nowNs) { reply = $0 }
            try host.commit(durable: [.max], nowNs: nowNs)
            guard case .done? = reply else { throw RegisterProblem("\(verb): \(String(describing: reply))") }
        }
        func snapshots(with text: String) -> Int {
            storage.fileNames.filter { $0.hasPrefix("snapshot") }
                .count { String(decoding: storage.bytes($0) ?? [], as: UTF8.self).contains(text) }
        }
        try call("vacancy add", RecruitmentBench.draft)
        try call("vacancy publish", ["vacancy": "V-1"])
        let person = ["vacancy": "V-1", "name": "wilhelmina", "email": "w@mail.example", "language": "nl"]
        try call("application enter", person)
        try call("application move", ["application": "A-1", "to": "withdrawn"])
        // Seldom, by their size: until one holds the person.
        for day in 1...400 where snapshots(with: "wilhelmina") == 0 {
            nowNs += 1
            try call("vacancy add", RecruitmentBench.draft.merging(["reference": "before-\(day)"]) { $1 })
        }
        #expect(snapshots(with: "wilhelmina") > 0)
        nowNs += 200 * .day
        try host.take(.time(nowNs))
        try host.commit(durable: [.max], nowNs: nowNs)
        #expect(plugin.register.applications.isEmpty)
        for day in 1...400 {
            nowNs += 1
            try call(
                "vacancy add", RecruitmentBench.draft.merging(["closes": "2030-01-01", "reference": "\(day)"]) { $1 })
        }
        #expect(storage.fileNames.contains { $0.hasPrefix("snapshot") } && snapshots(with: "wilhelmina") == 0)
    }

    @Test func aPersonIsShownForAReasonOnly() throws {
        let bench = try RecruitmentBench()
        let application = try bench.enter(try bench.published(), "an")
        #expect(try bench.refusal("application show", ["application": application]) == "reason_missing")
        let list = try bench.call("application list", ["vacancy": "V-1", "stage": "eligibility"])
        #expect(list.contains("A-1") && !list.contains("an@mail.example"))
    }
}
