/// The bounds of a plugin's host.
package struct PluginHostSettings: Sendable {
    package var effects = EffectSettings()
    /// Transactions between two snapshots, at least; and no snapshot before as many bytes were written as the last
    /// took.
    package var snapshotTransactions: UInt64 = 4096
    package var ledgerFileBytes = 64 << 20
    /// Whether history that the plugin wants forgotten is deleted: only where all who hear it are known, and at most
    /// once in each pause, since each time the state is saved twice.
    package var forgetsHistory = false
    package var forgetPauseNs: Nanoseconds = .hour
    /// Places alone, without an event, are written this seldom: after a crash, at most so much comes again for nothing.
    package var cursorPauseNs: Nanoseconds = .second
    /// Events decided that wait for the journal.
    package var heldBytesMax = 64 << 20
    package var batchMax = 1024
    /// Times that a process dies of one event until the event is set aside.
    package var deathsMax = 3
    /// Events handed over one by one after the place where a process died: what was not durable then comes again, and
    /// perhaps a little later.
    package var singlesPast = 4096

    /// At the end, for effects that are under way.
    package var stopNs: Nanoseconds = 5 * .second

    package init() {}
}
