import Testing

@testable import ANPRCore

/// Lists that change while reads are matched: after each step the shards find what the plain matcher does.
@Suite struct LiveChangeTests {
    /// A rig with all lists, and their first entries.
    private static func start(
        _ scene: inout ListScene, _ folder: ListFolder, shards: Int, each: Int = 6
    ) throws -> (rig: MatchRigBox, model: ListModel, configurations: [BlacklistConfiguration]) {
        var model = ListModel()
        var configurations: [BlacklistConfiguration] = []
        for list in ListScene.lists {
            for _ in 0..<each { model.add(try scene.details(list: list.name)) }
            configurations.append(try folder.write(list.name, model.csv(list.name), tolerance: list.tolerance))
        }
        return (MatchRigBox(try MatchRig(configurations, shards: shards)), model, configurations)
    }

    private static func check(_ rig: borrowing MatchRig, _ model: ListModel, _ reads: [Read], _ comment: Comment) {
        var naive = NaiveHits(model.naive)
        naive.check(rig.match(reads), reads, comment)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func eachStepIsInForceInTheNextBatch(seed: UInt64) throws {
        var scene = ListScene(seed: seed, plates: 10)
        let folder = try ListFolder()
        let (box, start, _) = try Self.start(&scene, folder, shards: 1 + Int(seed % 3))
        var random = Random(seed: seed &+ 99)
        var model = start
        for step in 0..<25 {
            let before = model
            let changes = try Self.changes(&model, &scene, &random)
            try box.rig.blacklists.apply(changes)
            let reads = try scene.reads(60)
            // Until the shard has taken its mail nothing is different.
            Self.check(box.rig, before, reads, "before step \(step)")
            box.rig.takeMail()
            Self.check(box.rig, model, reads, "after step \(step)")
            model.check(box.rig.blacklists, "step \(step)")
        }
    }

    /// One call's changes, made in the model too.
    private static func changes(
        _ model: inout ListModel, _ scene: inout ListScene, _ random: inout Random
    ) throws -> [BlacklistChange] {
        var changes: [BlacklistChange] = []
        // What a call names was there before it, and is named once.
        let before = model
        var named: Set<UInt32> = []
        for _ in 0..<1 + random.below(4) {
            let old = before.any(&random)
            guard random.below(3) > 0, let old, named.insert(old.number).inserted else {
                let list = ListScene.lists[random.below(ListScene.lists.count)].name
                let details = try scene.details(list: list)
                model.add(details)
                changes.append(.add(details))
                continue
            }
            model.remove(old.number)
            if random.chance(0.5) {
                let (list, mark, caseNumber) = (old.details.list, old.details.mark, old.details.caseNumber)
                changes.append(.remove(list: list, mark: mark, caseNumber: caseNumber))
            } else {
                let new = try scene.details(list: old.details.list).inPlace(of: old.details)
                model.add(new)
                changes.append(.change(new))
            }
        }
        return changes
    }

    /// More than a table takes: it is swapped for a larger one, while the old one's removed entries are still in it.
    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func tablesGrowAndAreSwapped(seed: UInt64) throws {
        var scene = ListScene(seed: seed)
        let folder = try ListFolder()
        let (box, start, _) = try Self.start(&scene, folder, shards: 2, each: 2)
        var random = Random(seed: seed)
        var model = start
        var swaps = 0
        for step in 0..<6 {
            var changes: [BlacklistChange] = []
            for (number, old) in model.entries.sorted(by: { $0.key < $1.key }) where random.chance(0.1) {
                model.remove(number)
                changes.append(.remove(list: old.list, mark: old.mark, caseNumber: old.caseNumber))
            }
            for _ in 0..<500 {
                let details = try scene.details(list: "more", patterns: 0)
                model.add(details)
                changes.append(.add(details))
            }
            try box.rig.blacklists.apply(changes)
            let reads = try scene.reads(60)
            if box.rig.takeMail() { swaps += 1 }
            Self.check(box.rig, model, reads, "step \(step)")
        }
        #expect(swaps >= 2)
        model.check(box.rig.blacklists, "at the end")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func aReloadTakesOverTheDifferences(seed: UInt64) throws {
        var scene = ListScene(seed: seed, plates: 10)
        let folder = try ListFolder()
        let (box, start, configurations) = try Self.start(&scene, folder, shards: 2)
        var random = Random(seed: seed)
        var model = start
        for round in 0..<6 {
            // What stays keeps its number; what is new gets numbers in the lists' order.
            for _ in 0..<random.below(12) { if let (number, _) = model.any(&random) { model.remove(number) } }
            for list in ListScene.lists {
                for _ in 0..<random.below(4) { model.add(try scene.details(list: list.name)) }
                try folder.write(list.name, model.csv(list.name), tolerance: list.tolerance)
            }
            try box.rig.blacklists.reload(configurations)
            box.rig.takeMail()
            Self.check(box.rig, model, try scene.reads(80), "round \(round)")
            model.check(box.rig.blacklists, "round \(round)")
        }
        // One faulty file, and no list is touched.
        let bad = ListScene.lists[1]
        try folder.write(ListScene.lists[0].name, EntryDetails.csvHeader)
        try folder.write(bad.name, model.csv(bad.name) + "\n1ABC234,BEL,x,C,1,,,,,", tolerance: bad.tolerance)
        #expect(throws: InputProblems.self) { try box.rig.blacklists.reload(configurations) }
        box.rig.takeMail()
        Self.check(box.rig, model, try scene.reads(80), "after a faulty file")
        model.check(box.rig.blacklists, "after a faulty file")
    }

    @Test func aCallWithOneFaultChangesNothing() throws {
        var scene = ListScene(seed: 5)
        let folder = try ListFolder()
        let (box, model, _) = try Self.start(&scene, folder, shards: 1)
        let good = BlacklistChange.add(try scene.details(list: "exact"))
        let known = try #require(model.entries.values.first { $0.list == "exact" })
        let faults: [(BlacklistChange, BlacklistError)] = [
            (
                .remove(list: "exact", mark: "1XYZ999", caseNumber: "C"),
                .noSuchEntry(list: "exact", mark: "1XYZ999", caseNumber: "C")
            ),
            (.remove(list: "none", mark: "1XYZ999", caseNumber: "C"), .unknownList("none")),
            (.add(EntryDetails(list: "none", mark: "A", reason: "", caseNumber: "C")), .unknownList("none")),
            (
                .change(EntryDetails(list: "exact", mark: "A?*", reason: "", caseNumber: "C")),
                .noSuchEntry(list: "exact", mark: "A?*", caseNumber: "C")
            ),
        ]
        for (change, error) in faults {
            #expect(throws: error) { try box.rig.blacklists.apply([good, change]) }
        }
        // An entry that is named twice, and one that the call itself adds.
        let new = EntryDetails(list: "exact", mark: known.mark, reason: "new", caseNumber: known.caseNumber)
        let gone = BlacklistChange.remove(list: "exact", mark: known.mark, caseNumber: known.caseNumber)
        let added = EntryDetails(list: "exact", mark: "1NEW999", reason: "x", caseNumber: "N")
        let addedGone = BlacklistChange.remove(list: "exact", mark: "1NEW999", caseNumber: "N")
        for pair in [[gone, gone], [.change(new), gone], [.change(new), .change(new)], [.add(added), addedGone]] {
            #expect(throws: BlacklistError.self) { try box.rig.blacklists.apply(pair) }
        }
        for mark in ["", "**", "1234567890123", "A€B"] {
            let change = BlacklistChange.add(EntryDetails(list: "exact", mark: mark, reason: "", caseNumber: "C"))
            #expect(throws: BlacklistError.self, "\(mark)") { try box.rig.blacklists.apply([good, change]) }
        }
        box.rig.takeMail()
        model.check(box.rig.blacklists, "after faults")
        Self.check(box.rig, model, try scene.reads(200), "after faults")
    }

    /// The control plane and a shard at once: what holds at the end is what was asked for.
    @Test(.timeLimit(.minutes(10)))
    func aShardMatchesWhileItsListsChange() throws {
        var scene = ListScene(seed: 11)
        let folder = try ListFolder()
        let (box, start, _) = try Self.start(&scene, folder, shards: 1, each: 2)
        var model = start
        let reads = try scene.reads(512)
        let ended = Ended()
        let (blacklists, startCount) = (box.rig.blacklists, start.entries.count)
        let shard = try ThreadAgent(name: "shard") {
            var turns = 0
            while ended.count == 0 || turns < 50 {
                box.rig.takeMail()
                _ = box.rig.match(Array(reads[turns % 2 * 256..<turns % 2 * 256 + 256]))
                turns += 1
            }
            box.rig.takeMail()
        }
        for _ in 0..<40 {
            let new = try (0..<50).map { _ in try scene.details(list: "exact", patterns: 0.02) }
            try blacklists.apply(new.map { .add($0) })
            let gone = new.prefix(20)
            try blacklists.apply(gone.map { .remove(list: $0.list, mark: $0.mark, caseNumber: $0.caseNumber) })
            let firstNumber = UInt32(model.entries.keys.max() ?? 0) + 1
            new.forEach { model.add($0) }
            for i in 0..<20 { model.remove(firstNumber + UInt32(i)) }
        }
        ended.add()
        shard.join()
        #expect(model.entries.count == startCount + 40 * 30)
        model.check(blacklists, "at the end")
        Self.check(box.rig, model, reads, "at the end")
    }
}

/// A rig that one thread hands on to another.
final class MatchRigBox: @unchecked Sendable {
    // SAFE: @unchecked Sendable: the matchers are used by one thread at a time, between a start and a join.
    let rig: MatchRig
    init(_ rig: consuming MatchRig) { self.rig = rig }
}
