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
        let (origin, kinds) = (origin, kinds)
        defer { self.place = place }
        var transactions = 0
        try history.read(through: committed) { transaction in
            // WHY: bounded also where nothing is for the listener.
            guard events.count < max, transactions < Self.transactionsMax else { return false }
            transactions += 1
            try Self.forEachTold(transaction, origin: origin) {
                if $0.place > place, kinds.contains($0.kind) { events.append($0) }
            }
            place = EventPlace(transaction: transaction.number, index: .max)
            return true
        }
        return events
    }

    private static var transactionsMax: Int { 4096 }

    private static func forEachTold(
        _ transaction: LedgerTransaction, origin: String, _ body: (DomainEvent) -> Void
    ) throws {
        var place = EventPlace(transaction: transaction.number)
        let isWhole = try LedgerEvents.forEach(transaction.events, count: transaction.eventCount) { event in
            guard event.kind == LedgerEvent.told else { return }
            guard let told = DomainEvent(event, origin: origin, place: place) else {
                throw LedgerProblem.notUnderstood(transaction: transaction.number, reason: "a told event is damaged")
            }
            place.index += 1
            body(told)
        }
        guard isWhole else {
            throw LedgerProblem.notUnderstood(transaction: transaction.number, reason: "its events overlap")
        }
    }
}
