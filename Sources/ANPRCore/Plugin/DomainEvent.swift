/// What one plugin tells the others: kept in the teller's ledger, read from there by those who hear it.
package struct DomainEvent: Equatable, Sendable {
    /// The plugin that told it.
    package let origin: String
    package let place: EventPlace
    /// With its layout's number behind it: `cbe.file.opened/1`.
    package let kind: String
    /// Of what it is about (a PV's number, a breach's), by which a consumer knows it again.
    package let id: String
    /// When it happened in the domain.
    package let atNs: Nanoseconds
    /// One JSON object; its fields stand in docs/plugins/EVENTS.md.
    package let body: [UInt8]

    package init(origin: String, place: EventPlace, kind: String, id: String, atNs: Nanoseconds, body: [UInt8]) {
        self.origin = origin
        self.place = place
        self.kind = kind
        self.id = id
        self.atNs = atNs
        self.body = body
    }
}

extension DomainEvent {
    /// As `LedgerEvents.tell` wrote it; nil when it is none.
    init?(_ event: LedgerEvent, origin: String, place: EventPlace) {
        var reader = ByteReader(event.payload)
        guard event.kind == LedgerEvent.told, let kind = reader.text(), let id = reader.text(),
            let atNs = reader.number(Nanoseconds.self)
        else { return nil }
        self.init(origin: origin, place: place, kind: kind, id: id, atNs: atNs, body: Array(reader.rest()))
    }
}

/// Where an event stands in its origin's ledger: its order and its identity there.
package struct EventPlace: Comparable, Hashable, Sendable {
    package var transaction: UInt64
    package var index: UInt32

    package init(transaction: UInt64 = 0, index: UInt32 = 0) {
        self.transaction = transaction
        self.index = index
    }

    package static func < (a: EventPlace, b: EventPlace) -> Bool {
        (a.transaction, a.index) < (b.transaction, b.index)
    }
}
