/// A quota for each address that sends, in memory of a fixed size: whoever floods pays for it, whatever camera he
/// names.
///
/// Each address has a bucket by its hash. Two that meet share one, and so the quota: with 4,096 slots and 1,500 senders
/// that is a third of them, so a quota leaves room for two. An address is not written down: a bucket that is full again
/// is as good as new for whoever comes next, which is all that taking a slot over could mean. The hash has no secret:
/// who can forge addresses needs no collision to use up somebody's quota, he can take that address itself. Tags tell
/// frames apart; this only bounds what is spent on looking at them. Owned by one thread.
package struct SourceQuota: ~Copyable {
    private let buckets: Slab<TokenBucket>
    private let shift: UInt64
    package let quota: FrameQuota

    package static let slots = 4096

    /// `slots` is a power of two.
    package init(_ quota: FrameQuota, slots: Int = slots) {
        precondition(slots >= 2 && slots & (slots - 1) == 0)
        self.quota = quota
        shift = UInt64(64 - slots.trailingZeroBitCount)
        buckets = Slab(count: slots)
    }

    /// Whether a frame of this IPv4 address may be looked at.
    @inline(__always)
    package mutating func admits(address: UInt32, nowNs: Nanoseconds) -> Bool {
        (buckets.base + slot(of: address)).pointee.admits(quota, nowNs: nowNs)
    }

    @inline(__always)
    func slot(of address: UInt32) -> Int {
        // SAFE: the hash's highest bits, as many as number the slots.
        Int(truncatingIfNeeded: spread(UInt64(address)) &>> shift)
    }
}
