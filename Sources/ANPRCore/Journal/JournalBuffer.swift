import Synchronization

/// What a shard has logged and the disk has not: the bytes between the shard's thread and its journal thread.
///
/// ```
/// position   ... reclaimed ......... flushed by the journal thread ......... sealed ......... cursor of the shard
///                |<-- journal thread reads and writes CRCs ------------------>|<-- shard writes ----->|
/// ```
/// Byte p lies at p modulo the capacity. The shard never writes at or past `limit`. Marks tell the journal thread how
/// far blocks are closed; it moves `reclaimed` and `durable` on.
package final class JournalBuffer: @unchecked Sendable {
    // SAFE: @unchecked Sendable by these rules. 1. Bytes in [sealed, limit) are the shard's, bytes in
    // [page of reclaimed, sealed) the journal thread's. 2. They change hands by a mark in `marks` (release, acquire)
    // and back by `reclaimed` (release, acquire). 3. The rest are atomics.
    let base: UnsafeMutableRawPointer
    let options: JournalOptions
    /// Ends of closed blocks, in order.
    let marks: RingMemory<SealMark>
    /// Entries that hits of this run named for the first time.
    let newEntries: RingMemory<NewEntry>
    let ringCount: Int
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    /// The journal thread sleeps here.
    package let parker = Parker()
    private let room = Parker()
    /// What a shard does that must wait for the disk; nil: it sleeps a little. Set before anyone uses the buffer.
    package nonisolated(unsafe) var onWait: (() -> Void)?

    static let ringsMax = 16
    private static let reclaimedAt = 0
    private static let durableAt = 16
    private static let wantsSealAt = 32
    private static let stalledAt = 48
    private static let ringsAt = 64

    /// `start` is where the log goes on; `rings` is how many feed the shard.
    package init(options: JournalOptions, start: UInt64, rings: Int) {
        options.check()
        precondition(rings <= Self.ringsMax && start & 7 == 0)
        self.options = options
        ringCount = rings
        base = .allocate(byteCount: options.bufferBytes, alignment: JournalLayout.pageBytes)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: options.bufferBytes)
        marks = RingMemory(capacity: 4096)
        newEntries = RingMemory(capacity: 4096)
        let count = Self.ringsAt + Self.ringsMax
        let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 128)
        words = raw.bindMemory(to: Atomic<UInt64>.self, capacity: count)
        for i in 0..<count { (words + i).initialize(to: Atomic(0)) }
        // ORDER: relaxed; nobody else has the object yet.
        words[Self.reclaimedAt].store(start, ordering: .relaxed)
        words[Self.durableAt].store(start, ordering: .relaxed)
    }

    deinit {
        base.deallocate()
        UnsafeMutableRawPointer(words).deallocate()
    }

    @inline(__always)
    func place(_ position: UInt64) -> UnsafeMutableRawPointer {
        base + Int(truncatingIfNeeded: position & UInt64(options.bufferBytes - 1))
    }

    // MARK: Shard

    /// The shard writes below it. By the page: the journal thread writes whole pages and may need what shares the first
    /// with bytes that are on disk already.
    @inline(__always)
    var limit: UInt64 {
        // ORDER: acquire, pairs with the release in `reclaim`: the journal thread is done with the bytes.
        JournalLayout.pageStart(words[Self.reclaimedAt].load(ordering: .acquiring)) &+ UInt64(options.bufferBytes)
    }

    /// Whether the journal thread waits for the open block to be closed.
    @inline(__always)
    var wantsSeal: Bool {
        // ORDER: relaxed; a wish.
        words[Self.wantsSealAt].load(ordering: .relaxed) != 0
    }

    /// The buffer is full in the midst of a turn: rare, and bounded by the disk.
    func waitForDisk() {
        if let onWait { return onWait() }
        room.park(nanoseconds: 50 * .microsecond) { true }
    }

    // MARK: Journal thread

    func wishSeal(_ wish: Bool) {
        // ORDER: relaxed; as in wantsSeal.
        words[Self.wantsSealAt].store(wish ? 1 : 0, ordering: .relaxed)
    }

    /// Everything below is on disk; the shard may write over it.
    func reclaim(_ position: UInt64) {
        // ORDER: release, pairs with the acquire in `limit`.
        words[Self.reclaimedAt].store(position, ordering: .releasing)
    }

    /// Whole groups up to here are on disk, and with them what the rings had given up to their positions.
    func noteDurable(_ mark: SealMark) {
        for ring in 0..<ringCount {
            // ORDER: release, pairs with the acquire in durableRing.
            words[Self.ringsAt + ring].store(mark.rings[ring], ordering: .releasing)
        }
        // ORDER: release, pairs with the acquire in `durable`.
        words[Self.durableAt].store(mark.end, ordering: .releasing)
    }

    func noteStalled(_ isStalled: Bool) {
        // ORDER: relaxed; a state that is shown and acted upon soon.
        words[Self.stalledAt].store(isStalled ? 1 : 0, ordering: .relaxed)
    }

    // MARK: Any thread

    /// The disk takes nothing at the moment (full, or failing).
    package var isStalled: Bool {
        // ORDER: relaxed; as above.
        words[Self.stalledAt].load(ordering: .relaxed) != 0
    }

    /// End of the last group that is on disk: events below may be remembered.
    package var durable: UInt64 {
        // ORDER: acquire, pairs with the release in noteDurable: what is on disk can be read.
        words[Self.durableAt].load(ordering: .acquiring)
    }

    /// Everything that a ring gave before this position of its own is on disk.
    package func durableRing(_ ring: Int) -> UInt64 {
        // ORDER: acquire, pairs with the release in noteDurable.
        words[Self.ringsAt + ring].load(ordering: .acquiring)
    }
}

/// A closed block's end, and how far each ring that feeds the shard had been taken by then.
struct SealMark: BitwiseCopyable {
    var end: UInt64
    /// Whole groups end here or before; equal to `end` unless a group goes on.
    var isGroupEnd: Bool
    var rings: InlineArray<16, UInt64>
}

/// An entry that a hit named, and the block from which on its number stands for it.
struct NewEntry: BitwiseCopyable {
    var entry: UInt32
    var position: UInt64
}
