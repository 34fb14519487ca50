/// Tells when every read that receivers had marked as come by some moment is on disk.
///
/// In this order: note in which turns the receivers are; when each of those has ended, note the rings' tails; wait
/// until the logs are durable beyond them. Knows no clock and waits for nothing itself.
struct DurabilityFence {
    /// By receiver, then shard.
    private let rings: [[RingMemory<Read>]]
    private let turns: [TurnCounter]
    /// By shard.
    private let journals: [JournalBuffer]

    /// A moment, on its way to disk.
    struct Mark {
        fileprivate var turns: [UInt64]
        /// By receiver, then shard; empty until every turn has ended.
        fileprivate var tails: [UInt64] = []
    }

    init(rings: [[RingMemory<Read>]], turns: [TurnCounter], journals: [JournalBuffer]) {
        precondition(rings.count == turns.count && rings.allSatisfy { $0.count == journals.count })
        self.rings = rings
        self.turns = turns
        self.journals = journals
    }

    /// After what was noted under the cameras' claims.
    func mark() -> Mark { Mark(turns: turns.map(\.now)) }

    /// Once the turns have ended that were under way at the mark, the tails are noted: call it soon and often.
    func follow(_ mark: inout Mark) {
        guard mark.tails.isEmpty else { return }
        for (turn, count) in zip(turns, mark.turns) where !turn.isOver(since: count) { return }
        mark.tails = rings.flatMap { $0.map(\.published) }
    }

    func isDurable(_ mark: Mark) -> Bool {
        guard !mark.tails.isEmpty else { return false }
        var at = 0
        for receiver in rings.indices {
            for journal in journals {
                if journal.durableRing(receiver) < mark.tails[at] { return false }
                at += 1
            }
        }
        return true
    }
}
