import Synchronization

/// The thread of a shard: turns, and sleeps when there is nothing.
final class ShardRunner: @unchecked Sendable {
    // SAFE: @unchecked Sendable: made by the engine, then used by its one thread until that has ended; `counters`,
    // `stopping` and the parker are atomics.
    private var shard: Shard
    private let parker: Parker
    private let nowNs: @Sendable () -> Nanoseconds
    let counters = Counters(count: ShardCounter.allCases.count)
    private let stopping = Atomic<Bool>(false)

    /// A sleeping shard looks around this often, for time to go on.
    static let sleepNs: Nanoseconds = 100 * .millisecond
    /// Turns between two hand-overs of the counts while reads flow.
    static let showEvery = 64

    init(_ shard: consuming Shard, parker: Parker, nowNs: @escaping @Sendable () -> Nanoseconds) {
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
            if work > 0, turns % Self.showEvery == 0 { shard.show(in: counters) }
            guard idle.isSpent(work: work) else { continue }
            // ORDER: acquire, pairs with the release in stop: the receivers' last reads were published before it.
            if stopping.load(ordering: .acquiring), shard.isIdle { break }
            rest()
        }
        shard.finish()
        shard.show(in: counters)
    }

    /// Nothing to do: time goes on, and the thread sleeps.
    @inline(never)
    private func rest() {
        shard.advance(toNs: nowNs())
        shard.show(in: counters)
        parker.park(nanoseconds: Self.sleepNs) { shard.isIdle && !isStopping }
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
