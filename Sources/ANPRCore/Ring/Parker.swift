import CLinux
import Synchronization

/// Where a consumer thread sleeps when its rings are empty, and how producers wake it.
///
/// The consumer announces that it parks, looks once more, and only then sleeps. A producer publishes, and then looks
/// whether anyone parks. The two stores precede the two loads in one total order, so at least one side sees the other:
/// no wake-up is lost. Producers pay one fence a batch, and a system call only when someone sleeps.
package final class Parker: @unchecked Sendable {
    // SAFE: @unchecked Sendable: the one field is a pointer to an atomic that lives as long as the object.
    private let word: UnsafeMutablePointer<Atomic<UInt32>>

    fileprivate static let awake: UInt32 = 0
    fileprivate static let parked: UInt32 = 1

    package init() {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
        word = raw.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        word.initialize(to: Atomic(Self.awake))
    }

    deinit { UnsafeMutableRawPointer(word).deallocate() }

    /// Consumer: sleeps until woken, at most `nanoseconds`, unless `isIdle` turns out false after the announcement.
    package func park(nanoseconds: Int64, isIdle: () -> Bool) {
        // ORDER: sequentially consistent; before the look at the rings in `isIdle`, see the type's comment.
        word.pointee.store(Self.parked, ordering: .sequentiallyConsistent)
        if isIdle() {
            _ = UnsafeRawPointer(word).withMemoryRebound(to: UInt32.self, capacity: 1) {
                clinux_futex_wait($0, Self.parked, nanoseconds)
            }
        }
        // ORDER: relaxed; a wake-up that is left over costs a system call of the producer, nothing else.
        word.pointee.store(Self.awake, ordering: .relaxed)
    }

    /// The producers' side, for as long as the parker lives.
    package var waker: Waker { Waker(word: word) }

    package func wake() { waker.wake() }
}

/// How a producer wakes a parked consumer: a plain pointer, so that the way of a read counts no references.
package struct Waker: BitwiseCopyable, @unchecked Sendable {
    // SAFE: @unchecked Sendable: points at the atomic of a Parker, which the holder keeps alive.
    fileprivate let word: UnsafeMutablePointer<Atomic<UInt32>>

    /// After publishing: wakes the consumer if it sleeps or is about to.
    @inline(__always)
    package func wake() {
        // ORDER: the fence stands between the publishing store and this load; see the type's comment.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        // ORDER: relaxed; ordered by the fence.
        if word.pointee.load(ordering: .relaxed) == Parker.parked { wakeSleeper() }
    }

    @inline(never)
    private func wakeSleeper() {
        // ORDER: relaxed; the futex call itself orders.
        word.pointee.store(Parker.awake, ordering: .relaxed)
        _ = UnsafeRawPointer(word).withMemoryRebound(to: UInt32.self, capacity: 1) { clinux_futex_wake($0, 1) }
    }
}
