/// What a host keeps for itself in its plugin's ledger: effects under way, how far others were heard, calls done.
///
/// It changes by committed events alone, so it is the same after every recovery.
struct HostRecord {
    var outbox: EffectOutbox
    /// Up to where the events of each origin are taken.
    private(set) var heard: [String: EventPlace] = [:]
    private(set) var calls = DoneCalls()
    /// Events that the plugin never took.
    private(set) var setAside: UInt64 = 0

    init(_ outbox: EffectOutbox) { self.outbox = outbox }

    mutating func apply(_ event: LedgerEvent) throws(OutboxEventProblem) {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case LedgerEvent.told: break
        case LedgerEvent.heard:
            guard let origin = reader.text(), let transaction = reader.number(UInt64.self),
                let index = reader.number(UInt32.self)
            else { throw OutboxEventProblem() }
            heard[origin] = EventPlace(transaction: transaction, index: index)
        case LedgerEvent.callDone:
            guard let id = reader.text() else { throw OutboxEventProblem() }
            calls.note(id, Array(reader.rest()))
        default: setAside += try outbox.apply(event) ? 1 : 0
        }
    }

    func write(into bytes: inout [UInt8]) {
        outbox.snapshot(into: &bytes)
        bytes.append(number: UInt32(heard.count))
        for (origin, place) in heard.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: origin)
            bytes.append(number: place.transaction)
            bytes.append(number: place.index)
        }
        calls.write(into: &bytes)
    }

    mutating func restore(_ snapshot: LedgerSnapshot) throws(OutboxEventProblem) {
        setAside = snapshot.setAside
        let problem: OutboxEventProblem? = snapshot.host.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            do throws(OutboxEventProblem) {
                try outbox.restore(&reader)
                // Nothing more was written before plugins heard each other.
                if !reader.isAtEnd { try restoreRest(&reader) }
                return nil
            } catch { return error }
        }
        if let problem { throw problem }
    }

    private mutating func restoreRest(_ reader: inout ByteReader) throws(OutboxEventProblem) {
        guard let origins = reader.number(UInt32.self) else { throw OutboxEventProblem() }
        for _ in 0..<origins {
            guard let origin = reader.text(), let transaction = reader.number(UInt64.self),
                let index = reader.number(UInt32.self)
            else { throw OutboxEventProblem() }
            heard[origin] = EventPlace(transaction: transaction, index: index)
        }
        guard let calls = DoneCalls(&reader) else { throw OutboxEventProblem() }
        self.calls = calls
    }
}
