import ANPRCore

/// Reads against 100,000 plates and so many patterns.
final class PatternStage {
    private let lists = Blacklists(shards: 1)
    private var matcher: Matcher
    private let reads: Slab<Read>
    private static let count = 1 << 20

    init(patterns: Int) throws {
        var random = Random(seed: 42)
        let plates = (0..<100_000).map { _ in Plate(number: random.next() | 1) }
        let texts = (0..<patterns).map { _ in Plate(number: random.next()).pattern }
        let folder = try BenchmarkFolder()
        let list = try folder.list(plates.map(\.description) + texts)
        let lists = self.lists
        try withExtendedLifetime(folder) { try lists.load([list]) }
        matcher = lists.matcher(shard: 0, suppressionNs: 0)
        reads = Slab(count: Self.count)
        for i in 0..<Self.count {
            reads.base[i] = PipelineWorkload.read(Plate(number: random.next()), camera: 1, number: i)
        }
    }

    /// Nanoseconds a read.
    func sample() -> Double {
        var sink = HitCount()
        let startNs = Clock.monotonicNs()
        for at in stride(from: 0, to: Self.count, by: Limits.batchReads) {
            matcher.match(UnsafeBufferPointer(start: reads.base + at, count: Limits.batchReads), into: &sink)
        }
        return Double(Clock.monotonicNs() - startNs) / Double(Self.count)
    }
}
