import CLinux

/// A fixed run of trivial elements in memory of its own, aligned to a cache line, zeroed, never grown.
///
/// Owned by one thread at a time. Not for cold data: an `Array` is kinder there.
package struct Slab<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // SAFE: @unchecked Sendable because the slab is noncopyable: whoever holds it is the only one who does.
    package let base: UnsafeMutablePointer<Element>
    package let count: Int

    /// Huge pages are asked for from 4 MiB on: below that they would only waste.
    package init(count: Int) {
        precondition(count > 0)
        let bytes = count * MemoryLayout<Element>.stride
        let huge = bytes >= 4 << 20
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: huge ? 2 << 20 : 128)
        if huge { _ = clinux_huge_pages(raw, bytes) }
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        base = raw.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    package subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(index >= 0 && index < count)
            return base[index]
        }
        @inline(__always) set {
            precondition(index >= 0 && index < count)
            base[index] = newValue
        }
    }
}
