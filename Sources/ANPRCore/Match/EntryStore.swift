import Synchronization

/// All entries, by number, in one run that never moves, so that a shard reads them while the control plane adds more.
///
/// Written by the control plane alone. A shard reads an entry only after a message told it of its number: the
/// mailbox's lock orders the two. The run is addresses for all that there may be (2 GiB); memory comes to them page by
/// page as entries do.
final class EntryStore: @unchecked Sendable {
    // SAFE: @unchecked Sendable by the rule above.
    private let entries = Slab<Entry>(count: Limits.entriesMax, pages: .small)
    private(set) var count = 0
    /// A bit for each number that no list holds any more. Beside the entries, since shards may still read those.
    private var removed: [UInt64] = []
    private var free: [UInt32] = []
    /// A hash of each list's name, by its number.
    private let listMarks = Slab<UInt64>(count: Limits.listsMax)

    /// Before any entry of the list is announced.
    func name(list: UInt16, _ name: String) { listMarks.base[Int(list)] = Self.hash(name) }

    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0
        for byte in text.utf8 { hash = spread(hash ^ UInt64(byte) ^ 0x6c69_7374) }
        return hash
    }

    /// For the way of a read.
    var table: EntryTable { EntryTable(entries: entries.base, listMarks: UnsafePointer(listMarks.base)) }

    /// Stores an entry under a number that no shard knows; nil when `Limits.entriesMax` are there.
    func add(_ entry: Entry) -> UInt32? {
        let number: UInt32
        if let old = free.popLast() {
            number = old
            removed[Int(old >> 6)] &= ~(1 << UInt64(old & 63))
        } else {
            guard count < Limits.entriesMax else { return nil }
            number = UInt32(count)
            count += 1
        }
        slot(number).initialize(to: entry)
        return number
    }

    subscript(number: UInt32) -> Entry {
        precondition(number < count)
        return slot(number).pointee
    }

    func isRemoved(_ number: UInt32) -> Bool {
        let word = Int(number >> 6)
        return word < removed.count && removed[word] >> UInt64(number & 63) & 1 != 0
    }

    /// Marks an entry as gone for the control plane. Shards keep what they see until they are told.
    func markRemoved(_ number: UInt32) {
        precondition(number < count && !isRemoved(number))
        let word = Int(number >> 6)
        while removed.count <= word { removed.append(0) }
        removed[word] |= 1 << UInt64(number & 63)
    }

    /// Gives a number away again. Only when no shard, hit or plugin can still name it.
    func reuse(_ number: UInt32) {
        precondition(isRemoved(number))
        free.append(number)
    }

    var bytes: Int { entries.pageBytes(ofFirst: count) }

    private func slot(_ number: UInt32) -> UnsafeMutablePointer<Entry> {
        table.slot(number)
    }
}

/// A shard's way to the entries.
struct EntryTable: @unchecked Sendable {
    // SAFE: @unchecked Sendable: points into an EntryStore, which its Blacklists keeps for as long as shards run.
    fileprivate let entries: UnsafeMutablePointer<Entry>
    fileprivate let listMarks: UnsafePointer<UInt64>

    /// Names an entry in every run: a hash of its list's name, its mark and its validity.
    func mark(of number: UInt32) -> UInt64 {
        let entry = slot(number).pointee
        let list = listMarks[Int(entry.list)] ^ (UInt64(entry.fromS) << 32 | UInt64(entry.toS))
        return spread(entry.plate.word ^ spread(list))
    }

    @inline(__always)
    func slot(_ number: UInt32) -> UnsafeMutablePointer<Entry> {
        entries + Int(number)  // SAFE: the number came from the store
    }
}
