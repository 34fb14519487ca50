import Testing

@testable import ANPRCore

@Suite struct LocalTimeTests {
    @Test(arguments: [
        // The clocks went forward on 29 March 2026 and go back on 25 October 2026, at 01:00 UTC.
        ("2026-03-29T00:59:59Z", 1), ("2026-03-29T01:00:00Z", 2), ("2026-10-25T00:59:59Z", 2),
        ("2026-10-25T01:00:00Z", 1), ("2026-01-01T00:00:00Z", 1), ("2026-07-01T00:00:00Z", 2),
        // In 2024 the last Sunday of March was the 31st.
        ("2024-03-31T00:59:59Z", 1), ("2024-03-31T01:00:00Z", 2), ("2021-10-31T00:59:59Z", 2),
    ])
    func brusselsChangesOnTheLastSundays(instant: String, hours: Int64) {
        #expect(LocalTime.europeBrussels.offsetNs(at: Samples.ns(instant)) == hours * .hour)
    }

    @Test func dayAndMinuteAreLocal() {
        let lastHourOfTheYear = Samples.ns("2026-12-31T23:30:00Z")
        #expect(LocalTime.europeBrussels.day(lastHourOfTheYear) == Instant.days(year: 2027, month: 1, day: 1))
        #expect(LocalTime.europeBrussels.minuteOfDay(lastHourOfTheYear) == 30)
        #expect(LocalTime.fixed(offsetNs: 0).minuteOfDay(lastHourOfTheYear) == 23 * 60 + 30)
        #expect(LocalTime.fixed(offsetNs: 0).minuteOfDay(-1) == 1439)
    }

    /// Each day of two years begins at the first instant that has its date.
    @Test(arguments: [LocalTime.europeBrussels, .fixed(offsetNs: -5 * .hour), .fixed(offsetNs: 0)])
    func aDayBeginsAtItsFirstInstant(localTime: LocalTime) {
        let first = Instant.days(year: 2026, month: 1, day: 1)
        for day in first..<first + 730 {
            let startNs = localTime.startNs(ofDay: day)
            #expect(localTime.day(startNs) == day)
            #expect(localTime.day(startNs - 1) == day - 1)
        }
    }

    @Test func readsItsOwnDescription() {
        for text in ["Europe/Brussels", "+01:00", "-03:30", "+00:00"] {
            #expect(LocalTime(text)?.description == text)
        }
        #expect(LocalTime("Z") == .fixed(offsetNs: 0))
        for text in ["", "Europe/Paris", ":30Z", "+1", "+15:00", "01:00"] { #expect(LocalTime(text) == nil, "\(text)") }
    }

    /// An instant that says "for ever" has a local time like any other, and no overflow.
    @Test(arguments: [LocalTime.europeBrussels, .fixed(offsetNs: -14 * .hour), .fixed(offsetNs: 14 * .hour)])
    func theEndsOfTimeHaveALocalTime(localTime: LocalTime) {
        for ns in [Nanoseconds.min, .min + .day, .max - .day, .max] {
            #expect((0..<1440).contains(localTime.minuteOfDay(ns)))
            #expect(abs(localTime.day(ns)) <= 106_753)
        }
    }
}
