import Testing

@testable import ANPRCore

/// Alerts and counts that outlive a matcher.
@Suite struct MatcherStateTests {
    private static let windowNs = 60 * Nanoseconds.second

    /// Hits by the reads' sequences, and whether each was a repeat.
    private static func match(
        _ reads: ArraySlice<Read>, _ matcher: inout Matcher, _ batch: Int = 16
    ) -> [UInt32: Bool] {
        var findings = Findings()
        for at in stride(from: reads.startIndex, to: reads.endIndex, by: batch) {
            reads[at..<min(at + batch, reads.endIndex)].withUnsafeBufferPointer { matcher.match($0, into: &findings) }
        }
        return findings.hits.mapValues { $0.flags.contains(.repeated) }
    }

    private static func saved(_ matcher: borrowing Matcher) -> [UInt8] {
        var writer = StateWriter()
        matcher.save(to: &writer)
        return writer.array()
    }

    private static func restore(_ matcher: inout Matcher, _ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { (bytes) throws in
            var reader = StateReader(bytes)
            try matcher.restore(from: &reader)
        }
    }

    /// Reads that hit often, in the order of their times but for some disorder.
    private static func scene(
        _ seed: UInt64, _ folder: ListFolder
    ) throws -> (lists: [BlacklistConfiguration], reads: [Read], random: Random) {
        var scene = ListScene(seed: seed, plates: 6)
        let (lists, _) = try MatcherTests.lists(&scene, folder, each: 20)
        var random = Random(seed: seed &+ 9)
        let reads = try scene.reads(1500).map { ($0.capturedNs + Nanoseconds(random.below(30)) * .second, $0) }
        return (lists, reads.sorted { $0.0 < $1.0 }.map(\.1), random)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func anInterruptionChangesNothing(seed: UInt64) throws {
        let folder = try ListFolder()
        var (lists, reads, random) = try Self.scene(seed, folder)
        // Kept for as long as its matchers.
        let blacklists = Blacklists(shards: 1)
        try blacklists.load(lists)
        var whole = blacklists.matcher(shard: 0, suppressionNs: Self.windowNs)
        let expected = Self.match(reads[...], &whole)
        let cut = random.below(reads.count)
        var first = blacklists.matcher(shard: 0, suppressionNs: Self.windowNs)
        var found = Self.match(reads[..<cut], &first)
        // Another run: the same files, loaded again.
        let later = Blacklists(shards: 1)
        try later.load(lists)
        var second = later.matcher(shard: 0, suppressionNs: Self.windowNs)
        _ = Self.match(reads[..<random.below(reads.count)], &second)
        try Self.restore(&second, Self.saved(first))
        found.merge(Self.match(reads[cut...], &second)) { _, new in new }
        #expect(found == expected)
        #expect(expected.values.contains(true) && expected.values.contains(false))
        #expect(second.counts.hits == whole.counts.hits && second.counts.repeats == whole.counts.repeats)
        #expect(second.counts.reads == reads.count && second.counts.sources == whole.counts.sources)
        withExtendedLifetime((blacklists, later)) {}
    }

    /// The window is what is configured today; when an alert was is what was saved.
    @Test func anotherWindowIsNoOtherState() throws {
        let folder = try ListFolder()
        let blacklists = Blacklists(shards: 1)
        try blacklists.load([try folder.write("a", "plate,country,reason\n1ABC234,,x")])
        let plate = try Plate("1ABC234")
        var first = blacklists.matcher(shard: 0, suppressionNs: 10 * .second)
        _ = Self.match([Read(plate, capturedNs: 100 * .second)], &first)
        for (windowNs, isRepeat) in [(5, false), (10, true), (0, false)] as [(Nanoseconds, Bool)] {
            var second = blacklists.matcher(shard: 0, suppressionNs: windowNs * .second)
            try Self.restore(&second, Self.saved(first))
            #expect(Self.match([Read(plate, sequence: 1, capturedNs: 107 * .second)], &second) == [1: isRepeat])
        }
        withExtendedLifetime(blacklists) {}
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func aDamagedStateIsRefusedOrTaken(seed: UInt64) throws {
        let folder = try ListFolder()
        var (lists, reads, random) = try Self.scene(seed, folder)
        let blacklists = Blacklists(shards: 1)
        try blacklists.load(lists)
        var first = blacklists.matcher(shard: 0, suppressionNs: Self.windowNs)
        _ = Self.match(reads[..<300], &first)
        let bytes = Self.saved(first)
        var fresh = blacklists.matcher(shard: 0, suppressionNs: Self.windowNs)
        let expected = Self.match(reads[300..<400], &fresh)
        var second = blacklists.matcher(shard: 0, suppressionNs: Self.windowNs)
        for end in stride(from: 0, to: bytes.count, by: 1 + random.below(7)) {
            #expect(throws: StateProblem.self) { try Self.restore(&second, Array(bytes[..<end])) }
        }
        #expect(second.counts.reads == 0)
        #expect(Self.match(reads[300..<400], &second) == expected)
        for _ in 0..<100 {
            var damaged = bytes
            damaged[random.below(damaged.count)] ^= 1 << UInt8(random.below(8))
            if (try? Self.restore(&second, damaged)) == nil { #expect(second.counts.reads == 0) }
            _ = Self.match(reads[300..<400], &second)
        }
        withExtendedLifetime(blacklists) {}
    }
}
