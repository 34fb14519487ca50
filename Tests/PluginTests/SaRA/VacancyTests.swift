import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// A vacancy's way, from its draft to its end.
@Suite struct VacancyTests {
    @Test func aDraftIsSeenByNobody() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.write()
        #expect(vacancy == "V-1" && bench.register.vacancies[1]?.phase == .draft)
        #expect(try bench.hosted.sent().isEmpty && bench.hosted.told().isEmpty)
        try bench.call("vacancy withdraw", ["vacancy": vacancy])
        #expect(try bench.hosted.sent().isEmpty, "nobody had seen it")
    }

    @Test func whatIsPublishedIsShownAndTold() throws {
        let bench = try RecruitmentBench()
        let reply = try bench.call("vacancy publish", ["vacancy": try bench.write(["places": "3"])])
        #expect(reply == #"{"vacancy":"V-1","phase":"published","version":1}"#)
        #expect(try bench.hosted.sent().map(\.key) == ["jobpol-V-1-1", "site-V-1-1"])
        let document = try #require(try bench.hosted.sent(to: "jobpol").first?.payload)
        let golden = """
            {"id":"jobpol-V-1-1","vacancy":"V-1","version":1,"state":"published","updated":"2026-11-23T08:15:30Z",\
            "reference":"","zone":"A","zone_name":"Zone <A> & \\"co\\"","postcode":"1000","places":3,\
            "corps":"operational","hours":"full","published":"2026-11-23T08:15:30Z","closes":"2026-12-31",\
            "closes_at":"2026-12-31T23:00:00Z","texts":{"fr":{"title":"Inspecteur",\
            "profile":"Vous patrouillez."}}}
            """
        #expect(String(decoding: document, as: UTF8.self) == golden)
        let told = try #require(try bench.hosted.told().first)
        #expect(told.kind == "sara.vacancy.published/1" && told.id == "V-1" && told.atNs == Samples.noonishNs)
        let file = try FileBytes(path: Repository.seed("events/sara.vacancy.published.1.json"))
        #expect(String(decoding: file.bytes, as: UTF8.self) == String(decoding: told.body, as: UTF8.self) + "\n")
    }

    @Test func aChangeOfWhatIsPublishedIsANewVersion() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.write()
        try bench.call("vacancy change", ["vacancy": vacancy, "places": "4"])
        #expect(bench.register.vacancies[1]?.version == 0)
        try bench.call("vacancy publish", ["vacancy": vacancy])
        let change = ["vacancy": vacancy, "language": "nl", "title": "Inspecteur (m/v/x)", "profile": "U rijdt."]
        #expect(try bench.call("vacancy change", change).contains(#""version":2"#))
        #expect(try bench.refusal("vacancy change", change) == "same")
        #expect(try bench.hosted.sent(to: "site").map(\.key) == ["site-V-1-1", "site-V-1-2"])
        try bench.call("vacancy close", ["vacancy": vacancy])
        #expect(try bench.refusal("vacancy change", ["vacancy": vacancy, "places": "5"]) == "not_in_state")
        let last = try #require(try bench.hosted.sent(to: "jobpol").last)
        #expect(last.key == "jobpol-V-1-3")
        let gone =
            #"{"id":"jobpol-V-1-3","vacancy":"V-1","version":3,"state":"closed","updated":"2026-11-23T08:15:30Z"}"#
        #expect(String(decoding: last.payload, as: UTF8.self) == gone)
    }

    /// What comes while a batch is on its way goes together in the next: no version overtakes another.
    @Test func theSiteGetsOneBatchAtATime() throws {
        let bench = try RecruitmentBench(["site_folder": "nowhere"])
        for _ in 0..<70 { _ = try bench.published() }
        try bench.call("vacancy change", ["vacancy": "V-1", "places": "2"])
        #expect(try bench.hosted.sent(to: "site").map(\.key) == ["site-1"])
        try bench.hosted.answer("site-1", from: "site")
        #expect(bench.register.siteFlying == Array(1...64) && bench.register.siteDirty == Set(65...70))
        #expect(bench.register.vacancies[1]?.siteVersion == 1)
        try bench.hosted.answer("site-1", from: "site")
        #expect(bench.hosted.counter("answers_late") == 1)
        try bench.hosted.restart()
        try bench.hosted.giveUp("site-2", to: "site")
        #expect(try bench.hosted.sent(to: "alarms").map(\.key) == ["not_on_site-2"])
        try bench.hosted.answer("site-3", from: "site")
        #expect(bench.register.siteFlying.isEmpty && bench.register.siteDirty.isEmpty)
        #expect(bench.register.vacancies.values.allSatisfy { $0.siteVersion == $0.version })
        try bench.call("vacancy close", ["vacancy": "V-9"])
        try bench.call("site rebuild")
        let keys = try bench.hosted.sent(to: "site").map(\.key)
        #expect(keys == ["site-1", "site-2", "site-3", "site-4", "site-rebuild-1-0", "site-rebuild-1-64"])
    }

    /// Who begins to have a site sees on it what was published before.
    @Test func aSiteThatComesLaterCatchesUp() throws {
        let bench = try RecruitmentBench()
        _ = try bench.published()
        var bytes: [UInt8] = []
        bench.plugin.snapshot(into: &bytes)
        let options = try SaRAOptions(RecruitmentBench.options(bench.folder, ["site_folder": "nowhere"]))
        let later = SaRAPlugin(
            options: options, tables: try options.loadTables(),
            context: PluginContext(directory: "", knowledge: RecruitmentBench.knowledge))
        try bytes.withUnsafeBytes { try later.restore($0, version: later.stateVersion) }
        var events = LedgerEvents()
        later.decide(.time(Samples.noonishNs), into: &events)
        var kinds: [UInt16] = []
        try events.forEach { kinds.append($0.kind) }
        #expect(kinds == [4, LedgerEvent.effectEnqueued])
    }

    @Test(arguments: [
        (["zone": "X"], "unknown_zone"), (["closes": "2026-11-22"], "too_late"), (["starts": "2026-12-31"], "wrong"),
        (["places": "0"], "bad_fields"), (["title": "a\u{7}b"], "wrong"), (["title": "  "], "wrong"),
        (["language": ""], "bad_fields"), (["corps": "navy"], "bad_fields"),
    ])
    func whatIsWrongIsRefused(fields: [String: String], code: String) throws {
        let bench = try RecruitmentBench()
        #expect(try bench.refusal("vacancy add", RecruitmentBench.draft.merging(fields) { $1 }) == code)
        #expect(bench.register.vacancies.isEmpty && bench.hosted.counter("vacancies_draft") == 0)
    }

    @Test func aReferenceIsThereOnce() throws {
        let bench = try RecruitmentBench()
        _ = try bench.write(["reference": "HR-1"])
        #expect(
            try bench.refusal("vacancy add", RecruitmentBench.draft.merging(["reference": "HR-1"]) { $1 }) == "exists")
        try bench.call("vacancy change", ["vacancy": "V-1", "reference": "HR-2"])
        _ = try bench.write(["reference": "HR-1"])
        #expect(bench.register.vacancyByReference == ["HR-2": 1, "HR-1": 2])
    }

    /// The last day counts to its last nanosecond.
    @Test func itClosesWhenItsLastDayIsOver() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published(["closes": "2026-11-24"])
        let endNs = Samples.ns("2026-11-24T23:00:00Z")
        try bench.hosted.time(endNs - 1)
        #expect(bench.register.vacancies[1]?.phase == .published)
        _ = try bench.enter(vacancy, "an")
        try bench.hosted.time(endNs)
        #expect(bench.register.vacancies[1]?.phase == .closed)
        #expect(try bench.refusal("application enter", applicant(vacancy, "bo")) == "not_in_state")
        #expect(try bench.hosted.sent(to: "site").map(\.key) == ["site-V-1-1", "site-V-1-2"])
    }

    private func applicant(_ vacancy: String, _ name: String) -> [String: String] {
        ["vacancy": vacancy, "name": name, "email": "\(name)@mail.example", "language": "nl"]
    }

    @Test func theEndOfAVacancyEndsItsApplications() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published(["places": "2"])
        let (first, second) = (try bench.enter(vacancy, "an"), try bench.enter(vacancy, "bo"))
        try bench.pass(first)
        try bench.call("vacancy close", ["vacancy": vacancy])
        #expect(try bench.refusal("vacancy fill", ["vacancy": vacancy]) == "nobody_accepted")
        try bench.call("application rank", ["vacancy": vacancy, "order": first])
        try bench.call("application offer", ["application": first])
        #expect(try bench.refusal("vacancy fill", ["vacancy": vacancy]) == "nobody_accepted")
        try bench.call("application answer", ["application": first, "answer": "accept"])
        try bench.call("vacancy fill", ["vacancy": vacancy])
        let filled = try #require(bench.register.vacancies[1])
        #expect(filled.phase == .filled && filled.taken == 1 && filled.texts[.french]?.profile == "")
        #expect(second == "A-2" && bench.register.applications[2]?.stage == .refused)
        #expect(bench.register.applications[2]?.cause == "vacancy_filled")
        #expect(bench.register.applications[1]?.stage == .accepted)
        #expect(try bench.refusal("vacancy withdraw", ["vacancy": vacancy]) == "not_in_state")
    }

    @Test func listsAndReportsSayWhatThereIs() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published()
        _ = try bench.write(["zone": "B"])
        _ = try bench.enter(vacancy, "an")
        #expect(try bench.call("vacancy list").split(separator: "\n").count == 2)
        let drafts = try bench.call("vacancy list", ["phase": "draft"])
        let line = """
            {"vacancy":"V-2","phase":"draft","title":"Inspecteur","zone":"B","places":1,"taken":0,"applications":0,\
            "closes":"2026-12-31","reference":""}

            """
        #expect(drafts == line)
        #expect(try bench.call("vacancy show", ["vacancy": vacancy]).contains(#""stages":{"eligibility":1}}"#))
        let report = try bench.call("report")
        let month = """
            {"month":"2026-11","vacancies_written":2,"vacancies_published":1,"vacancies_closed":0,\
            "vacancies_filled":0,"vacancies_withdrawn":0,"places_published":1,"applications":1,"accepted":0,\
            "declined":0,"refused":0,"withdrawn":0,"erased":0,"needs_found":0,"needs_accepted":0,\
            "needs_dismissed":0,"needs_lapsed":0}

            """
        #expect(report == month)
        #expect(try bench.call("report", ["from": "2026-12-01"]).isEmpty)
    }
}
