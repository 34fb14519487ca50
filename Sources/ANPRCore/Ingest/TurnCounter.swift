import Synchronization

/// Says whether a receiver is in the midst of a turn: odd while reads that it has marked as come may not be in a ring
/// yet.
///
/// ORDER: a receiver counts up, marks windows under their claims, publishes its rings, counts up. Whoever saw a mark
/// under the claim sees at least the first count; once the counter has moved on from an odd value (acquire, pairs
/// with the release in `end`), the rings' tails include the read.
package final class TurnCounter: Sendable {
    private let word = Atomic<UInt64>(0)

    package init() {}

    @inline(__always)
    package func begin() {
        // ORDER: relaxed; it stands before the claims of the turn, whose release makes it visible with the marks.
        word.store(word.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    @inline(__always)
    package func end() {
        // ORDER: release; after the rings were published.
        word.store(word.load(ordering: .relaxed) &+ 1, ordering: .releasing)
    }

    /// Pairs with `isOver`.
    var now: UInt64 {
        // ORDER: acquire; as described above.
        word.load(ordering: .acquiring)
    }

    /// Whether the turn that was under way at a count has ended.
    func isOver(since count: UInt64) -> Bool { count & 1 == 0 || now != count }
}
