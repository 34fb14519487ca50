/// Which of a camera's last `Limits.windowReads` sequences have come: a bit each, in place (RFC 4303 3.4.3, RFC 6479).
///
/// Covers next - windowReads ..< next, `next` being one past the highest seen. A view on memory that its owner keeps.
struct SequenceWindow {
    /// `Limits.windowReads` bits; sequence s at bit s modulo windowReads.
    let words: UnsafeMutablePointer<UInt64>

    static let wordCount = Limits.windowReads / 64

    /// The first sequence that is covered.
    static func begin(next: UInt32) -> UInt32 { next - min(next, UInt32(Limits.windowReads)) }

    /// Where a sequence's bit stands.
    @inline(__always)
    func word(of sequence: UInt32) -> UnsafeMutablePointer<UInt64> {
        words + (Int(sequence) & (Limits.windowReads - 1)) >> 6
    }

    /// What a frame's sequences are to a window.
    enum Verdict {
        /// Bit i: read i is new. At least one is.
        case new(UInt64)
        /// Every read came before.
        case duplicate
        /// Too old to tell.
        case replay
    }

    /// What first ..< first + count are, without changing anything. `count` is at most 64.
    @inline(__always)
    func judge(first: UInt32, count: Int, next: UInt32) -> Verdict {
        let end = UInt64(first) &+ UInt64(count)
        if UInt64(first) &+ UInt64(Limits.windowReads) < UInt64(max(next, UInt32(truncatingIfNeeded: end))) {
            return .replay
        }
        let all = UInt64.max >> UInt64(64 &- count)
        if first >= next { return .new(all) }
        var seen = bits(from: first) & all
        // Sequences from `next` on have not come: their bits are left over from a window's length ago.
        if end > UInt64(next) { seen &= UInt64.max >> UInt64(64 &- Int(next &- first)) }
        let fresh = all & ~seen
        return fresh == 0 ? .duplicate : .new(fresh)
    }

    /// Notes first ..< first + count as come and moves `next`.
    @inline(__always)
    func mark(first: UInt32, count: Int, next: inout UInt32) {
        let end = first &+ UInt32(count)  // SAFE: the decoder refuses frames whose sequences wrap
        if end > next {
            clear(from: next, count: Int(end &- next))
            next = end
        }
        let at = Int(first) & (Limits.windowReads - 1)
        let shift = UInt64(at & 63)
        let all = UInt64.max >> UInt64(64 &- count)
        words[at >> 6] |= all &<< shift
        if Int(shift) &+ count > 64 { words[((at >> 6) &+ 1) & (Self.wordCount - 1)] |= all &>> (64 &- shift) }
    }

    /// Sequences up to `end` exist, though none of them has come.
    func extend(to end: UInt32, next: inout UInt32) {
        guard end > next else { return }
        clear(from: next, count: Int(end &- next))
        next = end
    }

    /// The first sequence from `first` on that has not come; `next` when there is none.
    func firstMissing(from first: UInt32, next: UInt32) -> UInt32 {
        var at = first
        while at < next {
            let holes = ~bits(from: at)
            if holes != 0 { return min(next, at &+ UInt32(holes.trailingZeroBitCount)) }
            at = next &- at > 64 ? at &+ 64 : next
        }
        return next
    }

    /// The first sequence from `first` on that has come; `next` when there is none.
    func firstCome(from first: UInt32, next: UInt32) -> UInt32 {
        var at = first
        while at < next {
            let come = bits(from: at)
            if come != 0 { return min(next, at &+ UInt32(come.trailingZeroBitCount)) }
            at = next &- at > 64 ? at &+ 64 : next
        }
        return next
    }

    func reset() { words.update(repeating: 0, count: Self.wordCount) }

    /// The 64 bits from a sequence on.
    @inline(__always)
    private func bits(from first: UInt32) -> UInt64 {
        let at = Int(first) & (Limits.windowReads - 1)
        let shift = UInt64(at & 63)
        let low = words[at >> 6] &>> shift
        if shift == 0 { return low }
        return low | words[((at >> 6) &+ 1) & (Self.wordCount - 1)] &<< (64 &- shift)
    }

    private func clear(from first: UInt32, count: Int) {
        guard count < Limits.windowReads else { return reset() }
        var at = Int(first) & (Limits.windowReads - 1)
        var left = count
        while left > 0 {
            let bit = at & 63
            let n = min(64 - bit, left)
            words[at >> 6] &= ~((UInt64.max >> UInt64(64 - n)) << UInt64(bit))
            at = (at + n) & (Limits.windowReads - 1)
            left -= n
        }
    }
}
