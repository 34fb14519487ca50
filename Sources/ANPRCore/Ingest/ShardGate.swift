import CLinux

/// A receiver's ways into the shards: a ring to each, by skeleton.
///
/// A full ring makes the receiver wait (counted): the kernel's socket buffer is the larger store, and what falls out of
/// that is counted as well. A shard waits for nobody, so the wait ends.
package struct ShardGate: ~Copyable, Sendable {
    // SAFE: nonisolated(unsafe): owned by the one receiver that holds the gate.
    private nonisolated(unsafe) let rings: UnsafeMutablePointer<RingProducer<Read>>
    private nonisolated(unsafe) let wakers: UnsafeMutablePointer<Waker>
    /// Keeps alive what `wakers` point at.
    private let parkers: [Parker]
    private let journals: [JournalBuffer]
    private let isSingleThreaded: Bool
    private let count: Int
    private let nap = Parker()
    private let napNs: Nanoseconds
    private(set) var waits = 0

    /// `journals`: of each shard, or none. `isSingleThreaded`: nobody empties a ring while the gate waits.
    package init(
        _ memories: [RingMemory<Read>], _ parkers: [Parker], journals: [JournalBuffer] = [],
        isSingleThreaded: Bool = false
    ) {
        self.journals = journals
        self.isSingleThreaded = isSingleThreaded
        precondition(memories.count == parkers.count && !memories.isEmpty)
        count = memories.count
        napNs = Nanoseconds(memories[0].capacity)
        self.parkers = parkers
        rings = .allocate(capacity: count)
        wakers = .allocate(capacity: count)
        for (i, parker) in parkers.enumerated() { (wakers + i).initialize(to: parker.waker) }
        for (i, memory) in memories.enumerated() { (rings + i).initialize(to: memory.producer()) }
    }

    deinit {
        rings.deinitialize(count: count)
        rings.deallocate()
        wakers.deallocate()
    }

    /// There is one shard, and whatever comes goes there.
    @inline(__always)
    var isSingle: Bool { count == 1 }

    /// Whether a frame's reads can be taken, wherever they go. Waits while a ring is full, as long as its shard goes
    /// on; no longer when the shard's log is stalled: nobody knows until when.
    @inline(__always)
    mutating func hasRoom(reads: Int) -> Bool {
        for shard in 0..<count where !rings[shard].hasRoom(reads) {
            guard waitForRoom(shard: shard, reads: reads) else { return false }
        }
        return true
    }

    @inline(never)
    private mutating func waitForRoom(shard: Int, reads: Int) -> Bool {
        waits += 1
        rings[shard].publish()
        wakers[shard].wake()
        while true {
            for _ in 0..<64 {
                if rings[shard].hasRoom(reads) { return true }
                clinux_pause()
            }
            // The disk takes nothing: the camera sends again.
            if isSingleThreaded || !journals.isEmpty && journals[shard].isStalled { return false }
            rest(shard)
        }
    }

    /// A shard goes on with a full ring. WHY asleep: it may want this very core. WHY a nanosecond a slot: in that time
    /// it takes a tenth of them at the most.
    @inline(never)
    private func rest(_ shard: Int) {
        wakers[shard].wake()
        nap.park(nanoseconds: napNs) { true }
    }

    /// The slot for the next read of a shard; waits while the ring is full.
    @inline(__always)
    mutating func slot(shard: Int) -> UnsafeMutablePointer<Read> {
        if let slot = rings[shard].slot() { return slot }
        return waitForSlot(shard: shard)
    }

    /// Up to so many slots of the only shard, side by side; one at least where `hasRoom` promised as much.
    @inline(__always)
    mutating func slots(_ count: Int) -> UnsafeMutableBufferPointer<Read> { rings[0].claim(count) }

    @inline(never)
    private mutating func waitForSlot(shard: Int) -> UnsafeMutablePointer<Read> {
        waits += 1
        // The shard must see what was written, or it could never make room.
        rings[shard].publish()
        while true {
            for _ in 0..<64 {
                if let slot = rings[shard].slot() { return slot }
                clinux_pause()
            }
            rest(shard)
        }
    }

    @inline(__always)
    func shard(of read: borrowing Read) -> Int {
        guard count > 1 else { return 0 }
        // Texts that are no plate are spread by the text itself.
        let word = read.plate.isNone ? read.text.low ^ read.text.high : read.skeleton.word
        return Skeleton(word: word).shard(of: count)
    }

    /// Of a read that has a plate.
    @inline(__always)
    func shard(of skeleton: Skeleton) -> Int { count > 1 ? skeleton.shard(of: count) : 0 }

    /// Shows the shards everything that was written, and wakes those that sleep.
    package mutating func publish() {
        for shard in 0..<count where rings[shard].hasUnpublished {
            rings[shard].publish()
            wakers[shard].wake()
        }
    }
}
