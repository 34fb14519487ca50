import Synchronization

/// The thread of a shard: turns, and sleeps when there is nothing.
final class ShardRunner: @unchecked Sendable {
    // SAFE: @unchecked Sendable: made by the engine, then used by its one thread until that has ended; `counters`,
    // `stopping` and the parker are atomics.
    private var shard: Shard
    private let parker: Parker
    private let nowNs: @Sendable () -> Nanoseconds
    private let isWall: Bool
    private var time = ShardTime()
    let counters = Counters(count: ShardCounter.allCases.count)
    private let stopping = Atomic<Bool>(false)

    /// A sleeping shard looks around this often, for time to go on.
    static let sleepNs: Nanoseconds = 100 * .millisecond
    /// Turns between two hand-overs of the counts while reads flow.
    static let showEvery = 64

    /// `isWall`: the time is the machine's, and not that of simulated traffic.
    init(
        _ shard: consuming Shard, parker: Parker, isWall: Bool = true, nowNs: @escaping @Sendable () -> Nanoseconds
    ) {
        self.isWall = isWall
        self.shard = shard
        self.parker = parker
        self.nowNs = nowNs
    }

    /// The thread's function. After `stop`, ends when the rings are empty.
    func run() {
        var idle = IdleStrategy()
        var turns = 0
        while true {
            let work = shard.turn()
            turns &+= 1
            if work > 0 { time.noteWork() }
            if work > 0, turns % Self.showEvery == 0 { shard.show(in: counters) }
            guard idle.isSpent(work: work) else { continue }
            // ORDER: acquire, pairs with the release in stop: the receivers' last reads were published before it.
            if stopping.load(ordering: .acquiring), shard.isIdle || shard.isStalled() { break }
            rest()
        }
        shard.finish()
        shard.show(in: counters)
    }

    /// Nothing to do: time goes on, and the thread sleeps.
    @inline(never)
    private func rest() {
        shard.advance(toNs: timeNow())
        shard.show(in: counters)
        parker.park(nanoseconds: Self.sleepNs) { shard.isIdle && !isStopping }
    }

    private func timeNow() -> Nanoseconds {
        guard isWall else { return nowNs() }
        return time.now(wallNs: nowNs(), monotonicNs: Clock.monotonicNs(), latestNs: shard.latestNs)
    }

    private var isStopping: Bool {
        // ORDER: acquire; as in run.
        stopping.load(ordering: .acquiring)
    }

    /// After the receivers have ended.
    func stop() {
        // ORDER: release, pairs with the acquire in run.
        stopping.store(true, ordering: .releasing)
        parker.wake()
    }
}
