import Synchronization

/// A bounded queue from one thread to one other, of trivial elements in flat memory.
///
/// ```
/// cursors   | head (128 bytes) | tail (128 bytes) |        each alone on its line pair, so that neither
/// elements  | 0 | 1 | ... | capacity - 1 |                 side's store takes the other's line away
/// ```
/// Positions count up for ever and index modulo the capacity. The producer owns `tail` and the slots in
/// head + capacity > position >= tail; the consumer owns `head` and the slots in tail > position >= head.
/// Several receivers feed one shard through one ring each: no compare-and-swap, no slot flags, nothing to retry.
/// When a ring is full `RingProducer.slot()` says so; what then happens is the caller's decision, never the ring's.
package final class RingMemory<Element: BitwiseCopyable>: @unchecked Sendable {
    // SAFE: @unchecked Sendable by these rules. 1. `base` is written only by the producer, in slots between tail and
    // head + capacity; 2. read only by the consumer, between head and tail; 3. a slot changes hands only by the
    // release store of a cursor and the acquire load on the other side; 4. each end is made once, and is noncopyable.
    let base: UnsafeMutablePointer<Element>
    let head: UnsafeMutablePointer<Atomic<UInt64>>
    let tail: UnsafeMutablePointer<Atomic<UInt64>>
    package let capacity: Int
    private let elements: Slab<Element>
    private let cursors: UnsafeMutableRawPointer
    private let ends = Atomic<UInt8>(0)

    package init(capacity: Int, pages: SlabPages = .huge) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a ring's capacity is a power of two")
        self.capacity = capacity
        elements = Slab(count: capacity, pages: pages)
        base = elements.base
        cursors = .allocate(byteCount: 256, alignment: 128)
        head = cursors.bindMemory(to: Atomic<UInt64>.self, capacity: 1)
        tail = (cursors + 128).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
        head.initialize(to: Atomic(0))
        tail.initialize(to: Atomic(0))
    }

    deinit { cursors.deallocate() }

    /// The sending end; once.
    package func producer() -> RingProducer<Element> {
        // ORDER: relaxed; only the count of calls matters, and the end is handed to its thread by the thread's start.
        precondition(ends.bitwiseOr(1, ordering: .relaxed).oldValue & 1 == 0, "a ring has one producer")
        return RingProducer(self)
    }

    /// The receiving end; once.
    package func consumer() -> RingConsumer<Element> {
        // ORDER: relaxed; as in producer().
        precondition(ends.bitwiseOr(2, ordering: .relaxed).oldValue & 2 == 0, "a ring has one consumer")
        return RingConsumer(self)
    }

    /// How far the producer has published, seen from any thread.
    package var published: UInt64 {
        // ORDER: acquire, pairs with the release in RingProducer.publish.
        tail.pointee.load(ordering: .acquiring)
    }

    /// How many elements wait, seen from any thread; exact only when nobody moves.
    package var backlog: Int {
        // ORDER: relaxed; a statistic. Head first: it may only grow meanwhile, so the difference is never negative.
        let h = head.pointee.load(ordering: .relaxed)
        return Int(clamping: Int64(bitPattern: tail.pointee.load(ordering: .relaxed) &- h))
    }
}
