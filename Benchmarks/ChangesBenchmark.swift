import ANPRCore
import CLinux
import Synchronization

extension Benchmark {
    static let changes = Benchmark(
        name: "changes", purpose: "a shard that matches against 1 M entries while 100,000 a second come and go"
    ) { options in
        let contest = try ChangesContest(
            entries: options.small ? 10_000 : 1_000_000, slices: options.small ? 2 : 80)
        let turns = InTurns(cases: 3) { try contest.round(controlCore: options.cores.1) }
        return [
            BenchmarkCase("match, no changes", unit: "reads") { try turns.outcome(of: 0) },
            // WHY: what a busy second core costs the first on this machine, whatever it is busy with.
            BenchmarkCase("match, 100 k changes a second of other lists", unit: "reads") { try turns.outcome(of: 1) },
            BenchmarkCase("match, 100 k changes a second", unit: "reads") { try turns.outcome(of: 2) },
        ]
    }
}

/// The same work without changes, with changes of lists that it does not look at, and with changes of its own, each
/// over lists of its own, in turns of a twentieth of a second: what the machine does meanwhile meets all alike.
private final class ChangesContest {
    private let stages: [ChangesStage]
    private let others: ChangesStage
    private let slices: Int

    init(entries: Int, slices: Int) throws {
        stages = try (0..<3).map { _ in try ChangesStage(entries: entries) }
        others = try ChangesStage(entries: entries)
        self.slices = slices
    }

    func round(controlCore: Int) throws -> [Outcome] {
        let changed: [ChangesStage?] = [nil, others, stages[2]]
        var outcomes = stages.map { _ in Outcome(items: 0, ns: 0, result: "") }
        for _ in 0..<slices {
            for (i, stage) in stages.enumerated() {
                let slice = try stage.slice(beside: changed[i], controlCore: controlCore)
                outcomes[i] = outcomes[i].adding(slice)
            }
        }
        for i in outcomes.indices {
            if let changed = changed[i] { outcomes[i].remark = "\(changed.changesPerSecond) changes a second" }
        }
        return outcomes
    }
}

extension Outcome {
    fileprivate func adding(_ other: Outcome) -> Outcome {
        Outcome(items: items + other.items, ns: ns + other.ns, result: result)
    }
}

/// One shard on one core, the control plane on the other.
private final class ChangesStage {
    private let lists = Blacklists(shards: 1)
    private let ring = RingMemory<Read>(capacity: 1 << 14)
    private var producer: RingProducer<Read>
    private var shard: Shard
    private let reads: Slab<Read>
    private let changer: Changer
    private var changingNs: Nanoseconds = 0
    private static let count = 1 << 16
    private static let sliceNs = 50 * Nanoseconds.millisecond

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
        changer = Changer(lists)
    }

    var changesPerSecond: Int { changer.done * Int(Nanoseconds.second) / Int(max(changingNs, 1)) }

    /// Matches for a slice of time, while the lists of `changed` are changed.
    func slice(beside changed: ChangesStage?, controlCore: Int) throws -> Outcome {
        changed?.changer.begin()
        let thread = try changed.map { stage in
            try ThreadAgent(name: "control", core: controlCore) { [changer = stage.changer] in changer.run() }
        }
        var ns: Nanoseconds = 0
        var done = 0
        let startNs = Clock.monotonicNs()
        while Clock.monotonicNs() < startNs + Self.sliceNs {
            let at = done & (Self.count - 1)
            for i in at..<at + 1 << 13 { _ = producer.push(reads.base[i]) }
            let startNs = Clock.monotonicNs()
            while ring.backlog > 0 { _ = shard.turn() }
            ns += Clock.monotonicNs() - startNs
            done += 1 << 13
        }
        changed?.end(thread, after: Clock.monotonicNs() - startNs)
        return Outcome(items: done, ns: ns, result: "")
    }

    /// Its lists are changed no more; what the shard was told and has not taken, it takes now.
    private func end(_ thread: ThreadAgent?, after ns: Nanoseconds) {
        changer.stop()
        thread?.join()
        while shard.turn() > 0 {}
        changingNs += ns
    }
}

/// Adds plates to the list and takes them off again, a hundred at a time, at an even pace.
private final class Changer: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `done` is its thread's, looked at when that has ended; `stopping` is an atomic.
    private let lists: Blacklists
    private(set) var done = 0
    private let stopping = Atomic<Bool>(false)
    private let rest = Parker()
    private static let batch = 100
    private static let perSecond: Nanoseconds = 100_000

    init(_ lists: Blacklists) { self.lists = lists }

    func begin() {
        // ORDER: relaxed; the thread that looks at it is started after.
        stopping.store(false, ordering: .relaxed)
    }

    func stop() {
        // ORDER: release, pairs with the acquire in run.
        stopping.store(true, ordering: .releasing)
    }

    func run() {
        let startNs = Clock.monotonicNs()
        let before = done
        // ORDER: acquire; as in stop.
        while !stopping.load(ordering: .acquiring) {
            let dueNs = startNs + Nanoseconds(done - before) * .second / Self.perSecond
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
