import CLinux
import Glibc

/// A fixed run of trivial elements in memory of its own, aligned to a cache line, zeroed, never grown.
///
/// Owned by one thread at a time. Not for cold data: an `Array` is kinder there.
package struct Slab<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // SAFE: @unchecked Sendable because the slab is noncopyable: whoever holds it is the only one who does.
    package let base: UnsafeMutablePointer<Element>
    package let count: Int

    /// Zeroed. From 1 MiB on the pages come from the system and cost nothing until they are touched, unless they are to
    /// be ready; from 4 MiB on huge pages are asked for, if they are wanted: below that they would only waste.
    package init(count: Int, pages: SlabPages = .huge) {
        precondition(count > 0)
        let bytes = count * MemoryLayout<Element>.stride
        let raw: UnsafeMutableRawPointer
        if bytes >= Self.mappedBytesMin {
            raw = MappedMemory.map(bytes)
            if pages == .huge, bytes >= 4 << 20 { _ = clinux_huge_pages(raw, bytes) }
            // WHY no error: a kernel before 5.14 does not know it, and they come when they are touched.
            if pages == .ready { _ = clinux_touch_pages(raw, min(bytes, Self.readyBytesMax)) }
        } else {
            raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128)
            raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        }
        base = raw.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    deinit {
        let bytes = count * MemoryLayout<Element>.stride
        if bytes >= Self.mappedBytesMin {
            MappedMemory.unmap(base, bytes)
        } else {
            UnsafeMutableRawPointer(base).deallocate()
        }
    }

    /// Bytes of the whole pages that the first so many elements of a large slab lie in.
    package func pageBytes(ofFirst count: Int) -> Int { MappedMemory.rounded(count * MemoryLayout<Element>.stride) }

    private static var mappedBytesMin: Int { 1 << 20 }
    private static var readyBytesMax: Int { 64 << 20 }

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

/// What memory of a size that huge pages suit is made of.
package enum SlabPages {
    /// For what is touched all over: few misses of addresses. The first touch of each clears 2 MiB, which has held a
    /// shard up for 1 to 9 ms on a virtual machine.
    case huge
    /// For what a thread on the way of a read goes through slowly, and may never come to the end of.
    case small
    /// For what a thread on the way of a read goes round in: the pages are there from the start, up to 64 MiB of them.
    /// On a virtual machine a page that is touched for the first time costs up to 14 us.
    case ready
}

/// Zeroed pages from the system, aligned to 2 MiB so that huge pages fit.
private enum MappedMemory {
    private static let alignment = 2 << 20

    /// Running out of memory at start-up is the end of the program, with a word.
    static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
        let length = rounded(bytes) + alignment
        let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let base, base != MAP_FAILED else { preconditionFailure("out of memory: \(bytes) bytes") }
        let aligned = UnsafeMutableRawPointer(
            bitPattern: (UInt(bitPattern: base) + UInt(alignment) - 1) & ~(UInt(alignment) - 1))!
        // Give back what stands over at both ends.
        let before = aligned - base
        if before > 0 { munmap(base, before) }
        let after = length - before - rounded(bytes)
        if after > 0 { munmap(aligned + rounded(bytes), after) }
        return aligned
    }

    static func unmap(_ base: UnsafeMutableRawPointer, _ bytes: Int) { munmap(base, rounded(bytes)) }

    static func rounded(_ bytes: Int) -> Int { (bytes + 4095) & ~4095 }
}
