import CLinux

/// Skeleton to entries, for one shard: a filter word in front of open addressing.
///
/// ```
/// filter  64-bit words; a skeleton sets 4 bits of one word (16 bits an entry: under 1 % pass by accident)
/// slots   entry number + 1, 0 = never used, `removed` = skipped; linear probing, at most half full when built
/// ```
/// Entries of one skeleton (a plate on several lists, its look-alikes) all lie on the probe path of its hash, so one
/// look-up finds exact and look-alike together. The filter settles the reads that no list knows: one line of memory.
///
/// Built by the control plane; from the swap on, owned by its shard, which alone inserts and removes, between batches.
final class BlacklistTable: @unchecked Sendable {
    // SAFE: @unchecked Sendable: one owner at a time; ownership passes with the mailbox message that carries the table.
    private let filterSlab: Slab<UInt64>
    private let slotSlab: Slab<UInt32>
    private(set) var count = 0
    private var used = 0

    static let removed = UInt32.max
    /// Entries that a table can take before it must be built anew, larger.
    let capacity: Int

    /// Room for `entries` and as many again.
    init(entries: Int) {
        var slots = 1024
        while slots < entries * 2 { slots *= 2 }
        slotSlab = Slab(count: slots)
        filterSlab = Slab(count: max(64, slots / 8))
        capacity = slots / 4 * 3
    }

    var view: BlacklistView {
        BlacklistView(
            filter: UnsafePointer(filterSlab.base), filterMask: UInt64(filterSlab.count - 1),
            slots: UnsafePointer(slotSlab.base), slotMask: UInt64(slotSlab.count - 1))
    }

    var bytes: Int { filterSlab.count * 8 + slotSlab.count * 4 }
    /// Slots that are or were in use; what counts against `capacity`, since a probe passes over both.
    var load: Int { used }

    /// False when the table is at its capacity: build a larger one.
    func insert(_ number: UInt32, skeleton: Skeleton) -> Bool {
        guard used < capacity else { return false }
        let hash = spread(skeleton.word)
        let view = self.view
        filterSlab.base[view.filterIndex(hash)] |= BlacklistView.bits(hash)
        var i = Int(hash & view.slotMask)
        while slotSlab.base[i] != 0 { i = (i + 1) & (slotSlab.count - 1) }
        slotSlab.base[i] = number + 1
        count += 1
        used += 1
        return true
    }

    /// False when it is not there.
    func remove(_ number: UInt32, skeleton: Skeleton) -> Bool {
        var i = Int(spread(skeleton.word) & UInt64(slotSlab.count - 1))
        while slotSlab.base[i] != 0 {
            if slotSlab.base[i] == number + 1 {
                slotSlab.base[i] = Self.removed
                count -= 1
                return true
            }
            i = (i + 1) & (slotSlab.count - 1)
        }
        return false
    }

    /// Starts the fetch of the lines that `insert` will touch.
    @inline(__always)
    func prefetchForInsert(_ skeleton: Skeleton) {
        let hash = spread(skeleton.word)
        let view = self.view
        clinux_prefetch_write(filterSlab.base + view.filterIndex(hash))
        clinux_prefetch_write(slotSlab.base + Int(hash & view.slotMask))
    }
}

/// The pointers of a table, as the way of a read holds them in registers.
struct BlacklistView: @unchecked Sendable {
    // SAFE: @unchecked Sendable: lives inside the shard that owns the table.
    let filter: UnsafePointer<UInt64>
    let filterMask: UInt64
    let slots: UnsafePointer<UInt32>
    let slotMask: UInt64

    /// The filter takes the hash's high half, the slots its low half.
    @inline(__always)
    func filterIndex(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: (hash >> 32) & filterMask) }

    @inline(__always)
    static func bits(_ hash: UInt64) -> UInt64 {
        1 &<< (hash & 63) | 1 &<< (hash >> 6 & 63) | 1 &<< (hash >> 12 & 63) | 1 &<< (hash >> 18 & 63)
    }

    /// False: no entry has the skeleton. True: probably one has.
    @inline(__always)
    func mayHold(_ hash: UInt64) -> Bool {
        let bits = Self.bits(hash)
        return filter[filterIndex(hash)] & bits == bits
    }
}
