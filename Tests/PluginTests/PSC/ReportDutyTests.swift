import Testing

@testable import ANPRCore
@testable import PSC

/// A duty to report: once in each period of local days, from the day on which it is first seen in force.
@Suite struct ReportDutyTests {
    private func bench(_ more: [String: FieldValue] = [:]) throws -> WatchBench {
        let bench = try WatchBench(["priorities": Repository.seed("law/psc_priorities.csv")])
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1")
        try bench.condition(
            "C1", on: "P1", "duty_to_report",
            ["measure": .text("M1"), "every_days": .whole(7)].merging(more) { $1 })
        return bench
    }

    /// 2026-11-23 is the first day; its week ends with the local midnight before the 30th, 23:00 UTC.
    private let weekEndNs = Samples.ns("2026-11-29T23:00:00Z")

    @Test func aWeekWithoutAReportIsABreachAtItsEnd() throws {
        let bench = try bench()
        #expect(bench.watch.watchedPlates.isEmpty, "no camera can see it")
        try bench.host.time(Samples.noonishNs)
        try bench.host.time(weekEndNs - 1)
        #expect(bench.count("reports_missed") == 0)
        try bench.host.time(weekEndNs)
        try bench.host.time(weekEndNs + .second)
        #expect(bench.count("reports_missed") == 1 && bench.count("alerts") == 1 && bench.count("breaches") == 1)
        let expected = """
            {"id":"C1:report:2026-11-23","key":"C1:report:2026-11-29T23:00:00Z","condition":"C1",\
            "kind":"duty_to_report","priority":60,"reason":"because","person":"P1","name":"Name of P1",\
            "report_from":"2026-11-23","report_before":"2026-11-30","measure":"M1"}

            """
        #expect(try bench.out.text("alerts.jsonl") == expected)
        #expect(try bench.host.sent(to: "islp").isEmpty, "the law's table says so")
        #expect(try bench.host.told().map(\.id) == ["C1:report:2026-11-23"])
    }

    @Test func aReportIsForItsOwnPeriod() throws {
        let bench = try bench()
        try bench.host.time(Samples.noonishNs)
        try bench.host.time(weekEndNs - 1)
        try bench.done("report", ["condition": .text("C1")])
        try bench.host.time(weekEndNs)
        #expect(bench.count("reports_missed") == 0)
        #expect(
            try bench.ask("duty list").contains(#""report_before":"2026-12-06T23:00:00Z","reported":false"#))
        #expect(try bench.code("report", ["condition": .text("C1"), "at": .instant(weekEndNs - 1)]) == "too_late")
        #expect(
            try bench.code("report", ["condition": .text("C1"), "at": .instant(weekEndNs + .day)]) == "in_future")
        try bench.host.time(weekEndNs + 7 * .day)
        #expect(bench.count("reports_missed") == 1)
    }

    /// A clock that jumps judges each week on its own; weeks in which it was not in force throughout ask for nothing.
    @Test func aJumpMissesEachWeekOnce() throws {
        let bench = try bench()
        try bench.host.time(Samples.noonishNs)
        try bench.done(
            "measure end", ["measure": .text("M1"), "at": .instant(weekEndNs + 15 * .day)])
        try bench.host.time(weekEndNs + 60 * .day)
        try bench.host.time(weekEndNs + 61 * .day)
        #expect(bench.count("reports_missed") == 3)
        #expect(try bench.code("report", ["condition": .text("C1")]) == "not_in_force")
        #expect(
            try bench.alerts().compactMap { $0["report_from"] as? String } == [
                "2026-11-23", "2026-11-30", "2026-12-07",
            ])
    }

    @Test func aReportBeforeTheFirstTurnOfTheClockCounts() throws {
        let bench = try bench()
        try bench.done("report", ["condition": .text("C1")])
        try bench.host.restart()
        try bench.host.time(weekEndNs)
        #expect(bench.count("reports_missed") == 0)
        #expect(try bench.ask("duty list").contains(#""last_report":"2026-11-23T08:15:30Z""#))
    }
}
