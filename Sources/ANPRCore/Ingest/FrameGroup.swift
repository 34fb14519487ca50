/// Frames that came together and are taken together, in their order: at most as many as are sealed side by side.
package struct FrameGroup: ~Copyable, Sendable {
    struct Item: BitwiseCopyable {
        var bytes: UnsafeRawBufferPointer
        var source: FrameSource
        /// Which of the caller's datagrams it came in.
        var datagram: Int
        /// Set when it has been taken; nil: it was not refused.
        var refusal: FrameRefusal?
    }

    // SAFE: nonisolated(unsafe): owned memory of whoever holds the group.
    nonisolated(unsafe) let items: UnsafeMutablePointer<Item>
    package private(set) var count = 0

    package init() { items = .allocate(capacity: SealBatch.framesMax) }

    deinit { items.deallocate() }

    @inline(__always)
    package var isFull: Bool { count == SealBatch.framesMax }

    /// The bytes stay where they are until the group has been taken. It is not full.
    @inline(__always)
    package mutating func add(
        _ bytes: UnsafeRawBufferPointer, from source: FrameSource = FrameSource(), datagram: Int = 0
    ) {
        precondition(!isFull)
        (items + count).initialize(to: Item(bytes: bytes, source: source, datagram: datagram, refusal: nil))
        count &+= 1
    }

    package mutating func clear() { count = 0 }

    /// Why a frame was refused, once the group has been taken.
    package func refusal(_ index: Int) -> FrameRefusal? {
        precondition(index < count)
        return items[index].refusal
    }
}
