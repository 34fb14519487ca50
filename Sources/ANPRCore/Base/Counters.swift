import Synchronization

/// Counters of one thread, readable from any: each has one writer, who adds without a locked instruction.
package final class Counters: @unchecked Sendable {
    // SAFE: @unchecked Sendable: the cells are atomics that live as long as the object; `count` never changes.
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    package let count: Int

    package init(count: Int) {
        precondition(count > 0)
        self.count = count
        // Whole line pairs, so that two threads' counters never share one.
        let bytes = (count * MemoryLayout<Atomic<Int>>.stride + 127) & ~127
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128)
        cells = raw.bindMemory(to: Atomic<Int>.self, capacity: count)
        for i in 0..<count { (cells + i).initialize(to: Atomic(0)) }
    }

    deinit { UnsafeMutableRawPointer(cells).deallocate() }

    /// The one writer only.
    @inline(__always)
    package func add(_ value: Int, to index: Int) {
        precondition(index >= 0 && index < count)
        // ORDER: relaxed; one writer, and readers take each counter as a statistic of its own.
        cells[index].store(cells[index].load(ordering: .relaxed) &+ value, ordering: .relaxed)
    }

    /// The one writer only.
    @inline(__always)
    package func set(_ value: Int, at index: Int) {
        precondition(index >= 0 && index < count)
        // ORDER: relaxed; as above.
        cells[index].store(value, ordering: .relaxed)
    }

    package subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count)
        // ORDER: relaxed; a statistic.
        return cells[index].load(ordering: .relaxed)
    }
}
