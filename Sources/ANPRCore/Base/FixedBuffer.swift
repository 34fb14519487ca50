/// A bounded list of trivial elements: what one turn of a thread found. Filled, handed on, emptied.
package struct FixedBuffer<Element: BitwiseCopyable>: ~Copyable, Sendable {
    private let slab: Slab<Element>
    package private(set) var count = 0

    package init(capacity: Int) { slab = Slab(count: capacity) }

    package var capacity: Int { slab.count }
    package var isFull: Bool { count == slab.count }

    /// Appends; a full buffer is a programmer's error, since each is sized for the worst turn.
    @inline(__always)
    package mutating func append(_ element: Element) {
        precondition(count < slab.count, "a turn found more than its buffer was sized for")
        slab.base[count] = element
        count &+= 1  // SAFE: below capacity, checked above
    }

    package mutating func removeAll() { count = 0 }

    /// What was appended; valid until the next change.
    package var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: slab.base, count: count) }
}
