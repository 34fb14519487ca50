/// How far time has gone for a shard that has nothing to do: the clock's time, but no further past the last read than
/// time has really passed since.
///
/// WHY: what a clock that was set forward would make final, or late, cannot be undone; and after a start the time that
/// the daemon was down must not make late what cameras kept meanwhile.
struct ShardTime: Sendable {
    /// When reads ran out, by the monotonic clock and by theirs; `.min`: they have not.
    private var sinceNs = Nanoseconds.min
    private var fromNs = Nanoseconds.min

    /// Reads came.
    mutating func noteWork() { sinceNs = .min }

    /// `latestNs` is the latest time that the shard has heard of; `.min`: of none.
    mutating func now(wallNs: Nanoseconds, monotonicNs: Nanoseconds, latestNs: Nanoseconds) -> Nanoseconds {
        if sinceNs == .min {
            sinceNs = monotonicNs
            fromNs = latestNs
        }
        guard fromNs != .min else { return wallNs }
        return min(wallNs, fromNs &+ (monotonicNs &- sinceNs) &+ .second)
    }
}
