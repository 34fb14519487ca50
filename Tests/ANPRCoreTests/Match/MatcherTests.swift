import Testing

@testable import ANPRCore

/// The matcher against its plain twin, on lists out of files.
@Suite struct MatcherTests {
    /// A scene's lists in their files, and their entries by number.
    static func lists(
        _ scene: inout ListScene, _ folder: ListFolder, each: Int
    ) throws -> (configurations: [BlacklistConfiguration], entries: [UInt32: NaiveEntry]) {
        var configurations: [BlacklistConfiguration] = []
        var entries: [UInt32: NaiveEntry] = [:]
        for (i, list) in ListScene.lists.enumerated() {
            let details = try (0..<each).map { _ in try scene.details(list: list.name) }
            let text = ([EntryDetails.csvHeader] + details.map(\.csvRow)).joined(separator: "\n")
            configurations.append(try folder.write(list.name, text, tolerance: list.tolerance))
            for entry in details { entries[UInt32(entries.count)] = entry.naive(list: i, tolerance: list.tolerance) }
        }
        return (configurations, entries)
    }

    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func findsWhatItsPlainTwinFinds(seed: UInt64) throws {
        var scene = ListScene(seed: seed, plates: seed % 2 == 0 ? 24 : 4)
        let folder = try ListFolder()
        let (configurations, entries) = try Self.lists(&scene, folder, each: seed % 2 == 0 ? 14 : 30)
        let windowNs = [0, 1, 60, 300][Int(seed % 4)] * Nanoseconds.second
        let rig = try MatchRig(configurations, shards: 1 + Int(seed % 3), suppressionNs: windowNs)
        var naive = NaiveHits(entries, windowNs: windowNs)
        let reads = try scene.reads(600)
        naive.check(rig.match(reads, batch: [1, 7, Limits.batchReads][Int(seed % 3)]), reads)
        let counts = rig.counts
        #expect(counts.reduce(0) { $0 + $1.reads } == reads.count)
        #expect(counts.reduce(0) { $0 + $1.repeats } == naive.repeats)
        #expect(counts.reduce(0) { $0 + $1.sources } == naive.kinds.values.reduce(0, +))
        let alerts = counts.reduce(0) { $0 + $1.exactAlerts + $1.lookAlikeAlerts + $1.patternAlerts }
        #expect(alerts + naive.repeats == counts.reduce(0) { $0 + $1.hits })
    }

