import ANPRCore

extension Benchmark {
    static let match = Benchmark(
        name: "match", purpose: "64-byte reads, 0.1 % of them on a list of 10 k, 1 M, 10 M plates, one core"
    ) { options in
        let reads = options.small ? 1 << 16 : 1 << 22
        return try (options.small ? [10_000] : [10_000, 1_000_000, 10_000_000]).flatMap { entries in
            let stage = try MatchStage(entries: entries, reads: reads)
            let size = entries < 1_000_000 ? "\(entries / 1000) k" : "\(entries / 1_000_000) M"
            let patterned = try (options.small ? [100] : entries == 1_000_000 ? [100, 10_000] : []).map { patterns in
                let stage = try MatchStage(entries: entries, patterns: patterns, reads: reads)
                return BenchmarkCase(
                    "match \(size), \(patterns) patterns, reads at hand", unit: "reads", run: stage.matchAtHand)
            }
            return [
                BenchmarkCase("load \(size)", unit: "entries", expected: "\(entries) entries", run: stage.load),
                BenchmarkCase("match \(size)", unit: "reads", expected: "\(stage.listed) hits", run: stage.match),
                BenchmarkCase(
                    "match \(size), reads at hand", unit: "reads", expected: "\(stage.listed) hits",
                    run: stage.matchAtHand),
            ] + patterned
        }
    }
}

/// A list, its file, and reads to look up in it.
final class MatchStage {
    private let entries: Int
    private let folder: BenchmarkFolder
    private let list: BlacklistConfiguration
    private let reads: Slab<Read>
    /// Reads whose plate is on the list.
    let listed: Int
    private var lists = Blacklists(shards: 1)
    private var matcher: Matcher

    init(entries: Int, patterns: Int = 0, reads count: Int) throws {
        var random = Random(seed: 42)
        let plates = (0..<entries).map { _ in Plate(number: random.next() >> 2 | 1) }
        reads = Slab(count: count)
        var listed = 0
        for i in 0..<count {
            let isListed = random.next() % 1000 == 0
            let plate =
                isListed
                ? plates[Int(random.next() % UInt64(entries))] : Plate(number: random.next() >> 2 | 1)
            listed += isListed ? 1 : 0
            reads.base[i] = Read(
                plate: plate, skeleton: plate.skeleton, capturedNs: Nanoseconds(i) * .microsecond, camera: 1, epoch: 1,
                sequence: UInt32(i), text: PlateText(low: 0, high: 0))
        }
        self.entries = entries + patterns
        self.listed = listed
        folder = try BenchmarkFolder()
        let texts = (0..<patterns).map { _ in Plate(number: random.next()).pattern }
        list = try folder.list(plates.map(\.description) + texts)
        matcher = lists.matcher(shard: 0, suppressionNs: 0)
        _ = try load()
    }

    func load() throws -> Outcome {
        lists = Blacklists(shards: 1)
        var outcome = try measure(items: entries) {
            try lists.load([list])
            matcher = lists.matcher(shard: 0, suppressionNs: 0)
            return "\(lists.entryCount) entries"
        }
        outcome.remark = "\(outcome.ns / .millisecond) ms, \(lists.bytes / entries) bytes an entry"
        outcome.allocations = 0  // to load is off the way of a read
        return outcome
    }

    var bytesPerEntry: Double { Double(lists.bytes) / Double(entries) }

    func match() -> Outcome {
        measure(items: reads.count) {
            var sink = HitCount()
            var at = 0
            while at < reads.count {
                let n = min(Limits.batchReads, reads.count - at)
                matcher.match(UnsafeBufferPointer(start: reads.base + at, count: n), into: &sink)
                at += n
            }
            return "\(sink.hits) hits"
        }
    }

    /// As out of a ring: a batch has come to this core just before, and the way from memory is not counted. What others
    /// are compared with takes 8 bytes a read from memory where a whole read is 64.
    func matchAtHand() -> Outcome {
        let batch = Slab<Read>(count: Limits.batchReads)
        var sink = HitCount()
        var ns: Nanoseconds = 0
        for at in stride(from: 0, to: reads.count, by: Limits.batchReads) {
            batch.base.update(from: reads.base + at, count: Limits.batchReads)
            let startNs = Clock.monotonicNs()
            matcher.match(UnsafeBufferPointer(start: batch.base, count: Limits.batchReads), into: &sink)
            ns += Clock.monotonicNs() - startNs
        }
        return Outcome(items: reads.count, ns: ns, result: "\(sink.hits) hits")
    }
}
