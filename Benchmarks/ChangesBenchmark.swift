import ANPRCore
import CLinux
import Synchronization

extension Benchmark {
    static let changes = Benchmark(
        name: "changes", purpose: "a shard that matches against 1 M entries while 100,000 a second come and go"
    ) { options in
        let duel = try ChangesDuel(entries: options.small ? 10_000 : 1_000_000, slices: options.small ? 2 : 16)
        let turns = InTurns(cases: 2) { try duel.round(controlCore: options.cores.1) }
        return [
            BenchmarkCase("match, no changes", unit: "reads") { try turns.outcome(of: 0) },
            BenchmarkCase("match, 100 k changes a second", unit: "reads") { try turns.outcome(of: 1) },
        ]
    }
}

/// The same work without changes and with them, each over lists of its own, in turns of a quarter of a second.
private final class ChangesDuel {
    private let stages: [ChangesStage]
    private let slices: Int

    init(entries: Int, slices: Int) throws {
        stages = [try ChangesStage(entries: entries), try ChangesStage(entries: entries)]
        self.slices = slices
    }

    func round(controlCore: Int) throws -> [Outcome] {
        var quiet = Outcome(items: 0, ns: 0, result: "")
        var changing = quiet
        for _ in 0..<slices {
            quiet = try quiet.adding(stages[0].slice(changesPerSecond: 0, controlCore: controlCore))
            changing = try changing.adding(stages[1].slice(changesPerSecond: 100_000, controlCore: controlCore))
        }
        changing.remark = "\(stages[1].changesPerSecond) changes a second"
        return [quiet, changing]
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
    private static let sliceNs = 250 * Nanoseconds.millisecond

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

    func slice(changesPerSecond: Int, controlCore: Int) throws -> Outcome {
        changer.begin(perSecond: changesPerSecond)
        let thread = try ThreadAgent(name: "control", core: controlCore) { [changer] in changer.run() }
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
        changer.stop()
        thread.join()
        while shard.turn() > 0 {}
        changingNs += Clock.monotonicNs() - startNs
        return Outcome(items: done, ns: ns, result: "")
    }
}

/// Adds plates to the list and takes them off again, a hundred at a time, at an even pace.
private final class Changer: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `done` is its thread's, looked at when that has ended; `perSecond` is set before it
    // begins; `stopping` is an atomic.
    private let lists: Blacklists
    private var perSecond = 0
    private(set) var done = 0
    private let stopping = Atomic<Bool>(false)
    private let rest = Parker()
    private static let batch = 100

    init(_ lists: Blacklists) { self.lists = lists }

    func begin(perSecond: Int) {
        self.perSecond = perSecond
        // ORDER: relaxed; the thread that looks at it is started after.
        stopping.store(false, ordering: .relaxed)
    }

    func stop() {
        // ORDER: release, pairs with the acquire in run.
        stopping.store(true, ordering: .releasing)
    }

    func run() {
        guard perSecond > 0 else { return }
        let startNs = Clock.monotonicNs()
        let before = done
        // ORDER: acquire; as in stop.
        while !stopping.load(ordering: .acquiring) {
            let dueNs = startNs + Nanoseconds(done - before) * .second / Nanoseconds(perSecond)
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
