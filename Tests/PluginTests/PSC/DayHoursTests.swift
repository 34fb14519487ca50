import Testing

@testable import PSC

@Suite struct DayHoursTests {
    @Test func theStartBelongsAndTheEndDoesNot() throws {
        let hours = try #require(DayHours("08:00-17:30"))
        for (minute, isIn) in [(479, false), (480, true), (1049, true), (1050, false), (0, false)] {
            #expect(hours.contains(minuteOfDay: minute) == isIn, "\(minute)")
        }
    }

    @Test func overMidnight() throws {
        let hours = try #require(DayHours("22:00-06:00"))
        for (minute, isIn) in [(1319, false), (1320, true), (1439, true), (0, true), (359, true), (360, false)] {
            #expect(hours.contains(minuteOfDay: minute) == isIn, "\(minute)")
        }
    }

    @Test func severalSpansAndTheWholeDay() throws {
        let twice = try #require(DayHours("06:00-07:00 18:00-19:00"))
        #expect((0..<1440).filter { twice.contains(minuteOfDay: $0) }.count == 120)
        let always = try #require(DayHours("00:00-24:00"))
        #expect((0..<1440).allSatisfy { always.contains(minuteOfDay: $0) })
    }

    @Test(arguments: [
        "", "22-06", "22:00", "22:00-25:00", "22:60-23:00", "08:00-08:00", "24:00-06:00", "2200-0600", "a:bc-06:00",
    ])
    func refused(text: String) { #expect(DayHours(text) == nil) }
}
