import Glibc

/// Memory that ends where an inaccessible page begins: one byte read past a frame is a fault, not luck.
struct GuardedBuffer: ~Copyable {
    private let base: UnsafeMutableRawPointer
    private let usable: Int
    private let mapped: Int

    init(atLeast bytes: Int) {
        let page = Int(getpagesize())
        usable = (bytes + page - 1) / page * page
        mapped = usable + page
        let memory = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED, mprotect(memory + usable, page, PROT_NONE) == 0 else {
            preconditionFailure("no memory for the guarded buffer")
        }
        base = memory
    }

    deinit { munmap(base, mapped) }

    /// A copy of the bytes that ends at the guard.
    func place(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        precondition(bytes.count <= usable)
        let start = base + (usable - bytes.count)
        bytes.withUnsafeBytes { if let from = $0.baseAddress { start.copyMemory(from: from, byteCount: bytes.count) } }
        return UnsafeRawBufferPointer(start: start, count: bytes.count)
    }
}
