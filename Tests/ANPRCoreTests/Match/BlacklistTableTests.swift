import Testing

@testable import ANPRCore

/// The table of a shard and the control plane's index against dictionaries.
@Suite struct BlacklistTableTests {
    private static func numbers(_ table: BlacklistTable, _ skeleton: Skeleton) -> [UInt32] {
        let view = table.view
        let hash = spread(skeleton.word)
        guard view.filter.mayHold(hash) else { return [] }
        var numbers: [UInt32] = []
        var i = view.slot(of: hash)
        while view.slots[i] != 0 {
            if view.slots[i] != BlacklistTable.removed { numbers.append(view.slots[i] & BlacklistView.numberMask - 1) }
            i = view.slot(after: i)
        }
        return numbers
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func holdsWhatWasPutInAndNotTakenOut(seed: UInt64) {
        var random = Random(seed: seed)
        let table = BlacklistTable(entries: 1)
        // Few skeletons, so that many entries share one.
        let skeletons = (0..<80).map { _ in Skeleton(word: random.next() % Plate.wordEnd) }
        var held: [UInt32: Int] = [:]
        var next: UInt32 = 0
        // Most come and go; then they stay until the table is full.
        while table.load < table.capacity {
            if random.chance(next < 3000 ? 0.49 : 0.2), let number = held.keys.min(),
                let place = held.removeValue(forKey: number)
            {
                #expect(table.remove(number, skeleton: skeletons[place]))
                // What is gone is gone.
                #expect(!table.remove(number, skeleton: skeletons[place]))
            } else {
                let place = random.below(skeletons.count)
                #expect(table.insert(next, skeleton: skeletons[place]))
                held[next] = place
                next += 1
            }
            #expect(table.count == held.count && held.count <= table.load)
        }
        for (place, skeleton) in skeletons.enumerated() {
            let found = Set(Self.numbers(table, skeleton))
            let mine = Set(held.filter { $0.value == place }.keys)
            #expect(found.isSuperset(of: mine))
        }
        #expect(!table.insert(next, skeleton: skeletons[0]))
        // What was removed has made room: far more came than the table holds.
        #expect(next > 3 * table.capacity)
    }

    @Test(arguments: [1, 512, 513, 4096])
    func hasRoomForAFifthMore(entries: Int) {
        let table = BlacklistTable(entries: entries)
        #expect(table.capacity * 20 >= entries * 23)
        var random = Random(seed: 1)
        for number in 0..<UInt32(table.capacity) {
            let taken = table.insert(number, skeleton: Skeleton(word: random.next()))
            #expect(taken)
        }
        #expect(!table.insert(0, skeleton: Skeleton(word: 1)))
    }

    @Test func theFilterNeverDeniesAndSeldomErrs() {
        var random = Random(seed: 7)
        let table = BlacklistTable(entries: 4096)
        let members = (0..<4096).map { _ in Skeleton(word: random.next() % Plate.wordEnd) }
        for (i, skeleton) in members.enumerated() { _ = table.insert(UInt32(i), skeleton: skeleton) }
        let denied = members.count { !table.view.filter.mayHold(spread($0.word)) }
        #expect(denied == 0)
        let strangers = (0..<20_000).map { _ in Skeleton(word: random.next() % Plate.wordEnd) }
        let passed = strangers.count { table.view.filter.mayHold(spread($0.word)) }
        #expect(passed < 400, "less than 2 % of 20,000")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func theIndexFindsEveryNumberOfAPlate(seed: UInt64) throws {
        var random = Random(seed: seed)
        let store = EntryStore()
        var index = EntryIndex()
        index.make(from: store)
        let plates = try (0..<300).map { try Plate("P\($0)") }
        var held: [Plate: Set<UInt32>] = [:]
        for _ in 0..<4000 {
            let plate = plates[random.below(plates.count)]
            if random.chance(0.4), let number = held[plate]?.min() {
                index.remove(number, plate: plate)
                held[plate]?.remove(number)
            } else {
                let number = try #require(
                    store.add(
                        Entry(
                            plate: plate, fromS: 0, toS: .max, caseAt: 0, wording: 0, list: 0, country: .unknown,
                            priority: 50, tolerance: .exact, route: .hits, kind: .plate)))
                index.insert(number, in: store)
                held[plate, default: []].insert(number)
            }
        }
        for plate in plates {
            var found: Set<UInt32> = []
            _ = index.first(of: plate) {
                if store[$0].plate == plate { found.insert($0) }
                return false
            }
            #expect(found == held[plate] ?? [])
        }
    }
}
