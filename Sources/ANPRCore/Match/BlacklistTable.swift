import CLinux

/// Skeleton to entries, for one shard: a filter word in front of open addressing.
///
/// ```
/// filter  a `WordFilter` of at least 12 bits an entry: some 1 % pass by accident
/// slots   entry number + 1 in 26 bits, above them 6 bits of the hash; 0 = never used, `removed` = skipped;
///         linear probing, three quarters full when built
/// ```
/// Entries of one skeleton (a plate on several lists, its look-alikes) all lie on the probe path of its hash, so one
/// look-up finds exact and look-alike together. The filter settles the reads that no list knows: one line of memory.
/// What passes it by accident finds on its path hardly a slot with its six bits, so that no entry is looked at.
///
/// Built by the control plane; from the swap on, owned by its shard, which alone inserts and removes, between batches.
final class BlacklistTable: @unchecked Sendable {
    // SAFE: @unchecked Sendable: one owner at a time; ownership passes with the mailbox message that carries the table.
    private let filter: WordFilter
    private let slotSlab: Slab<UInt32>
    private(set) var count = 0
    private var used = 0

    /// Its number is one that no entry has (`Limits.entriesMax`).
    static let removed = BlacklistView.numberMask
    /// Entries that a table can take before it must be built anew, larger.
    let capacity: Int

    /// Room for `entries` and a fifth more.
    init(entries: Int) {
        let slots = max(1024, entries / 3 * 4)
        slotSlab = Slab(count: slots)
        var words = 64
        while words * 64 < entries * 12 { words *= 2 }
        filter = WordFilter(words: words)
        capacity = slots / 10 * 9
    }

    var view: BlacklistView {
        BlacklistView(
            filter: filter.view, slots: UnsafePointer(slotSlab.base), slotCount: UInt64(slotSlab.count))
    }

    var bytes: Int { filter.bytes + slotSlab.count * 4 }
    /// Slots in use, and removed ones; what counts against `capacity`, since a probe passes over both.
    var load: Int { used }

    /// False when the table is at its capacity: build a larger one.
    func insert(_ number: UInt32, skeleton: Skeleton) -> Bool {
        guard used < capacity else { return false }
        let hash = spread(skeleton.word)
        let view = self.view
        filter.insert(hash)
        var i = view.slot(of: hash)
        // WHY a removed one is taken again: a path that is passed over ends only where nothing ever was.
        while slotSlab.base[i] != 0, slotSlab.base[i] != Self.removed { i = view.slot(after: i) }
        used += slotSlab.base[i] == 0 ? 1 : 0
        slotSlab.base[i] = BlacklistView.fingerprint(of: hash) | (number + 1)
        count += 1
        return true
    }

    /// False when it is not there.
    func remove(_ number: UInt32, skeleton: Skeleton) -> Bool {
        let hash = spread(skeleton.word)
        let view = self.view
        let slot = BlacklistView.fingerprint(of: hash) | (number + 1)
        var i = view.slot(of: hash)
        while slotSlab.base[i] != 0 {
            if slotSlab.base[i] == slot {
                slotSlab.base[i] = Self.removed
                count -= 1
                freeRemoved(upTo: i)
                return true
            }
            i = view.slot(after: i)
        }
        return false
    }

    /// Removed slots that nothing follows end a path as well as unused ones do.
    private func freeRemoved(upTo last: Int) {
        guard slotSlab.base[view.slot(after: last)] == 0 else { return }
        var i = last
        while slotSlab.base[i] == Self.removed {
            slotSlab.base[i] = 0
            used -= 1
            i = i == 0 ? slotSlab.count - 1 : i - 1
        }
    }

    /// Starts the fetch of the lines that `insert` will touch.
    @inline(__always)
    func prefetchForInsert(_ skeleton: Skeleton) {
        filter.view.ask(spread(skeleton.word))
        prefetchForRemove(skeleton)
    }

    /// Starts the fetch of the line that `remove` will touch: a filter forgets nothing.
    @inline(__always)
    func prefetchForRemove(_ skeleton: Skeleton) {
        clinux_prefetch(slotSlab.base + view.slot(of: spread(skeleton.word)))
    }
}

/// The pointers of a table, as the way of a read holds them in registers.
struct BlacklistView: @unchecked Sendable {
    // SAFE: @unchecked Sendable: lives inside the shard that owns the table.
    let filter: WordFilterView
    let slots: UnsafePointer<UInt32>
    let slotCount: UInt64

    /// The part of a slot that names an entry.
    static let numberMask: UInt32 = 1 << 26 - 1

    /// Its six bits, above the number.
    @inline(__always)
    static func fingerprint(of hash: UInt64) -> UInt32 { WordFilterView.fingerprint(of: hash) << 26 }

    /// Where the path of a hash begins: its place in the table is as its place among all hashes.
    @inline(__always)
    func slot(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash.multipliedFullWidth(by: slotCount).high) }

    @inline(__always)
    func slot(after slot: Int) -> Int { slot &+ 1 == Int(truncatingIfNeeded: slotCount) ? 0 : slot &+ 1 }
}
