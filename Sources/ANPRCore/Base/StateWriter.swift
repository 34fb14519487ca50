/// Flat bytes that a state is saved to: numbers as they lie in memory, one after the other, unaligned. Cold.
package struct StateWriter: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var count = 0

    /// `capacity`: bytes that are there from the start; more come as they are needed.
    package init(capacity: Int = 4096) {
        self.capacity = max(16, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    /// What was put so far; until the next `put`.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    package consuming func array() -> [UInt8] { Array(bytes) }

    /// The memory, which is the caller's to free, and how much of it was put.
    consuming func release() -> (memory: UnsafeMutableRawBufferPointer, count: Int) {
        let released = (UnsafeMutableRawBufferPointer(start: base, count: capacity), count)
        discard self
        return released
    }

    package mutating func put<T: BitwiseCopyable>(_ value: T) {
        withUnsafeBytes(of: value) { append($0) }
    }

    package mutating func put<T: BitwiseCopyable>(_ first: UnsafePointer<T>, count: Int) {
        append(UnsafeRawBufferPointer(UnsafeBufferPointer(start: first, count: count)))
    }

    /// At most eight characters that the reader expects at this place, so that what does not fit has a name.
    package mutating func mark(_ tag: StaticString) { put(Self.word(tag)) }

    static func word(_ tag: StaticString) -> UInt64 {
        precondition(tag.utf8CodeUnitCount <= 8)
        var word: UInt64 = 0
        for i in 0..<tag.utf8CodeUnitCount { word |= UInt64(tag.utf8Start[i]) << UInt64(8 * i) }
        return word
    }

    private mutating func append(_ more: UnsafeRawBufferPointer) {
        guard let from = more.baseAddress, more.count > 0 else { return }
        if capacity - count < more.count { grow(to: count + more.count) }
        (base + count).copyMemory(from: from, byteCount: more.count)
        count += more.count
    }

    private mutating func grow(to least: Int) {
        capacity = max(least, capacity * 2)
        let wider = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        wider.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = wider
    }
}
