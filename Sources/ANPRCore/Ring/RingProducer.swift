import Synchronization

/// The sending end of a ring. Moved into one thread; nothing of it is shared but the cursors.
///
/// Slots are filled in place (`slot`), and become visible together (`publish`): one release store a batch.
package struct RingProducer<Element: BitwiseCopyable>: ~Copyable, Sendable {
    private let memory: RingMemory<Element>
    // SAFE: as RingMemory's rules; the pointers live as long as `memory`.
    private nonisolated(unsafe) let base: UnsafeMutablePointer<Element>
    private nonisolated(unsafe) let head: UnsafeMutablePointer<Atomic<UInt64>>
    private nonisolated(unsafe) let tail: UnsafeMutablePointer<Atomic<UInt64>>
    private let mask: UInt64
    /// The next slot to fill, and how far the consumer had come when last looked at.
    private var position: UInt64 = 0
    private var seenHead: UInt64 = 0
    private var published: UInt64 = 0

    init(_ memory: RingMemory<Element>) {
        self.memory = memory
        base = memory.base
        head = memory.head
        tail = memory.tail
        mask = UInt64(memory.capacity - 1)
    }

    /// The next free slot, to be filled before `publish`; nil when the ring is full.
    @inline(__always)
    package mutating func slot() -> UnsafeMutablePointer<Element>? {
        if position &- seenHead > mask {
            // ORDER: acquire, pairs with the release in RingConsumer.release: the consumer is done with the slots
            // before head, so they may be written again.
            seenHead = head.pointee.load(ordering: .acquiring)
            if position &- seenHead > mask { return nil }
        }
        let slot = base + Int(truncatingIfNeeded: position & mask)  // SAFE: masked below the capacity
        position &+= 1
        return slot
    }

    /// Whether so many slots are free.
    @inline(__always)
    package mutating func hasRoom(_ count: Int) -> Bool {
        if position &+ UInt64(count) &- seenHead <= mask &+ 1 { return true }
        // ORDER: acquire, as in slot().
        seenHead = head.pointee.load(ordering: .acquiring)
        return position &+ UInt64(count) &- seenHead <= mask &+ 1
    }

    /// Up to `count` free slots that lie side by side, to be filled before `publish`; empty when the ring is full.
    @inline(__always)
    package mutating func claim(_ count: Int) -> UnsafeMutableBufferPointer<Element> {
        let capacity = mask &+ 1
        if position &+ UInt64(count) &- seenHead > capacity {
            // ORDER: acquire, as in slot().
            seenHead = head.pointee.load(ordering: .acquiring)
        }
        let free = capacity &- (position &- seenHead)
        let start = position & mask
        let n = min(UInt64(count), free, capacity &- start)
        position &+= n
        // SAFE: start + n <= capacity.
        return UnsafeMutableBufferPointer(
            start: base + Int(truncatingIfNeeded: start), count: Int(truncatingIfNeeded: n))
    }

    /// Whether `publish` would show the consumer anything new.
    package var hasUnpublished: Bool { position != published }

    /// Makes every slot taken since the last call visible to the consumer.
    @inline(__always)
    package mutating func publish() {
        published = position
        // ORDER: release, pairs with the acquire in RingConsumer.poll: the slots are written before they are seen.
        tail.pointee.store(position, ordering: .releasing)
    }

    /// Fills one slot and publishes it; false when the ring is full.
    @inline(__always)
    package mutating func push(_ element: Element) -> Bool {
        guard let slot = slot() else { return false }
        slot.initialize(to: element)
        publish()
        return true
    }
}
