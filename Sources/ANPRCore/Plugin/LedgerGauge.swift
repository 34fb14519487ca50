import Synchronization

/// How far a plugin's ledger is on disk: its host moves it on, those who hear its plugin read it.
package final class LedgerGauge: Sendable {
    private let number = Atomic<UInt64>(0)
    private let wakes = Mutex<[@Sendable () -> Void]>([])
    /// Up to which transaction each of those who hear the plugin has heard it, for good.
    private let hearers = Mutex<[String: UInt64]>([:])

    package init() {}

    /// The last transaction that is on disk for good.
    package var committed: UInt64 {
        // ORDER: acquire, pairs with the release in `advance`: the files hold all up to it.
        number.load(ordering: .acquiring)
    }

    /// Called on the host's thread after each commit.
    package func wakeOnCommit(_ wake: @escaping @Sendable () -> Void) { wakes.withLock { $0.append(wake) } }

    /// Any thread: one who hears the plugin has committed how far. It must be known before the plugin's thread starts.
    package func noteHeard(by hearer: String, through transaction: UInt64) {
        hearers.withLock { $0[hearer] = transaction }
    }

    /// The host: what all have heard.
    var heardThrough: UInt64 { hearers.withLock { $0.values.min() ?? .max } }

    /// The host.
    func advance(to committed: UInt64) {
        // ORDER: relaxed; only the host's thread stores.
        guard number.load(ordering: .relaxed) != committed else { return }
        // ORDER: release; pairs with the acquire in `committed`.
        number.store(committed, ordering: .releasing)
        for wake in wakes.withLock({ $0 }) { wake() }
    }
}
