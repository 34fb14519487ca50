import Testing

@testable import ANPRCore
@testable import CBE

/// What other plugins hear of a file, byte for byte as seeds/events has it.
@Suite struct FileToldTests {
    @Test func aFileIsToldWhenItOpensAndMoves() throws {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record())
        try bench.call("file close", ["file": .text("7147876774"), "cause": .text("an ambulance")])
        #expect(bench.told.map(\.kind) == ["cbe.file.opened/1", "cbe.file.moved/1"])
        #expect { try bench.call("file close", ["file": .text("7147876774"), "cause": .text("again")]) } throws: {
            ($0 as? Refusal)?.message.hasPrefix("file 7147876774 is closed; it must be one of acknowledged, ") == true
        }
        let bodies = bench.told.map(\.body)
        #expect(bodies.first == (try Repository.event("cbe.file.opened.1")), "\(bodies)")
        #expect(bodies.last == (try Repository.event("cbe.file.moved.1")), "\(bodies)")
    }
}
