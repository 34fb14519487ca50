/// A shard's end of all streams: each event goes into the ring of every subscription that asked for it.
package struct StreamFan: ~Copyable, MatchSink, RecordSink {
    // SAFE: nonisolated(unsafe) is not needed: the fan lives inside its one shard.
    private let hits: UnsafeMutablePointer<RingProducer<Hit>>
    private let records: UnsafeMutablePointer<RingProducer<SectionRecord>>
    private let watched: UnsafeMutablePointer<RingProducer<Read>>
    private let hitSubscriptions: [Subscription]
    private let recordSubscriptions: [Subscription]
    private let watchSubscriptions: [Subscription]
    private let hitWakers: Slab<Waker>
    private let recordWakers: Slab<Waker>
    private let watchWakers: Slab<Waker>
    private let shard: Int
    private var pending = false
    private(set) var counts = StreamCounts()

    package init(_ subscriptions: [Subscription], shard: Int) {
        self.shard = shard
        hitSubscriptions = subscriptions.filter { $0.interests.contains(.hits) }
        recordSubscriptions = subscriptions.filter { $0.interests.contains(.records) }
        watchSubscriptions = subscriptions.filter { $0.watcher != nil }.sorted { $0.watcher! < $1.watcher! }
        hitWakers = Self.wakers(hitSubscriptions)
        recordWakers = Self.wakers(recordSubscriptions)
        watchWakers = Self.wakers(watchSubscriptions)
        hits = .allocate(capacity: max(1, hitSubscriptions.count))
        records = .allocate(capacity: max(1, recordSubscriptions.count))
        watched = .allocate(capacity: max(1, watchSubscriptions.count))
        for (i, s) in hitSubscriptions.enumerated() { (hits + i).initialize(to: s.hits[shard].producer()) }
        for (i, s) in recordSubscriptions.enumerated() { (records + i).initialize(to: s.records[shard].producer()) }
        for (i, s) in watchSubscriptions.enumerated() {
            precondition(s.watcher == i, "watchers are numbered from 0 without gaps")
            (watched + i).initialize(to: s.watchedReads[shard].producer())
        }
    }

    /// Beside the subscriptions, which keep alive what they point at: to publish must not count references.
    private static func wakers(_ subscriptions: [Subscription]) -> Slab<Waker> {
        let wakers = Slab<Waker>(count: max(1, subscriptions.count))
        for (i, subscription) in subscriptions.enumerated() { wakers.base[i] = subscription.parker.waker }
        return wakers
    }

    deinit {
        hits.deinitialize(count: hitSubscriptions.count)
        records.deinitialize(count: recordSubscriptions.count)
        watched.deinitialize(count: watchSubscriptions.count)
        hits.deallocate()
        records.deallocate()
        watched.deallocate()
    }

    package mutating func found(_ hit: borrowing Hit) {
        pending = true
        for i in 0..<hitSubscriptions.count {
            if let slot = hits[i].slot() {
                slot.initialize(to: copy hit)
            } else {
                hitSubscriptions[i].countDrop(shard: shard)
            }
        }
    }

    package mutating func watched(_ read: Read, by watcher: Int) {
        pending = true
        guard watcher < watchSubscriptions.count else { return }
        if let slot = watched[watcher].slot() {
            slot.initialize(to: read)
        } else {
            watchSubscriptions[watcher].countDrop(shard: shard)
        }
    }

    package mutating func recorded(_ record: borrowing SectionRecord) {
        pending = true
        counts.records &+= 1
        if record.isOffence { counts.offences &+= 1 }
        if !record.review.subtracting(.uncertified).isEmpty { counts.reviews &+= 1 }
        for i in 0..<recordSubscriptions.count {
            if let slot = records[i].slot() {
                slot.initialize(to: copy record)
            } else {
                recordSubscriptions[i].countDrop(shard: shard)
            }
        }
    }

    /// Shows the plugins what this turn found, and wakes those that sleep.
    mutating func publish() {
        guard pending else { return }
        pending = false
        for i in 0..<hitSubscriptions.count where hits[i].hasUnpublished {
            hits[i].publish()
            hitWakers.base[i].wake()
        }
        for i in 0..<recordSubscriptions.count where records[i].hasUnpublished {
            records[i].publish()
            recordWakers.base[i].wake()
        }
        for i in 0..<watchSubscriptions.count where watched[i].hasUnpublished {
            watched[i].publish()
            watchWakers.base[i].wake()
        }
    }
}

struct StreamCounts: BitwiseCopyable {
    var records = 0
    var offences = 0
    /// Records that a human must look at (a definition without certificate alone is no reason).
    var reviews = 0
}
