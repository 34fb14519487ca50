import Testing

@testable import ANPRCore
@testable import PSC

/// What other plugins hear, byte for byte as seeds/events has it.
@Suite struct GoldenEventTests {
    @Test func aBreachIsTold() throws {
        let bench = try WatchBench()
        try bench.person("P1", "1ABC234")
        try bench.person("P2", "2BCD345")
        try bench.measure("M1", on: "P1")
        try bench.condition(
            "C1", on: "P1", "no_contact",
            ["measure": .text("M1"), "with": .text("P2"), "priority": .whole(5)])
        try bench.host.hand(reads: [
            Samples.read("1-ABC-234", sequence: 7),
            Samples.read("2-BCD-345", camera: 4, at: Samples.noonishNs + .second, sequence: 8),
        ])
        let told = try #require(try bench.host.told().first)
        #expect(told.kind == "psc.breach/1" && told.id == "C1:3/1/7:4/1/8")
        #expect(String(decoding: told.body, as: UTF8.self) == (try Repository.event("psc.breach.1")))
    }

    @Test func theEndOfAMeasureIsTold() throws {
        let bench = try WatchBench()
        try bench.person("P1", "1ABC234")
        try bench.measure("M1", on: "P1", ["valid_to": .text("2026-11-24")])
        try bench.host.time(Samples.ns("2026-11-24T00:00:00Z"))
        let told = try #require(try bench.host.told().first)
        #expect(told.kind == "psc.measure.ended/1" && told.id == "M1")
        #expect(String(decoding: told.body, as: UTF8.self) == (try Repository.event("psc.measure.ended.1")))
    }
}