    @Test func scenesReachEveryCase() throws {
        var scene = ListScene(seed: 3, plates: 4)
        let folder = try ListFolder()
        let (configurations, entries) = try Self.lists(&scene, folder, each: 30)
        let rig = try MatchRig(configurations, suppressionNs: 300 * .second)
        var naive = NaiveHits(entries, windowNs: 300 * .second)
        let reads = try scene.reads(2000)
        naive.check(rig.match(reads), reads)
        for kind in MatchKind.allCases { #expect(naive.kinds[kind, default: 0] > 100, "\(kind.name)") }
        #expect(naive.several > 200)
        #expect(naive.omitting > 20)
        #expect(naive.repeats > 20)
    }

    @Test func oneHitCarriesAllListsBestFirst() throws {
        let folder = try ListFolder()
        let rig = try MatchRig([
            try folder.write("a", "plate,country,reason,priority\n1ABC*,BE,x,0"),
            try folder.write("b", "plate,country,reason,priority\n1A8C234,BE,x,0", tolerance: .strict),
            try folder.write("c", "plate,country,reason,priority\n1ABC234,BE,x,90\n1ABC234,NL,y,10"),
        ])
        let found = rig.match([Read(try Plate("1ABC234"), country: try #require(Country("BE")))])
        let hit = try #require(found.hits[0])
        let sources = (0..<Int(hit.sourceCount)).map { hit.sources[$0] }
        #expect(sources.map(\.kind) == [.exact, .exact, .lookAlike, .pattern])
        #expect(sources.map(\.entry) == [3, 2, 1, 0])
        #expect(sources.map { rig.blacklists.listName($0.list) } == ["c", "c", "b", "a"])
        #expect(hit.flags == .countryDiffers)
    }

    /// `broad` entries whose runs of one character make several of their edits match: each is one source, also past the
    /// sixth.
    @Test func anEntryIsOneSourceHoweverManyOfItsEditsMatch() throws {
        let folder = try ListFolder()
        let marks = Array(repeating: "AAAA1", count: 9).joined(separator: ",,x\n")
        let rig = try MatchRig([try folder.write("b", "plate,country,reason\n\(marks),,x", tolerance: .broad)])
        for text in ["AAAAA1", "AAAA1", "AAA1", "AAAAB"] {
            let found = rig.match([Read(try Plate(text))])
            let hit = try #require(found.hits[0], "\(text)")
            #expect(hit.sourceCount == 6 && hit.sourcesOmitted == 3, "\(text)")
            let numbers = (0..<6).map { hit.sources[$0].entry }
            #expect(numbers == Array(0..<6), "\(text)")
        }
    }

    @Test(arguments: [Tolerance.exact, .strict, .balanced, .broad])
    func shortestAndLongestPlates(tolerance: Tolerance) throws {
        let folder = try ListFolder()
        let rig = try MatchRig(
            [try folder.write("l", "plate,country,reason\n8,,x\nZ9Z9Z9Z9Z9Z9,,x\n?B,,x", tolerance: tolerance)])
        func entries(_ text: String) throws -> [UInt32] {
            guard let hit = rig.match([Read(try Plate(text))]).hits[0] else { return [] }
            return (0..<Int(hit.sourceCount)).map { hit.sources[$0].entry }
        }
        #expect(try entries("8") == [0])
        // Its look-alike, but too short to be taken for it.
        #expect(try entries("B") == [])
        #expect(try entries("8B") == [2])
        #expect(try entries("Z9Z9Z9Z9Z9Z9") == [1])
        #expect(try entries("Z9Z9Z9Z9Z929") == (tolerance == .exact ? [] : [1]))
        #expect(try entries("Z9Z9Z9Z9Z9Z") == (tolerance == .broad ? [1] : []))
        #expect(rig.match([Read(.none)]).hits.isEmpty)
    }

    @Test func validityIsJudgedAtTheCaptureTime() throws {
        let folder = try ListFolder()
        let rig = try MatchRig([
            try folder.write(
                "l",
                """
                plate,country,reason,valid_from,valid_to
                1ABC234,,x,1970-01-01T00:00:10Z,1970-01-01T00:00:20Z
                2ABC*,,x,1970-01-01T00:00:10Z,1970-01-01T00:00:20Z
                """)
        ])
        let times = [10 * Nanoseconds.second - 1, 10 * .second, 20 * .second - 1, 20 * .second]
        for plate in ["1ABC234", "2ABC234"] {
            let isHit = try times.map { !rig.match([Read(try Plate(plate), capturedNs: $0)]).hits.isEmpty }
            #expect(isHit == [false, true, true, false], "\(plate)")
        }
    }

    @Test func watchersGetReadsAndNobodyElseDoes() throws {
        let rig = try MatchRig([], shards: 2)
        let plates = try ["1ABC234", "2ABC234"].map { try Plate($0) }
        try rig.blacklists.watch(
            [WatchedPlate(plate: plates[0], fromNs: 10 * .second, toNs: 20 * .second)], watcher: 0, name: "a")
        try rig.blacklists.watch(plates.map { WatchedPlate(plate: $0) }, watcher: 3, name: "b")
        rig.takeMail()
        func watched(_ plate: Plate, _ seconds: Int64) -> Set<Int> {
            let found = rig.match([Read(plate, capturedNs: seconds * .second)])
            #expect(found.hits.isEmpty)
            return found.watched[0] ?? []
        }
        #expect(watched(plates[0], 9) == [3])
        #expect(watched(plates[0], 10) == [0, 3])
        #expect(watched(plates[1], 10) == [3])
        // A look-alike is another plate.
        #expect(watched(try Plate("IABC234"), 10) == [])
        // What is asked for anew takes the old one's place.
        try rig.blacklists.watch([WatchedPlate(plate: plates[1])], watcher: 0, name: "a")
        rig.takeMail()
        #expect(watched(plates[0], 10) == [3])
        #expect(watched(plates[1], 10) == [0, 3])
        #expect(rig.blacklists.entryCount == 0)
    }
}
