import Testing

@testable import ANPRCore
@testable import BNG

/// A record leaves on its day, no day sooner, and what is erased is nowhere in the state.
@Suite struct RetentionTests {
    /// Midnight in Belgium.
    private func day(_ text: String) -> Nanoseconds {
        LocalTime.europeBrussels.startNs(ofDay: Int(Samples.ns(text) / .day))
    }

    @Test func aFactIsErasedAfterTwelveMonthsAndItsVehicleStays() throws {
        let database = try Database()
        try database.plugin.hand(hits: [Database.hit(1)])
        try database.plugin.time(day("2027-11-23") - 1)
        #expect(database.register.records[UInt32(1)].state == .active)
        try database.plugin.time(day("2027-11-23"))
        let register = database.register
        #expect(register.records[UInt32(1)].state == .erased && register.records[UInt32(2)].state == .active)
        #expect(register.counts.linksHeld == 0 && register.problems.isEmpty)
        #expect(!register.texts.holds("hit 3/1/1") && !register.texts.holds("stolen car"))
        let shown = try database.ask("show", ["record": "BNG-1"])
        let left = """
            {"record":"BNG-1","category":"fact","state":"erased","versions":1,"recorded_at":"2026-11-23T08:15:30Z",\
            "erased":true}

            """
        #expect(shown == left)
        #expect(try database.ask("links", ["record": "BNG-2"]).isEmpty)
    }

    @Test func somethingNewKeepsARecordLonger() throws {
        let database = try Database()
        try database.plugin.hand(hits: [Database.hit(1)])
        let vehicle = UInt32(2)
        #expect(Instant.date(Nanoseconds(database.register.records[vehicle].dueDay) * .day) == "2031-11-23")
        try database.plugin.time(Samples.ns("2029-05-05T12:00:00Z"))
        try database.plugin.hand(hits: [Database.hit(2, at: Samples.ns("2029-05-05T11:59:59Z"))])
        #expect(Instant.date(Nanoseconds(database.register.records[vehicle].dueDay) * .day) == "2034-05-05")
        try database.plugin.time(day("2034-05-05") - 1)
        #expect(database.register.records[vehicle].state == .active)
        try database.plugin.time(day("2034-05-05"))
        #expect(database.register.records[vehicle].state == .archived)
        // Found by its number alone, and active again when something comes in.
        #expect(try database.ask("vehicle find", ["plate": "1ABC234"]).isEmpty)
        #expect(try database.ask("show", ["record": "2"]).contains(#""state":"archived""#))
        #expect(try database.tell("change", ["record": "2", "make": "Volvo", "note": "n"]) == "not_in_state")
        try database.plugin.hand(hits: [Database.hit(3, at: day("2034-06-01"))])
        #expect(database.register.records[vehicle].state == .active)
        #expect(try database.ask("vehicle find", ["plate": "1ABC234"]).contains("BNG-2"))
        #expect(database.register.problems.isEmpty)
    }

    @Test func aPersonGoesThroughTheArchiveToNothing() throws {
        let database = try Database()
        try database.tell("person add", ["family": "Zwartgat-Onbekend", "given": "Éloïse", "address": "Nergens 7"])
        try database.tell("change", ["record": "1", "address": "Elders 9", "note": "moved away"])
        try database.tell("pv add", ["number": "P1"])
        try database.tell("link add", ["record": "1", "other": "2", "role": "suspect", "note": "seen"])
        #expect(try database.ask("due list", ["days": "3660"]).split(separator: "\n").count == 2)
        try database.plugin.time(day("2036-11-23"))
        #expect(database.register.records[UInt32(1)].state == .archived)
        #expect(try database.ask("person find", ["family": "Zwartgat"]).isEmpty)
        try database.plugin.time(day("2066-11-23") - 1)
        #expect(database.register.records[UInt32(1)].state == .archived)
        try database.plugin.time(day("2066-11-23"))
        let register = database.register
        #expect(register.counts.erased == 2 && register.counts.archived == 0)
        #expect(register.problems.isEmpty)
        let bytes = register.bytes
        for text in ["Zwartgat", "Onbekend", "Éloïse", "Nergens", "Elders", "moved away", "seen", "suspect", "P1"] {
            #expect(!register.texts.holds(text) && !register.names.names.holds(text), "\(text)")
            #expect(bytes.firstRange(of: Array(text.utf8)) == nil, "\(text)")
        }
        #expect(
            try database.ask("history", ["record": "1"]).split(separator: "\n").allSatisfy { $0.contains("erased") })
        // The trace, once.
        try database.plugin.time(day("2066-11-24"))
        try database.plugin.finish()
        let lines = try database.folder.lines("erasures.jsonl")
        #expect(lines.map { $0["record"] as? String } == ["BNG-1", "BNG-2"])
        #expect(lines[0]["due"] as? String == "2066-11-23" && lines[0]["versions"] as? Int == 2)
        // It begins anew under its key.
        #expect(try database.tell("pv add", ["number": "P1"]).contains("BNG-3"))
        let live = database.register.bytes
        try database.plugin.restart()
        #expect(database.register.bytes == live && database.register.counts.erased == 2)
    }

    @Test func oneJumpOfTheClockEndsAll() throws {
        let database = try Database()
        for i in 0..<50 { try database.tell("rir add", ["number": "R\(i)"]) }
        try database.plugin.time(day("2099-01-01"))
        try database.plugin.time(day("2099-01-01") + .second)
        #expect(database.register.counts.erased == 50 && database.register.counts[.rir] == 0)
    }
}
