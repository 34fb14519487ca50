/// A shard's end of all streams: each event goes into the log, and into the ring of every subscription that asked for
/// it.
package struct StreamFan: ~Copyable, MatchSink, RecordSink {
    /// The shard's log; nil: nothing is kept.
    package var journal: JournalAppender?
    // SAFE: owned memory: one producer a subscription, initialised in init, ended in deinit.
    private let ends: UnsafeMutablePointer<RingProducer<StreamEvent>>
    private let subscriptions: [Subscription]
    /// Beside the subscriptions, which keep alive what they point at: to publish must not count references.
    private let flat: Slab<Flat>
    private let shard: Int
    private var pending = false
    package let isDurable: Bool
    private var reached: UInt64 = 0
    private(set) var counts = StreamCounts()

    /// What the way of an event needs to know of a subscription.
    struct Flat: BitwiseCopyable {
        var waker: Waker
        var id: UInt32
        var interests: PluginInterests
        /// Or `noWatcher`.
        var watcher: UInt8
        var isJoined: Bool
    }

    private static let noWatcher = UInt8.max

    package init(_ subscriptions: [Subscription], shard: Int, journal: consuming JournalAppender? = nil) {
        self.shard = shard
        self.subscriptions = subscriptions
        isDurable = journal != nil
        self.journal = journal
        flat = Slab(count: max(1, subscriptions.count))
        ends = .allocate(capacity: max(1, subscriptions.count))
        for (i, subscription) in subscriptions.enumerated() {
            (flat.base + i).initialize(
                to: Flat(
                    waker: subscription.parker.waker, id: subscription.id, interests: subscription.interests,
                    watcher: subscription.watcher.map { UInt8($0) } ?? Self.noWatcher,
                    isJoined: subscription.links[shard].state == .joined))
            (ends + i).initialize(to: subscription.rings[shard].producer())
        }
    }

    deinit {
        ends.deinitialize(count: subscriptions.count)
        ends.deallocate()
    }

    package mutating func found(_ hit: borrowing Hit, at index: Int) {
        pending = true
        let cursor = isDurable ? journal!.found(hit, at: index) : StreamCursor(position: 0)
        for i in 0..<subscriptions.count where flat.base[i].interests.contains(.hits) {
            if let slot = slot(i) { StreamEvent.write(hit, cursor, to: slot) }
        }
    }

    package mutating func watched(_ read: Read, at index: Int, by watcher: Int) {
        pending = true
        for i in 0..<subscriptions.count where Int(flat.base[i].watcher) == watcher {
            let cursor = isDurable ? journal!.watched(at: index, by: flat.base[i].id) : StreamCursor(position: 0)
            if let slot = slot(i) { StreamEvent.write(read, cursor, to: slot) }
        }
    }

    package mutating func recorded(_ record: borrowing SectionRecord) {
        pending = true
        counts.records &+= 1
        if record.isOffence { counts.offences &+= 1 }
        if !record.review.subtracting(.uncertified).isEmpty { counts.reviews &+= 1 }
        let cursor = isDurable ? journal!.recorded(record) : StreamCursor(position: 0)
        for i in 0..<subscriptions.count where flat.base[i].interests.contains(.records) {
            if let slot = slot(i) { StreamEvent.write(record, cursor, to: slot) }
        }
    }

    /// The slot for an event of a subscription; nil when the subscription does not get it from here.
    @inline(__always)
    private mutating func slot(_ i: Int) -> UnsafeMutablePointer<StreamEvent>? {
        guard flat.base[i].isJoined else { return nil }
        if let slot = ends[i].slot() { return slot }
        overflow(i)
        return nil
    }

    @inline(never)
    private mutating func overflow(_ i: Int) {
        guard isDurable else { return subscriptions[i].countDrop(shard: shard) }
        ends[i].publish()
        flat.base[i].isJoined = false
        subscriptions[i].links[shard].part()
        flat.base[i].waker.wake()
    }

    /// Shows the plugins what this turn found, and wakes those that sleep.
    mutating func publish() {
        guard pending else { return }
        pending = false
        for i in 0..<subscriptions.count where ends[i].hasUnpublished {
            ends[i].publish()
            flat.base[i].waker.wake()
        }
    }

    /// Takes up subscriptions that have caught up. Between two turns.
    mutating func serveJoins() {
        guard isDurable else { return }
        for i in 0..<subscriptions.count where !flat.base[i].isJoined {
            guard subscriptions[i].links[shard].state == .wanted else { continue }
            flat.base[i].isJoined = true
            subscriptions[i].links[shard].join(from: journal!.nextCursor())
            flat.base[i].waker.wake()
        }
    }

    // MARK: The log, if there is one

    @inline(__always)
    mutating func hasRoom() -> Bool { isDurable ? journal!.hasRoom() : true }

    @inline(__always)
    mutating func append(_ reads: UnsafeBufferPointer<Read>) { journal!.append(reads) }

    @inline(__always)
    mutating func noteRing(_ ring: Int, taken position: UInt64) {
        if isDurable { journal!.noteRing(ring, taken: position) }
    }

    @inline(__always)
    mutating func endTurn(isIdle: Bool) {
        guard isDurable else { return }
        journal!.endTurn(isIdle: isIdle)
        let position = journal!.nextCursor().position
        guard position != reached else { return }
        reached = position
        for i in 0..<subscriptions.count where flat.base[i].isJoined { subscriptions[i].links[shard].reach(position) }
    }

    @inline(__always)
    mutating func noteTime(_ ns: Nanoseconds) {
        if isDurable { journal!.noteTime(ns) }
    }

    mutating func forget(_ entry: UInt32) {
        if isDurable { journal!.forget(entry) }
    }

    /// Time went on; closes the block.
    mutating func advanced(toNs: Nanoseconds) {
        guard isDurable else { return }
        journal!.advanced(toNs: toNs)
        journal!.seal()
    }

    /// Closes the open block; where the next one begins.
    mutating func sealedEnd() -> UInt64 {
        guard isDurable else { return 0 }
        journal!.seal()
        return journal!.nextCursor().position
    }

    mutating func logEnd() -> UInt64 { isDurable ? journal!.nextCursor().position : 0 }

    mutating func isStalled() -> Bool { isDurable ? journal!.isStalled() : false }

    mutating func stop() {
        if isDurable { journal!.stop() }
    }

    /// After a recovery: what was counted before.
    mutating func restore(_ counts: StreamCounts) { self.counts = counts }
}

struct StreamCounts: BitwiseCopyable {
    var records = 0
    var offences = 0
    /// Records that a human must look at (a definition without certificate alone is no reason).
    var reviews = 0
}
