/// What a host keeps for itself in its plugin's ledger: effects under way, how far others were heard, calls done.
///
/// It changes by committed events alone, so it is the same after every recovery.
struct HostRecord {
    var outbox: EffectOutbox
    /// Up to where the events of each origin are taken.
    private(set) var heard: [String: EventPlace] = [:]
    private var calls = DoneCalls()
    private var rows = DoneRows()
    /// Events that the plugin never took.
    private(set) var setAside: UInt64 = 0
    /// What transactions up to this one say must not stay on disk; 0: all may.
    private(set) var forgetThrough: UInt64 = 0

    init(_ outbox: EffectOutbox) { self.outbox = outbox }

    /// An event of transaction `number`.
    mutating func apply(_ event: LedgerEvent, in number: UInt64) throws(OutboxEventProblem) {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case LedgerEvent.told: break
        case LedgerEvent.historyForgotten: forgetThrough = max(forgetThrough, number)
        case LedgerEvent.heard:
            guard let origin = reader.text(), let transaction = reader.number(UInt64.self),
                let index = reader.number(UInt32.self)
            else { throw OutboxEventProblem() }
            heard[origin] = EventPlace(transaction: transaction, index: index)
        case LedgerEvent.callDone:
            guard let id = reader.text() else { throw OutboxEventProblem() }
            calls.note(id, Array(reader.rest()))
            rows.note(id)
        default: setAside += try outbox.apply(event) ? 1 : 0
        }
    }

    /// What was answered to a call that was done; nil: it is not known to be done.
    func answer(to id: String) -> [UInt8]? { calls[id] ?? (rows.contains(id) ? DoneCalls.again : nil) }

    func write(into bytes: inout [UInt8]) {
        outbox.snapshot(into: &bytes)
        bytes.append(number: UInt32(heard.count))
        for (origin, place) in heard.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: origin)
            bytes.append(number: place.transaction)
            bytes.append(number: place.index)
        }
        calls.write(into: &bytes)
        bytes.append(number: forgetThrough)
        rows.write(into: &bytes)
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
        // Nothing more was written before history could be forgotten.
        if reader.isAtEnd { return }
        guard let forgetThrough = reader.number(UInt64.self) else { throw OutboxEventProblem() }
        self.forgetThrough = forgetThrough
        // Nor before rows were kept.
        if reader.isAtEnd { return }
        guard let rows = DoneRows(&reader) else { throw OutboxEventProblem() }
        self.rows = rows
    }
}
