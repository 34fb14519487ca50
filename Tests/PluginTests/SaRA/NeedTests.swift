import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// From hits and breaches to a need, and from a need to a draft.
@Suite struct NeedTests {
    private func late(_ bench: RecruitmentBench, _ count: Int, from first: UInt32 = 1, camera: UInt32 = 3) throws {
        try bench.hosted.hand(hits: (0..<count).map { bench.hit(first + UInt32($0), camera: camera) })
    }

    private func count(_ bench: RecruitmentBench, _ zone: String, _ shift: Shift = .early) -> WorkloadBook.Count {
        bench.register.workload.count(zone: zone, day: Int(Samples.noonishNs / .day), shift: shift)
    }

    @Test func eachHitEndsInOneCounter() throws {
        let bench = try RecruitmentBench()
        var repeated = bench.hit(2)
        repeated.flags = .repeated
        var suspect = bench.hit(3)
        suspect.read.flags.insert(.clockSuspect)
        let old = bench.hit(4, at: Samples.noonishNs - 500 * .day)
        try bench.hosted.hand(hits: [
            bench.hit(1), repeated, suspect, bench.hit(1), bench.hit(5, camera: 9), old, bench.hit(6, camera: 4),
        ])
        let names = ["hits", "taken", "repeated", "clock_suspect", "again", "elsewhere", "too_old", "over"]
        #expect(names.map { bench.hosted.counter($0) } == [7, 1, 1, 1, 1, 2, 1, 0])
        #expect(count(bench, "A").hits == 1 && bench.hosted.counter("hits_open") == 1)
    }

    @Test(arguments: [
        ("2026-11-23T04:59:59.999Z", "2026-11-22", Shift.night), ("2026-11-23T05:00:00Z", "2026-11-23", .early),
        ("2026-11-23T12:59:59Z", "2026-11-23", .early), ("2026-11-23T13:00:00Z", "2026-11-23", .late),
        ("2026-11-23T21:00:00Z", "2026-11-23", .night), ("2026-07-01T04:00:00Z", "2026-07-01", .early),
    ])
    func aNightBelongsToTheDayOnWhichItBegins(at: String, day: String, shift: Shift) {
        let found = Shift.of(Samples.ns(at), .europeBrussels)
        #expect(VacancyDocument.date(found.day) == day && found.shift == shift)
    }

