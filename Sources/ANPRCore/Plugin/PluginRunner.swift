import Synchronization

/// The thread of a plugin: takes what waits in its subscription, in batches, and hands it over.
///
/// A plugin that throws is tried again with the same batch; after `attemptsMax` it is parked: it gets nothing more, its
/// backlog fills, what follows is dropped for it and counted, and its status says why. The engine does not notice. A
/// reload that it takes wakes it up again, with the batch at which it stood.
final class PluginRunner: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `plugin` and the consumers are used by the one thread that `run` is called on (made
    // before it starts, looked at after it has ended); the rest is atomic or guarded by its lock.
    private let plugin: any Plugin
    let subscription: Subscription
    private let hits: Consumers<Hit>
    private let records: Consumers<SectionRecord>
    private let watched: Consumers<Read>
    private let stopping = Atomic<Bool>(false)
    private let reloading = Atomic<Bool>(false)
    private let shown = Mutex(Shown())
    private let watch: @Sendable ([WatchedPlate]) throws -> Void

    struct Shown: Sendable {
        var handled = 0
        var counters: [PluginCounter] = []
        var failure: String?
        var backlogMax = 0
    }

    /// Events of one stream and shard handed over in one call.
    static let batchEvents = 1024
    static let attemptsMax = 3
    static let sleepNs: Nanoseconds = 100 * .millisecond

    /// `watch` tells the engine which plates the plugin wants.
    init(
        _ plugin: any Plugin, _ subscription: Subscription, watch: @escaping @Sendable ([WatchedPlate]) throws -> Void
    ) {
        self.plugin = plugin
        self.subscription = subscription
        self.watch = watch
        hits = Consumers(subscription.hits)
        records = Consumers(subscription.records)
        watched = Consumers(subscription.watchedReads)
    }

    var name: String { subscription.name }
    /// Before the thread starts.
    var watchedPlates: [WatchedPlate] { plugin.watchedPlates }

    func run() {
        var idle = IdleStrategy()
        var isParked = false
        while true {
            if takeReload() { reload(&isParked) }
            let backlog = subscription.backlog
            let work = isParked ? 0 : handOver(&isParked)
            if work > 0 { show(backlog: backlog) }
            guard idle.isSpent(work: work) else { continue }
            // ORDER: acquire, pairs with the release in stop: the shards' last events were published before it.
            if stopping.load(ordering: .acquiring), isParked || isEmpty { break }
            subscription.parker.park(nanoseconds: Self.sleepNs) { (isParked || isEmpty) && !isStopping }
        }
        if !isParked {
            do { try plugin.finish() } catch { shown.withLock { $0.failure = "at its end: \(error)" } }
        }
        show(backlog: subscription.backlog)
    }

    private var isEmpty: Bool { hits.isEmpty && records.isEmpty && watched.isEmpty }

    private var isStopping: Bool {
        // ORDER: acquire; as in run.
        stopping.load(ordering: .acquiring)
    }

    /// One batch of each stream and shard. Returns how many events the plugin took.
    private func handOver(_ isParked: inout Bool) -> Int {
        var work = 0
        for shard in 0..<max(hits.count, records.count, watched.count) {
            let batch = PluginBatch(
                hits: hits.poll(shard, Self.batchEvents), records: records.poll(shard, Self.batchEvents),
                watchedReads: watched.poll(shard, Self.batchEvents))
            let n = batch.hits.count + batch.records.count + batch.watchedReads.count
            guard n > 0 else { continue }
            guard attempt(batch) else {
                isParked = true
                return work
            }
            hits.release(shard, batch.hits.count)
            records.release(shard, batch.records.count)
            watched.release(shard, batch.watchedReads.count)
            work += n
            shown.withLock { $0.handled += n }
        }
        return work
    }

    private func attempt(_ batch: PluginBatch) -> Bool {
        for attempt in 1...Self.attemptsMax {
            do {
                try plugin.handle(batch)
                shown.withLock { $0.failure = nil }
                return true
            } catch {
                let outcome = attempt == Self.attemptsMax ? "parked" : "trying again"
                shown.withLock { $0.failure = "\(error) (attempt \(attempt) of \(Self.attemptsMax), \(outcome))" }
                // Waits, or less when an event comes: either is a fine moment to try again.
                subscription.parker.park(nanoseconds: Self.sleepNs) { true }
            }
        }
        return false
    }

    private func show(backlog: Int) {
        let counters = plugin.counters
        shown.withLock {
            $0.counters = counters
            $0.backlogMax = max($0.backlogMax, backlog)
        }
    }

    // MARK: Any thread

    func status() -> PluginStatus {
        let shown = shown.withLock { $0 }
        return PluginStatus(
            name: name, handled: shown.handled, dropped: subscription.droppedEvents, backlog: subscription.backlog,
            backlogMax: shown.backlogMax, counters: shown.counters, failure: shown.failure)
    }

    /// After the shards have ended.
    func stop() {
        // ORDER: release, pairs with the acquire in run.
        stopping.store(true, ordering: .releasing)
        subscription.parker.wake()
    }

    func requestReload() {
        // ORDER: release; pairs with the exchange in takeReload.
        reloading.store(true, ordering: .releasing)
        subscription.parker.wake()
    }

    private func takeReload() -> Bool {
        // ORDER: the relaxed load spares the locked exchange; the acquire pairs with the release in requestReload.
        reloading.load(ordering: .relaxed) && reloading.exchange(false, ordering: .acquiring)
    }

    /// A plugin that takes it is parked no more. One that does not stays as it was, with the reason why it is parked.
    private func reload(_ isParked: inout Bool) {
        do {
            try plugin.reload()
            try watch(plugin.watchedPlates)
            isParked = false
            shown.withLock { $0.failure = nil }
        } catch {
            if !isParked { shown.withLock { $0.failure = "reload refused, the old state stays: \(error)" } }
        }
    }
}

/// The receiving ends of one stream's rings, a shard each.
private final class Consumers<Element: BitwiseCopyable> {
    private let ends: UnsafeMutablePointer<RingConsumer<Element>>
    let count: Int

    init(_ rings: [RingMemory<Element>]) {
        count = rings.count
        ends = .allocate(capacity: max(1, count))
        for (i, ring) in rings.enumerated() { (ends + i).initialize(to: ring.consumer()) }
    }

    deinit {
        ends.deinitialize(count: count)
        ends.deallocate()
    }

    func poll(_ shard: Int, _ max: Int) -> UnsafeBufferPointer<Element> {
        shard < count ? ends[shard].poll(max) : UnsafeBufferPointer(start: nil, count: 0)
    }

    func release(_ shard: Int, _ n: Int) {
        if n > 0 { ends[shard].release(n) }
    }

    var isEmpty: Bool {
        for i in 0..<count where !ends[i].isEmpty { return false }
        return true
    }
}

/// A plugin as shown to people.
package struct PluginStatus: Sendable, Equatable {
    package let name: String
    /// Events it took; events that found its backlog full.
    package let handled: Int
    package let dropped: Int
    package let backlog: Int
    package let backlogMax: Int
    package let counters: [PluginCounter]
    package let failure: String?
}
