import ANPRCore
import CLinux
import Synchronization

extension Benchmark {
    static let changes = Benchmark(
        name: "changes", purpose: "a shard that matches against 1 M entries while 100,000 a second come and go"
    ) { options in
        let stage = try ChangesStage(entries: options.small ? 10_000 : 1_000_000)
        let seconds = options.small ? 1 : 4
        return [
            BenchmarkCase("match, no changes", unit: "reads") { try stage.run(seconds: seconds, changesPerSecond: 0) },
            BenchmarkCase("match, 100 k changes a second", unit: "reads") {
                try stage.run(seconds: seconds, changesPerSecond: 100_000)
            },
        ]
    }
}

/// One shard on one core, the control plane on the other.
private final class ChangesStage {
    private let lists = Blacklists(shards: 1)
    private let ring = RingMemory<Read>(capacity: 1 << 14)
    private var producer: RingProducer<Read>
    private var shard: Shard
    private let reads: Slab<Read>
    private static let count = 1 << 18

    init(entries: Int) throws {
        var random = Random(seed: 42)
        let plates = (0..<entries).map { _ in Plate(number: random.next() | 1) }
        let folder = try BenchmarkFolder()
        let list = try folder.list(plates)
        let lists = self.lists
        try withExtendedLifetime(folder) { try lists.load([list]) }
        reads = Slab(count: Self.count)
        for i in 0..<Self.count {
            let plate = random.below(1000) == 0 ? plates[random.below(entries)] : Plate(number: random.next())
            reads.base[i] = PipelineWorkload.read(plate, camera: 1, number: i)
        }
        producer = ring.producer()
        shard = Shard(
            [ring], mailbox: lists.mailboxes[0], matcher: lists.matcher(shard: 0, suppressionNs: 0),
            correlator: Correlator(
                SectionRegistry([]), cameras: CameraRegistry([PipelineWorkload.camera(1)]),
                settings: CorrelatorSettings()),
            fan: StreamFan([], shard: 0))
    }

    func run(seconds: Int, changesPerSecond: Int) throws -> Outcome {
        let changer = Changer(lists, perSecond: changesPerSecond)
        let thread = try ThreadAgent(name: "control", core: 1) { changer.run() }
        var ns: Nanoseconds = 0
        var done = 0
        let endNs = Clock.monotonicNs() + Nanoseconds(seconds) * .second
        while Clock.monotonicNs() < endNs {
            let at = done & (Self.count - 1)
            for i in at..<at + 1 << 13 { _ = producer.push(reads.base[i]) }
            let startNs = Clock.monotonicNs()
            while ring.backlog > 0 { _ = shard.turn() }
            ns += Clock.monotonicNs() - startNs
            done += 1 << 13
        }
        changer.stop()
        thread.join()
        while shard.turn() > 0 {}
        var outcome = Outcome(items: done, ns: ns, result: "")
        outcome.remark = "\(changer.done / seconds) changes a second"
        return outcome
    }
}

/// Adds plates to the list and takes them off again, a hundred at a time, at an even pace.
private final class Changer: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `done` is its thread's, looked at when that has ended; `stopping` is an atomic.
    private let lists: Blacklists
    private let perSecond: Int
    private(set) var done = 0
    private let stopping = Atomic<Bool>(false)
    private let rest = Parker()
    private static let batch = 100

    init(_ lists: Blacklists, perSecond: Int) {
        self.lists = lists
        self.perSecond = perSecond
    }

    func stop() {
        // ORDER: release, pairs with the acquire in run.
        stopping.store(true, ordering: .releasing)
    }

    func run() {
        guard perSecond > 0 else { return }
        let startNs = Clock.monotonicNs()
        // ORDER: acquire; as in stop.
        while !stopping.load(ordering: .acquiring) {
            let dueNs = startNs + Nanoseconds(done) * .second / Nanoseconds(perSecond)
            let waitNs = dueNs - Clock.monotonicNs()
            if waitNs > 0 { rest.park(nanoseconds: waitNs) { true } }
            let first = done / (2 * Self.batch) * Self.batch
            let isAdding = done / Self.batch % 2 == 0
            let changes = (first..<first + Self.batch).map { change($0, isAdding: isAdding) }
            do { try lists.apply(changes) } catch { preconditionFailure("\(error)") }
            done += Self.batch
        }
    }

    private func change(_ number: Int, isAdding: Bool) -> BlacklistChange {
        let mark = "C\(number)"
        return isAdding
            ? .add(EntryDetails(list: "bench", mark: mark, reason: "wanted", caseNumber: "B-1"))
            : .remove(list: "bench", mark: mark, caseNumber: "B-1")
    }
}
