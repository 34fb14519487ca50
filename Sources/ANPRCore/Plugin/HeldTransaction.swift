/// What was decided and applied, and is not committed yet.
struct HeldTransaction {
    private(set) var events: LedgerEvents
    private(set) var cursors: [StreamCursor]
    /// Up to where the events of other plugins were heard, of those whose place moved on.
    private(set) var heard: [String: EventPlace]
    private(set) var clearsSuspect: Bool
    /// The plugin's state after it, for a snapshot.
    var state: [UInt8]?
    /// Told once it is durable.
    var replies: [() -> Void] = []
    /// What of it stood in the host's own account of what is held.
    private(set) var heldEffects = 0
    private(set) var heldBytes = 0

    init(
        events: LedgerEvents, cursors: [StreamCursor], heard: [String: EventPlace] = [:], clearsSuspect: Bool = false
    ) {
        self.events = events
        self.cursors = cursors
        self.heard = heard
        self.clearsSuspect = clearsSuspect
    }

    /// Nothing was decided: only the places in the streams and in others' events moved on.
    var isPlaceOnly: Bool { events.isEmpty && state == nil && !clearsSuspect && replies.isEmpty }

    /// The places moved on once more.
    mutating func move(to cursors: [StreamCursor], heard: [String: EventPlace]) {
        self.cursors = cursors
        self.heard.merge(heard) { $1 }
    }

    /// One that came after it.
    mutating func append(_ other: HeldTransaction) {
        events.append(contentsOf: other.events)
        move(to: other.cursors, heard: other.heard)
        clearsSuspect = clearsSuspect || other.clearsSuspect
        state = other.state
        replies += other.replies
        heldEffects += other.events.effectCount
        heldBytes += other.events.bytes.count
    }

    /// How far others were heard, as events: it is written once a transaction.
    mutating func closePlaces() {
        for (origin, place) in heard.sorted(by: { $0.key < $1.key }) {
            events.add(LedgerEvent.heard) {
                $0.append(text: origin)
                $0.append(number: place.transaction)
                $0.append(number: place.index)
            }
        }
    }
}
