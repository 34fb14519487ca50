import Testing

@testable import ANPRCore

/// Chains of passages that were saved damaged: whoever walked them would walk for ever.
@Suite struct PassageTableTests {
    /// Three passages behind one head, the last first.
    private func table() -> PassageTable {
        var table = PassageTable(capacity: 8)
        for ns in 1...3 as ClosedRange<Nanoseconds> {
            let passage = table.slot(table.add(7))
            passage.pointee.firstNs = ns
            passage.pointee.end.ns = ns
            passage.pointee.state = .open
        }
        return table
    }

    private func restored(_ table: borrowing PassageTable) throws(StateProblem) -> [UInt32] {
        var writer = StateWriter()
        table.save(to: &writer)
        var copy = PassageTable(capacity: 8)
        var reader = StateReader(writer.bytes)
        try copy.restore(from: &reader, sections: 1, endNs: 10)
        var chain = [copy.first(7)]
        while let last = chain.last, last != 0 { chain.append(copy.slot(last).pointee.next) }
        return chain
    }

    @Test func aChainKeepsItsOrder() throws {
        var table = table()
        #expect(try restored(table) == [3, 2, 1, 0])
        table.remove(2)
        #expect(try restored(table) == [3, 1, 0])
        _ = table.add(7)
        table.slot(2).pointee.state = .orphan
        #expect(try restored(table) == [2, 3, 1, 0])
    }

    /// Each of a passage, and what stands in the stead of its next.
    @Test(
        arguments: [
            (1, 1, "passage 2's chain is damaged"), (1, 3, "a chain of passages has no beginning"),
            (1, 2, "passage 3's chain is damaged"), (3, 1, "passage 3's chain is damaged"),
            (2, 4, "passage 2's chain is damaged"), (2, .max, "passage 2's chain is damaged"),
            (3, 0, "two chains of passages have one head"),
        ] as [(UInt32, UInt32, String)])
    func aDamagedChainIsRefused(number: UInt32, next: UInt32, problem: String) {
        let table = table()
        table.slot(number).pointee.next = next
        #expect(throws: StateProblem(problem)) { try restored(table) }
    }

    @Test func aPassageOfNoSectionOrNoTimeIsRefused() {
        for damage in [
            { $0.pointee.section = 1 }, { $0.pointee.end.ns = 10 }, { $0.pointee.firstNs = 3 },
            { $0.pointee.head = 1024 },
        ] as [(UnsafeMutablePointer<Passage>) -> Void] {
            let table = table()
            damage(table.slot(2))
            #expect(throws: StateProblem("passage 2 is damaged")) { try restored(table) }
        }
    }
}
