/// A read of a batch that passed a filter, and which: only what may hold it is looked into.
struct MatchCandidate: BitwiseCopyable {
    private let word: UInt16

    private static let listsBit: UInt16 = 1 << 14
    private static let patternsBit: UInt16 = 1 << 15

    // SAFE: a batch has fewer than 2^14 reads.
    @inline(__always)
    init(read index: Int, mayBeListed: Bool, mayMatchPattern: Bool) {
        word =
            UInt16(truncatingIfNeeded: index) | (mayBeListed ? Self.listsBit : 0)
            | (mayMatchPattern ? Self.patternsBit : 0)
    }

    /// Its place in the batch.
    @inline(__always)
    var index: Int { Int(word & (Self.listsBit - 1)) }

    @inline(__always)
    var mayBeListed: Bool { word & Self.listsBit != 0 }

    @inline(__always)
    var mayMatchPattern: Bool { word & Self.patternsBit != 0 }
}
