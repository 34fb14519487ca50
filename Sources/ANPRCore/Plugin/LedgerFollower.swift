/// Reads what one plugin tells from its ledger, for one who hears it.
///
/// Only committed transactions are looked at, so nothing is heard that its teller can lose. The place is the
/// listener's, and moves in its own transactions.
struct LedgerFollower {
    let origin: String
    let gauge: LedgerGauge
    private let kinds: Set<String>
    private var history: LedgerHistory
    /// The last event that was looked at.
    private(set) var place: EventPlace

    init(
        _ storage: any LedgerStorage, origin: String, gauge: LedgerGauge, kinds: Set<String>, from place: EventPlace
    ) {
        self.origin = origin
        self.gauge = gauge
        self.kinds = kinds
        self.place = place
        history = LedgerHistory(storage, from: max(1, place.transaction))
    }

    /// Transactions that were not looked at.
    var behind: UInt64 { gauge.committed - min(gauge.committed, history.next - 1) }

    /// The events of the next transactions, about so many at most: a transaction is looked at whole.
    mutating func poll(max: Int) throws -> [DomainEvent] {
        let committed = gauge.committed
        guard history.next <= committed else { return [] }
        var events: [DomainEvent] = []
        var place = place
        defer { self.place = place }
        var transactions = 0
        try history.read(through: committed) { transaction in
            // WHY: bounded also where nothing is for the listener.
            guard events.count < max, transactions < Self.transactionsMax else { return false }
            transactions += 1
            try take(transaction, after: place, into: &events)
            place = EventPlace(transaction: transaction.number, index: .max)
            return true
        }
        return events
    }

    private static var transactionsMax: Int { 4096 }

    private func take(
        _ transaction: LedgerTransaction, after place: EventPlace, into events: inout [DomainEvent]
    ) throws {
        var index: UInt32 = 0
        let isWhole = try LedgerEvents.forEach(transaction.events, count: transaction.eventCount) { event in
            guard event.kind == LedgerEvent.told else { return }
            let here = EventPlace(transaction: transaction.number, index: index)
            index += 1
            guard here > place else { return }
            guard let told = DomainEvent(event, origin: origin, place: here) else {
                throw LedgerProblem.notUnderstood(transaction: transaction.number, reason: "a told event is damaged")
            }
            if kinds.contains(told.kind) { events.append(told) }
        }
        guard isWhole else {
            throw LedgerProblem.notUnderstood(transaction: transaction.number, reason: "its events overlap")
        }
    }
}
