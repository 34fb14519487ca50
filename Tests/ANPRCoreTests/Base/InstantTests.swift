import Testing

@testable import ANPRCore

@Suite struct InstantTests {
    @Test(arguments: 0..<16 as Range<UInt64>)
    func parseIsTheInverseOfFormat(seed: UInt64) {
        var random = Random(seed: seed)
        for _ in 0..<1000 {
            var ns = Nanoseconds(random.below(9_000_000_000_000_000_000)) * (random.chance(0.5) ? 1 : -1)
            switch random.below(3) {  // whole seconds and milliseconds are written shorter
            case 0: ns -= ns % .second
            case 1: ns -= ns % .millisecond
            default: break
            }
            #expect(Instant.parse(Instant.format(ns)) == ns, "\(ns)")
        }
    }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-02T00:00:00.5Z", 86_400_500_000_000),
            ("1969-12-31T23:59:59.999999999Z", -1), ("2026-11-23T08:15:30.123456789Z", 1_795_421_730_123_456_789),
            ("2026-11-23 08:15:30Z", 1_795_421_730_000_000_000),
            ("2026-11-23T09:15:30+01:00", 1_795_421_730_000_000_000),
            ("2026-11-23T05:45:30-02:30", 1_795_421_730_000_000_000), ("2026-11-23T08:15Z", 1_795_421_700_000_000_000),
            ("2024-02-29", 1_709_164_800_000_000_000),
        ] as [(String, Nanoseconds)])
    func parsesWhatPeopleWrite(text: String, ns: Nanoseconds) {
        #expect(Instant.parse(text) == ns)
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-00-10", "2026-11-00", "2026/11/23", "2026-11-23T",
        "26-11-23",
        "2026-11-23T08", "2026-11-23T08:15", "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z", "2026-11-23T08:15:60Z",
        "2026-11-23T08:15:30", "2026-11-23T08:15:30ZZ", "2026-11-23T08:15:30+0100", "2026-11-23T08:15:30+24:00",
        "2026-11-23T08:15:30.0000000001Z", "-026-11-23", " 2026-11-23",
    ])
    func refusesAnythingElse(text: String) {
        #expect(Instant.parse(text) == nil)
    }

    @Test func whatSixtyFourBitsCannotHoldIsNever() {
        #expect(Instant.parse("9999-12-31") == .max)
        #expect(Instant.parse("9999-12-31T23:59:59+23:59") == .max)
        #expect(Instant.parse("2262-04-10") == .max)
        #expect(Instant.parse("0001-01-01") == .min)
        #expect(Instant.parse("2262-04-09T23:59:59.999999999-23:59").map { $0 < .max } == true)
        #expect(Instant.parse("1677-09-23T00:00:00+23:59").map { $0 > .min } == true)
        #expect(Instant.format(.max) == "2262-04-11T23:47:16.854775807Z")
        #expect(Instant.format(.min) == "1677-09-21T00:12:43.145224192Z")
    }

    @Test func daysAreTheInverseOfDates() {
        for days in stride(from: -200_000, through: 200_000, by: 37) {
            let (year, month, day) = Instant.date(days: days)
            #expect(Instant.days(year: year, month: month, day: day) == days)
        }
        #expect(Instant.date(-1) == "1969-12-31")
    }
}
