import CLinux

/// A set of hashes that may take a stranger for a member, and never a member for a stranger: each member has four bits
/// set in one word of 64, one in each quarter.
///
/// A Bloom filter of blocks (Putze, Sanders, Singler 2007) whose block is a word, so that a look-up is one line of
/// memory; and the bits are where a vector finds those of four hashes at once. With 12 to 24 bits a member some 1 % of
/// strangers pass.
struct WordFilter: ~Copyable {
    private let slab: Slab<UInt64>

    /// A power of two of words.
    init(words: Int, pages: SlabPages = .huge) {
        precondition(words.nonzeroBitCount == 1)
        slab = Slab(count: words, pages: pages)
    }

    var view: WordFilterView {
        WordFilterView(clinux_filter(words: UnsafePointer(slab.base), mask: UInt64(slab.count - 1)))
    }

    var bytes: Int { slab.count * 8 }

    func insert(_ hash: UInt64) { slab.base[view.index(hash)] |= WordFilterView.bits(hash) }
}

/// A filter as the way of a read holds it in registers.
struct WordFilterView: @unchecked Sendable {
    // SAFE: @unchecked Sendable: lives inside the owner of the filter.
    private let filter: clinux_filter

    fileprivate init(_ filter: clinux_filter) { self.filter = filter }

    @inline(__always)
    fileprivate func index(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 32 & filter.mask) }

    @inline(__always)
    fileprivate static func bits(_ hash: UInt64) -> UInt64 {
        1 &<< (hash & 15) | 1 &<< (16 + (hash >> 8 & 15)) | 1 &<< (32 + (hash >> 16 & 15))
            | 1 &<< (48 + (hash >> 24 & 15))
    }

    /// Six bits of a hash that neither its bits in a word nor the number of the word depend on.
    @inline(__always)
    static func fingerprint(of hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 4 & 0xf | hash >> 8 & 0x30)
    }

    /// More than the innermost caches hold beside the rest, 64 KiB: ask ahead.
    @inline(__always)
    var isLarge: Bool { filter.mask >= 1 << 13 }

    /// Starts the fetch of a hash's word.
    @inline(__always)
    func ask(_ hash: UInt64) { clinux_prefetch(filter.words + index(hash)) }

    /// False: it is no member.
    @inline(__always)
    func mayHold(_ hash: UInt64) -> Bool { ~filter.words[index(hash)] & Self.bits(hash) == 0 }

    /// A bit for each of up to 64 hashes that may be a member: as `mayHold` of each.
    @inline(__always)
    func mayHold(_ hashes: UnsafePointer<UInt64>, count: Int) -> UInt64 {
        clinux_may_hold(filter, hashes, UInt32(truncatingIfNeeded: count))
    }
}
