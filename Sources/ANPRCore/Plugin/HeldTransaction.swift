/// What was decided and applied, and is not committed yet.
struct HeldTransaction {
    private(set) var events: LedgerEvents
    private(set) var cursors: [StreamCursor]
    private(set) var clearsSuspect: Bool
    /// The plugin's state after it, for a snapshot.
    var state: [UInt8]?
    /// What of it stood in the host's own account of what is held.
    private(set) var heldEffects = 0
    private(set) var heldBytes = 0

    init(events: LedgerEvents, cursors: [StreamCursor], clearsSuspect: Bool) {
        self.events = events
        self.cursors = cursors
        self.clearsSuspect = clearsSuspect
    }

    /// Nothing was decided: only the place in the streams moved on.
    var isPlaceOnly: Bool { events.isEmpty && state == nil && !clearsSuspect }

    /// The place moved on once more.
    mutating func move(to cursors: [StreamCursor]) { self.cursors = cursors }

    /// One that came after it.
    mutating func append(_ other: HeldTransaction) {
        events.append(contentsOf: other.events)
        cursors = other.cursors
        clearsSuspect = clearsSuspect || other.clearsSuspect
        state = other.state
        heldEffects += other.events.effectCount
        heldBytes += other.events.bytes.count
    }
}
