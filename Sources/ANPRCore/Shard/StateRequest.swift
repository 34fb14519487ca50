import Synchronization

/// The keeper asks a shard for its state; the shard gives it between two turns.
package final class StateRequest: Sendable {
    private let wanted = Atomic<Bool>(false)
    private let given = Mutex<ShardState?>(nil)

    package init() {}

    /// Keeper.
    package func ask() {
        // ORDER: relaxed; the flag carries nothing else.
        wanted.store(true, ordering: .relaxed)
    }

    /// Shard: one load a turn.
    @inline(__always)
    var isWanted: Bool {
        // ORDER: relaxed; as in ask.
        wanted.load(ordering: .relaxed)
    }

    /// Shard: in the place of one that nobody took.
    func give(_ state: ShardState) {
        // ORDER: relaxed; the state itself is guarded by its lock.
        wanted.store(false, ordering: .relaxed)
        given.withLock { $0 = state }
    }

    /// Keeper: nil until it is there.
    package func take() -> ShardState? {
        given.withLock {
            let state = $0
            $0 = nil
            return state
        }
    }
}
