/// A plate with the characters that OCR confuses folded together (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B).
///
/// Two plates look alike exactly if their skeletons are equal. Packed as a plate is; reads are routed to
/// shards by it, so that a plate and its look-alikes meet in one shard.
package struct Skeleton: BitwiseCopyable, Hashable, Sendable {
    package let word: UInt64

    @inline(__always)
    package init(word: UInt64) { self.word = word }

    /// The shard of `shards` that everything of this skeleton belongs to.
    @inline(__always)
    package func shard(of shards: Int) -> Int {
        // SAFE: the product's high half is below `shards`.
        Int(truncatingIfNeeded: spread(word).multipliedFullWidth(by: UInt64(shards)).high)
    }
}
