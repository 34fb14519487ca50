import ANPRCore

/// One shard with so many subscriptions to its hits, 7 of 1,000 reads; each is emptied off the clock.
final class PluginStage {
    private let lists = Blacklists(shards: 1)
    private let ring = RingMemory<Read>(capacity: 1 << 14)
    private var producer: RingProducer<Read>
    private var shard: Shard
    private var ends: [End] = []
    private let reads: Slab<Read>
    private static let count = 1 << 18

    private final class End {
        var consumer: RingConsumer<StreamEvent>
        init(_ consumer: consuming RingConsumer<StreamEvent>) { self.consumer = consumer }
    }

    init(plugins: Int) throws {
        var random = Random(seed: 42)
        let plates = (0..<100_000).map { _ in Plate(number: random.next() | 1) }
        let folder = try BenchmarkFolder()
        let list = try folder.list(plates)
        let lists = self.lists
        try withExtendedLifetime(folder) { try lists.load([list]) }
        reads = Slab(count: Self.count)
        for i in 0..<Self.count {
            let plate = random.below(1000) < 7 ? plates[random.below(plates.count)] : Plate(number: random.next())
            reads.base[i] = PipelineWorkload.read(plate, camera: 1, number: i)
        }
        let subscriptions = (0..<plugins).map {
            Subscription(name: "p\($0)", interests: .hits, watcher: nil, shards: 1, backlog: 1 << 12)
        }
        producer = ring.producer()
        shard = Shard(
            [ring], mailbox: lists.mailboxes[0], matcher: lists.matcher(shard: 0, suppressionNs: 0),
            correlator: Correlator(
                SectionRegistry([]), cameras: CameraRegistry([PipelineWorkload.camera(1)]),
                settings: CorrelatorSettings()),
            fan: StreamFan(subscriptions, shard: 0))
        ends = subscriptions.map { End($0.rings[0].consumer()) }
    }

    /// Nanoseconds a read.
    func sample() -> Double {
        var ns: Nanoseconds = 0
        var events = 0
        for at in stride(from: 0, to: Self.count, by: 1 << 13) {
            for i in at..<at + 1 << 13 { _ = producer.push(reads.base[i]) }
            let startNs = Clock.monotonicNs()
            while shard.turn() > 0 {}
            ns += Clock.monotonicNs() - startNs
            for end in ends {
                let n = end.consumer.poll(1 << 12).count
                end.consumer.release(n)
                events += n
            }
        }
        precondition(events > Self.count / 200 * ends.count, "\(events) hits reached \(ends.count) plugins")
        return Double(ns) / Double(Self.count)
    }
}
