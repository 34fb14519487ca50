import Testing

@testable import ANPRCore

/// When the number of an entry that is gone may be given away again: not while a shard or a plugin may still name it.
@Suite struct EntryNumberTests {
    private static let startNs = 1000 * Nanoseconds.second

    private static func details(_ mark: String) -> EntryDetails {
        EntryDetails(list: "l", mark: mark, reason: "x", caseNumber: "C")
    }

    /// Numbers in use after an entry was added, removed, and another added `waitNs` later.
    private static func count(mark: String, applied isApplied: Bool, waitNs: Nanoseconds) throws -> Int {
        let store = EntryStore()
        let folder = try ListFolder()
        var state = BlacklistState(store: store, shards: 2)
        try state.load([try folder.write("l", "plate,country,reason")])
        for shard in 0..<2 { _ = state.buildTable(shard: shard) }
        var posted = [0, 0]
        for change in [
            BlacklistChange.add(details(mark)), .remove(list: "l", mark: mark, caseNumber: "C"),
        ] {
            let orders = try state.apply([change], [0, 0], startNs)
            for shard in 0..<2 { posted[shard] += orders[shard].count }
        }
        _ = try state.apply([.add(details("1NEW999"))], isApplied ? posted : [0, 0], startNs + waitNs)
        return store.count
    }

    @Test(arguments: ["1ABC234", "1AB?23*"])
    func comesAgainOnlyAfterTheQuarantineAndWhenItsShardHasHeard(mark: String) throws {
        let longNs = BlacklistState.quarantineNs
        #expect(try Self.count(mark: mark, applied: true, waitNs: longNs) == 1)
        #expect(try Self.count(mark: mark, applied: true, waitNs: longNs - 1) == 2)
        #expect(try Self.count(mark: mark, applied: false, waitNs: longNs) == 2)
    }

    @Test func aNumberThatCameAgainSaysWhatIsNewThere() throws {
        let store = EntryStore()
        let folder = try ListFolder()
        var state = BlacklistState(store: store, shards: 1)
        try state.load([try folder.write("l", "plate,country,reason,case\nAB?C,,x,C\n1ABC234,,x,C")])
        _ = state.buildTable(shard: 0)
        let gone = try state.apply(
            [.remove(list: "l", mark: "AB?C", caseNumber: "C"), .remove(list: "l", mark: "1ABC234", caseNumber: "C")],
            [0], Self.startNs)
        let laterNs = Self.startNs + BlacklistState.quarantineNs
        _ = try state.apply(
            [.add(Self.details("2ABC*")), .add(Self.details("2ABC234"))], [gone[0].count], laterNs)
        #expect(store.count == 2)
        #expect(Set([0, 1].compactMap { state.details(of: $0)?.mark }) == ["2ABC*", "2ABC234"])
        #expect(state.entryCount == 2)
    }
}