    @Test func aHitIsFollowedUpInTimeOrLate() throws {
        let bench = try RecruitmentBench()
        try late(bench, 4)
        let dueNs = Samples.noonishNs + 15 * 60 * .second
        let early = ["read": "3/1/1", "at": Instant.format(dueNs)]
        #expect(try bench.refusal("hit followed", early) == "wrong", "nobody knows yet")
        try bench.hosted.time(dueNs)
        #expect(
            try bench.call("hit followed", ["read": "3/1/1:77", "at": Instant.format(dueNs)])
                == #"{"read":"3/1/1","zone":"A","in_time":true}"#)
        #expect(
            try bench.call("hit followed", ["read": "3/1/2", "at": Instant.format(dueNs + .second)]).contains("false"))
        #expect(try bench.refusal("hit followed", ["read": "3/1/1"]) == "not_open")
        #expect(try bench.refusal("hit followed", ["read": "3-1-1"]) == "wrong")
        // What nobody reports is late once the dispatch system's time is over too.
        try bench.hosted.time(dueNs + .hour - 1)
        #expect(count(bench, "A") == WorkloadBook.Count(hits: 4, followed: 1, late: 1))
        try bench.hosted.time(dueNs + .hour)
        #expect(count(bench, "A") == WorkloadBook.Count(hits: 4, followed: 1, late: 3))
        #expect(bench.hosted.counter("hits_open") == 0)
    }

    @Test func breachesCountByTheirCamera() throws {
        let bench = try RecruitmentBench()
        for (id, body) in [("1", #"{"camera":"E40-02-1"}"#), ("2", #"{"camera":"nowhere"}"#), ("3", "{")] {
            try bench.hosted.hear("psc.breach/1", from: "psc", id: id, body)
        }
        #expect(count(bench, "B").breaches == 1)
        let names = ["breaches", "breaches_taken", "breaches_elsewhere", "breaches_over"]
        #expect(names.map { bench.hosted.counter($0) } == [3, 1, 2, 0])
        #expect(bench.plugin.hears == ["psc": ["psc.breach/1"]])
        // As PSC tells it, byte for byte.
        let golden = try FileBytes(path: Repository.seed("events/psc.breach.1.json")).string
        try bench.hosted.hear("psc.breach/1", from: "psc", id: "golden", golden)
        #expect(count(bench, "A").breaches == 1)
    }

    /// 28 late hits in 7 days, 4 a person: one; a hit less: none. Breaches and hits add up before they are rounded.
    @Test(arguments: [(27, 0, 0), (28, 0, 1), (55, 0, 1), (56, 0, 2), (14, 7, 1), (13, 7, 0), (0, 14, 1), (0, 13, 0)])
    func staffIsWorkedOutInWholeNumbers(late: Int, breaches: Int, staff: Int) {
        var figures = NeedFigures(fromDay: 1, toDay: 7, hitsPerStaff: 4, breachesPerStaff: 2)
        (figures.late, figures.breaches) = (late, breaches)
        #expect(figures.staff == staff)
    }

    @Test func aNeedIsFoundOnceADayAndBecomesADraftByOneAct() throws {
        let bench = try RecruitmentBench()
        try late(bench, 60)
        // The night of the day ends at 05:00Z of the next; the longest norm and the report's hour follow.
        try bench.later(Samples.ns("2026-11-24T06:29:59Z"))
        try bench.later(Samples.ns("2026-11-24T06:29:59.5Z"))
        #expect(bench.register.needs.isEmpty)
        try bench.later(Samples.ns("2026-11-24T06:30:00Z"))
        let need = """
            {"need":"N-1","state":"open","zone":"A","shift":"early","staff":2,"from":"2026-11-17","to":"2026-11-23",\
            "hits":60,"late":60,"breaches":0}

            """
        #expect(try bench.call("need list") == need)
        #expect(try bench.hosted.sent().isEmpty && bench.register.vacancies.isEmpty, "nothing is automatic")
        let lines = try bench.call("need explain", ["need": "N-1"]).split(separator: "\n")
        #expect(lines.count == 2)
        let formula = #""formula":"(60 late hits x 2 + 0 breaches x 4) / (7 days x 4 x 2) = 2, rounded down""#
        #expect(lines[0].contains(formula) && lines[0].contains(#""hits_per_staff":4,"breaches_per_staff":2"#))
        let day = #"{"day":"2026-11-23","zone":"A","shift":"early","hits":60,"followed":0,"late":60,"breaches":0}"#
        #expect(lines[1] == day)
        #expect(try bench.call("workload").contains(day))
        let accepted = try bench.call("need accept", ["need": "N-1"])
        #expect(
            accepted == #"{"need":"N-1","vacancy":"V-1","zone":"A","places":2,"closes":"2026-12-24"}"#)
        let vacancy = try #require(bench.register.vacancies[1])
        #expect(vacancy.phase == .draft && vacancy.places == 2 && vacancy.need == 1 && vacancy.texts.count == 4)
        #expect(try bench.refusal("need accept", ["need": "N-1"]) == "not_in_state")
        #expect(try bench.call("need list", ["state": "accepted"]).contains(#""vacancy":"V-1""#))
        // The same days ask for nobody twice.
        try bench.later(Samples.ns("2026-11-25T12:00:00Z"))
        #expect(bench.register.needs.count == 1)
    }

    @Test func newerFiguresRenewANeedOrLetItLapse() throws {
        let bench = try RecruitmentBench()
        try late(bench, 30, camera: 7)
        try bench.later(Samples.ns("2026-11-24T12:00:00Z"))
        #expect(bench.register.needs[1]?.figures.staff == 1)
        try bench.hosted.hand(
            hits: (0..<30).map { bench.hit(100 + $0, camera: 7, at: Samples.noonishNs + .day) })
        try bench.later(Samples.ns("2026-11-25T12:00:00Z"))
        #expect(bench.register.needs[1]?.figures.staff == 2 && bench.register.needs.count == 1)
        #expect(try bench.refusal("need compute", ["to": "2026-11-26"]) == "wrong")
        #expect(try bench.call("need compute", ["to": "2026-11-25"]) == #"{"to":"2026-11-25","open":1}"#)
        // Older figures, before there was anything late, say nothing against newer ones.
        #expect(try bench.call("need compute", ["to": "2026-11-22"]) == #"{"to":"2026-11-22","open":1}"#)
        #expect(bench.register.needs[1]?.state == .open && bench.register.needs[1]?.figures.staff == 2)
        try bench.later(Samples.ns("2026-12-24T12:00:00Z"))
        #expect(bench.register.needs[1]?.state == .lapsed)
        #expect(try bench.call("report", ["from": "2026-12-01"]).contains(#""needs_lapsed":1"#))
    }

    @Test func aDismissedNeedSaysWhy() throws {
        let bench = try RecruitmentBench()
        try late(bench, 30)
        try bench.later(Samples.ns("2026-11-24T12:00:00Z"))
        #expect(try bench.refusal("need dismiss", ["need": "N-1"]) == "bad_fields")
        try bench.call("need dismiss", ["need": "N-1", "cause": "road works"])
        #expect(try bench.call("need list").contains(#""cause":"road works""#))
        #expect(try bench.refusal("need accept", ["need": "N-2"]) == "unknown")
        try bench.later(Samples.ns("2026-11-26T12:00:00Z"))
        #expect(bench.register.needs.count == 1)
    }

    @Test func oldDaysGo() throws {
        let bench = try RecruitmentBench()
        try late(bench, 3)
        let laterNs = Samples.noonishNs + 410 * .day
        try bench.hosted.hand(hits: [bench.hit(50, at: laterNs)])
        try bench.hosted.time(laterNs + 2 * .day)
        try bench.hosted.time(laterNs + 3 * .day)
        #expect(count(bench, "A").hits == 0 && bench.register.workload.counts.count == 1)
        try bench.hosted.restart()
        #expect(
            bench.register.workload.counts.count == 1
                && bench.register.workload.oldestDay == bench.register.workload.newestDay)
    }

    /// Hits in any order count the same.
    @Test func theOrderOfArrivalDoesNotMatter() throws {
        let hits = { (bench: RecruitmentBench) in
            (0..<40).map { bench.hit($0, camera: $0 % 2 == 0 ? 3 : 7, at: Samples.noonishNs + Int64($0) * .hour) }
        }
        let (one, other) = (try RecruitmentBench(), try RecruitmentBench())
        try one.hosted.hand(hits: hits(one))
        for hit in hits(other).reversed() { try other.hosted.hand(hits: [hit]) }
        let named = { (book: WorkloadBook) in
            Dictionary(uniqueKeysWithValues: book.counts.map { ("\(book.zone($0)) \($0.day) \($0.shift)", $1.hits) })
        }
        #expect(named(one.register.workload) == named(other.register.workload))
    }
}
