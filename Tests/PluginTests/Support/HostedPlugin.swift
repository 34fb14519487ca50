@testable import ANPRCore

/// A plugin with its host, fed by hand: every batch counts as durable, and after a restart none comes again. Effects
/// to a destination with an adapter wait until the test answers them; others become lines of files.
final class HostedPlugin {
    private let factory: PluginFactory
    private let context: PluginContext
    private let storage: any LedgerStorage
    private(set) var host: PluginHost
    private var batches: UInt64
    private var callNumber = 0
    /// Of the last event heard, by origin.
    private var heard: [String: EventPlace] = [:]
    /// What calls are stamped with; `time` moves it on.
    private(set) var nowNs: Nanoseconds = Samples.noonishNs

    /// Without a storage it is kept in the context's folder.
    init(_ factory: PluginFactory, _ context: PluginContext, storage: (any LedgerStorage)? = nil) throws {
        self.factory = factory
        self.context = context
        self.storage = try storage ?? DiskLedgerStorage(folder: context.directory)
        host = try Self.host(factory, context, self.storage)
        batches = host.committed[0].position
        heard = host.heard
    }

    private static func host(
        _ factory: PluginFactory, _ context: PluginContext, _ storage: any LedgerStorage
    ) throws -> PluginHost {
        try PluginHost(
            try factory.make(context), storage: storage, shards: 1,
            carriers: factory.adapters.mapValues { ($0.settings, SilentCarrier()) })
    }

    /// Takes all and brings nothing back.
    private final class SilentCarrier: EffectCarrier {
        let room = 1
        func submit(_ number: UInt64, _ effect: Effect) {}
        func takeFinished() -> [CarriedEffect] { [] }
        func stop(within ns: Nanoseconds) {}
    }

    /// The process ends and begins again: what was committed is there.
    func restart() throws {
        host = try Self.host(factory, context, storage)
        batches = host.committed[0].position
        heard = host.heard
    }

    func reload() throws { try host.plugin.reload() }
    func finish() throws { try host.finish(durable: [.max], nowNs: 0) }
    var interests: PluginInterests { host.plugin.interests }
    var watchedPlates: [WatchedPlate] { host.plugin.watchedPlates }

    /// One batch of what is given.
    func hand(records: [SectionRecord] = [], reads: [Read] = [], hits: [Hit] = []) throws {
        try records.withUnsafeBufferPointer { records in
            try reads.withUnsafeBufferPointer { reads in
                try hits.withUnsafeBufferPointer { hits in
                    try commit()
                    try host.take(
                        PluginBatch(hits: hits, records: records, watchedReads: reads),
                        through: [StreamCursor(position: batches + 1)])
                    batches += 1
                    try commit()
                }
            }
        }
    }

    func commit() throws { try host.commit(durable: [.max], nowNs: 0) }

    func counter(_ name: String) -> Int? { host.plugin.counters.first { $0.name == name }?.value }

    // MARK: What a domain plugin hears besides

    /// A command; its reply, which came after the commit. Without an id it gets one of its own.
    @discardableResult
    func call(
        _ verb: String, _ fields: [String: FieldValue] = [:], id: String? = nil, by: String = "tester",
        reason: String = ""
    ) throws -> PluginReply {
        callNumber += 1
        return try call(
            PluginCall(verb: verb, id: id ?? "call-\(nowNs)-\(callNumber)", by: by, reason: reason, fields: fields))
    }

    /// A query.
    func ask(
        _ verb: String, _ fields: [String: FieldValue] = [:], limit: Int = 1000, from: String = "",
        reason: String = ""
    ) throws -> PluginReply {
        var call = PluginCall(verb: verb, id: "", by: "tester", reason: reason, fields: fields)
        call.isQuery = true
        call.limit = limit
        call.from = from
        return try self.call(call)
    }

    func call(_ call: PluginCall) throws -> PluginReply {
        var reply = PluginReply.notNow("no reply came")
        host.take(call, atNs: nowNs) { reply = $0 }
        try commit()
        return reply
    }

    /// An event of another plugin, the next in its order.
    func hear(_ kind: String, from origin: String, id: String, atNs: Nanoseconds? = nil, _ body: String = "{}") throws {
        let place = EventPlace(transaction: (heard[origin]?.transaction ?? 0) + 1)
        heard[origin] = place
        try host.take(
            .event(
                DomainEvent(
                    origin: origin, place: place, kind: kind, id: id, atNs: atNs ?? nowNs, body: Array(body.utf8))))
        try commit()
    }

    /// What a peer answered to an effect.
    func answer(_ key: String, from destination: String, status: Int = 200, _ body: String = "{}") throws {
        try answer(key, from: destination, .answered(status: status, body: Array(body.utf8)))
    }

    /// All attempts at an effect are used up.
    func giveUp(_ key: String, to destination: String, because reason: String = "timed out") throws {
        try answer(key, from: destination, .gaveUp(reason))
    }

    private func answer(_ key: String, from destination: String, _ outcome: EffectAnswer.Outcome) throws {
        try host.take(.answer(EffectAnswer(key: key, destination: destination, outcome: outcome)))
        try commit()
    }

    /// It is that late now.
    func time(_ ns: Nanoseconds) throws {
        nowNs = max(nowNs, ns)
        try host.take(.time(nowNs))
        try commit()
    }

    // MARK: What came of it

    /// Effects that are decided and not answered, by key.
    var waiting: [Effect] { host.record.outbox.waitingEffects }

    /// All that it ever told.
    func told() throws -> [DomainEvent] {
        var told: [DomainEvent] = []
        var index: (transaction: UInt64, next: UInt32) = (0, 0)
        try forEachHostEvent { number, event in
            guard event.kind == LedgerEvent.told else { return }
            if number != index.transaction { index = (number, 0) }
            let place = EventPlace(transaction: number, index: index.next)
            if let event = DomainEvent(event, origin: factory.name, place: place) { told.append(event) }
            index.next += 1
        }
        return told
    }

    /// All effects that it ever decided, delivered or not; of one destination, if it is named.
    func sent(to destination: String? = nil) throws -> [Effect] {
        var sent: [Effect] = []
        try forEachHostEvent { _, event in
            var reader = ByteReader(event.payload)
            guard event.kind == LedgerEvent.effectEnqueued, let effect = Effect(&reader) else { return }
            if destination == nil || destination == effect.destination { sent.append(effect) }
        }
        return sent
    }

    private func forEachHostEvent(_ body: (UInt64, LedgerEvent) throws -> Void) throws {
        var history = LedgerHistory(storage)
        try history.read(through: host.status.transactions) { transaction in
            _ = try LedgerEvents.forEach(transaction.events, count: transaction.eventCount) {
                if $0.isOfHost { try body(transaction.number, $0) }
            }
            return true
        }
    }
}
