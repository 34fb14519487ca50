/// A ledger as anybody can read it beside a running daemon: nothing of it is changed.
package enum LedgerCopy {
    /// A new plugin gets the state that its ledger has on disk.
    package static func restore(_ plugin: any Plugin, from storage: any LedgerStorage, shards: Int) throws {
        var recovery = try LedgerRecovery(storage, shards: shards, changesNothing: true)
        try recovery.run { snapshot in
            try snapshot.state.withUnsafeBytes { try plugin.restore($0, version: snapshot.stateVersion) }
        } apply: { _, event in
            if !event.isOfHost { try plugin.apply(event) }
        }
    }

    /// What the plugin told others, from the beginning.
    package static func events(
        of plugin: String, _ storage: any LedgerStorage, shards: Int, _ body: (DomainEvent) throws -> Void
    ) throws {
        var place = EventPlace()
        var recovery = try LedgerRecovery(storage, shards: shards, changesNothing: true, usesSnapshots: false)
        try recovery.run { _ in
        } apply: { number, event in
            place = EventPlace(transaction: number, index: place.transaction == number ? place.index + 1 : 0)
            if let told = DomainEvent(event, origin: plugin, place: place) { try body(told) }
        }
    }

    package struct Sent: Sendable {
        package let effect: Effect
        /// `waits`, `delivered` or `dead`.
        package fileprivate(set) var state: String
        /// Why it was given up; empty of any other.
        package fileprivate(set) var reason = ""
    }

    /// Every effect that the plugin ever decided, in the order in which they were decided.
    package static func effects(_ storage: any LedgerStorage, shards: Int) throws -> [Sent] {
        var sent: [Sent] = []
        var places: [String: Int] = [:]
        var recovery = try LedgerRecovery(storage, shards: shards, changesNothing: true, usesSnapshots: false)
        try recovery.run { _ in
        } apply: { _, event in
            var reader = ByteReader(event.payload)
            switch event.kind {
            case LedgerEvent.effectEnqueued:
                guard let effect = Effect(&reader) else { return }
                if let place = places[effect.key] {
                    sent[place] = Sent(effect: effect, state: "waits")
                } else {
                    places[effect.key] = sent.count
                    sent.append(Sent(effect: effect, state: "waits"))
                }
            case LedgerEvent.effectDelivered, LedgerEvent.effectDead:
                guard let key = reader.text(), let place = places[key] else { return }
                let isDead = event.kind == LedgerEvent.effectDead
                sent[place].state = isDead ? "dead" : "delivered"
                sent[place].reason = isDead ? reader.text() ?? "" : ""
            default: break
            }
        }
        return sent
    }
}
