import CLinux
import Synchronization

/// The receiving end of a ring. Moved into one thread.
///
/// A batch is looked at in place (`poll`), then given back as a whole (`release`).
package struct RingConsumer<Element: BitwiseCopyable>: ~Copyable, Sendable {
    private let memory: RingMemory<Element>
    // SAFE: as RingMemory's rules; the pointers live as long as `memory`.
    private nonisolated(unsafe) let base: UnsafeMutablePointer<Element>
    private nonisolated(unsafe) let head: UnsafeMutablePointer<Atomic<UInt64>>
    private nonisolated(unsafe) let tail: UnsafeMutablePointer<Atomic<UInt64>>
    private let mask: UInt64
    /// The next slot to look at, and how far the producer had come when last looked at.
    package private(set) var position: UInt64 = 0
    private var seenTail: UInt64 = 0

    init(_ memory: RingMemory<Element>) {
        self.memory = memory
        base = memory.base
        head = memory.head
        tail = memory.tail
        mask = UInt64(memory.capacity - 1)
    }

    /// Up to `count` elements that lie side by side, oldest first; empty when there are none. They stay the
    /// consumer's until `release`.
    @inline(__always)
    package mutating func poll(_ count: Int) -> UnsafeBufferPointer<Element> {
        if position == seenTail {
            // ORDER: acquire, pairs with the release in RingProducer.publish: what was written is seen.
            seenTail = tail.pointee.load(ordering: .acquiring)
        }
        let start = position & mask
        let n = min(UInt64(count), seenTail &- position, mask &+ 1 &- start)
        // SAFE: start + n <= capacity.
        return UnsafeBufferPointer(start: base + Int(truncatingIfNeeded: start), count: Int(truncatingIfNeeded: n))
    }

    /// Starts the fetch of up to so many elements that follow the first `count` of the last `poll`: those that the
    /// producer was seen to have published, and lie side by side.
    @inline(__always)
    package func ask(after count: Int, upTo ahead: Int) {
        let start = (position &+ UInt64(count)) & mask
        let n = min(UInt64(ahead), seenTail &- position &- UInt64(count), mask &+ 1 &- start)
        // SAFE: start + n <= capacity.
        let first = base + Int(truncatingIfNeeded: start)
        for i in 0..<Int(truncatingIfNeeded: n) { clinux_prefetch(first + i) }
    }

    /// Gives the first `count` elements of the last `poll` back to the producer.
    @inline(__always)
    package mutating func release(_ count: Int) {
        position &+= UInt64(count)
        // ORDER: release, pairs with the acquire in RingProducer.slot: the elements were read before they are written
        // over.
        head.pointee.store(position, ordering: .releasing)
    }

    /// Whether nothing waits right now.
    @inline(__always)
    package var isEmpty: Bool {
        // ORDER: sequentially consistent; stands after Parker.announce and before the futex wait, and must not move
        // above the announcement: the producer publishes and then looks whether anyone is parked (see Parker).
        position == tail.pointee.load(ordering: .sequentiallyConsistent)
    }
}
