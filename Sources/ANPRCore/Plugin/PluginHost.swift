/// Keeps one plugin: what it decided is in a ledger before it counts, and what it wants to happen outside happens then.
///
/// `take` hands events over as they come, also before the journal has them; `commit` writes what rests on durable
/// events alone, and delivers what it wrote. An error of the disk leaves everything as it is, for the next `commit`.
/// All calls come from the plugin's thread.
package final class PluginHost {
    package let plugin: any Plugin
    /// The plugin, when it hears all that it hears one by one.
    let domain: (any DomainPlugin)?
    let settings: PluginHostSettings
    let ledger: Ledger
    /// For those who hear the plugin.
    package let gauge = LedgerGauge()
    private let storage: any LedgerStorage
    let attempts: AttemptPage
    /// As the ledger has it.
    private(set) var record: HostRecord
    /// The place in the streams that is on disk, with all that rests on it: where the events begin after a restart.
    package private(set) var committed: [StreamCursor]
    /// The place up to which events were taken.
    package private(set) var taken: [StreamCursor]
    /// The same for other plugins' events.
    var heard: [String: EventPlace]
    /// Calls that were done and are not on disk yet, and their answers.
    var freshCalls: [String: [UInt8]] = [:]
    var inputs = InputCounts()
    /// Asked between two elements of a batch: whether to leave the rest for the next start.
    var isInterrupted: () -> Bool = { false }
    /// The latest instant that the plugin was told.
    var clockNs: Nanoseconds = .min
    var held: [HeldTransaction] = []
    private var heldEffects = 0
    private var heldBytes = 0
    /// Handed to the ledger, which has not committed it yet.
    var flying: HeldTransaction?
    private var unsaved: LedgerSnapshot?
    private var isStateTaken = false
    private var snapshotNumber: UInt64
    private var snapshotBytes = 0
    private var bytesAtSnapshot = 0
    private var writtenNs: Nanoseconds?
    private var singles = 0
    /// History up to this transaction is being forgotten, or was.
    private var forgetting: UInt64?
    private var forgottenThrough: UInt64 = 0
    private var forgotNs: Nanoseconds?
    private(set) var failure: String?
    /// What is being decided.
    var events = LedgerEvents()
    /// Elements of the batch at hand that are decided and applied, and whose events are in `events`. The batch is held
    /// when it is whole, since only its end has a place in the streams; until then nothing else may be taken, or its
    /// transaction would overtake.
    private(set) var stepped = 0

    /// Recovers: the plugin is new, and has its state when this returns. Without a delivery, effects become lines of
    /// files in the storage's folder.
    package init(
        _ plugin: any Plugin, storage: any LedgerStorage, shards: Int, delivery: (any EffectDelivery)? = nil,
        spool: FileSpool? = nil, carriers: [String: (EffectSettings, any EffectCarrier)] = [:],
        settings: PluginHostSettings = PluginHostSettings(), seed: UInt64 = 1
    ) throws {
        self.plugin = plugin
        domain = plugin as? any DomainPlugin
        self.settings = settings
        self.storage = storage
        attempts = AttemptPage(try storage.page("attempt"))
        var record = HostRecord(
            EffectOutbox(
                HostDelivery(spool ?? FileSpool(storage), other: delivery), carriers: carriers,
                tellsAnswers: domain != nil, settings: settings.effects, seed: seed))
        var snapshotNumber: UInt64 = 0
        var recovery = try LedgerRecovery(storage, shards: shards)
        try recovery.run { snapshot in
            try snapshot.state.withUnsafeBytes { try plugin.restore($0, version: snapshot.stateVersion) }
            snapshotNumber = snapshot.number
            try record.restore(snapshot)
        } apply: { number, event in
            if event.isOfHost { try record.apply(event, in: number) } else { try plugin.apply(event) }
        }
        ledger = Ledger(storage, after: recovery, fileBytesMax: settings.ledgerFileBytes)
        try ledger.commit()
        self.record = record
        self.snapshotNumber = snapshotNumber
        heard = record.heard
        committed = recovery.cursors
        taken = recovery.cursors
        gauge.advance(to: ledger.committed)
        attempts.countDeath()
        if let suspect = attempts.suspect, !suspect.isInput, suspect.shard >= shards { attempts.clearSuspect() }
    }

    // MARK: Events

    /// How many events to hand over at once at most: one by one where the process died before.
    package var batchMax: Int { attempts.suspect.map { $0.isInput } ?? true ? settings.batchMax : 1 }

    /// Hands a batch over. When it throws, nothing was taken, or (of a domain plugin) a part of it: the same batch
    /// comes again, and goes on where it stopped.
    /// - Parameter cursors: the place in every shard's stream when the batch is done.
    package func take(_ batch: PluginBatch, through cursors: [StreamCursor]) throws {
        precondition(cursors.count == taken.count && stepped <= batch.count)
        if let failure { throw PluginHostProblem.broken(failure) }
        if stepped == 0 {
            try checkRoom()
            events.removeAll()
        }
        let shard = cursors.indices.first { cursors[$0] != taken[$0] } ?? 0
        let name = EventName(batch)
        let attempt = AttemptPage.Attempt(shard: shard, cursor: cursors[shard], identity: name?.mark ?? 0)
        let isSetAside = name != nil && isPoison(attempt)
        if isSetAside, let name {
            events.send(SetAsideLine.effect(name, attempt, deaths: attempts.deaths))
        } else {
            attempts.begin(attempt)
            defer { attempts.end() }
            try decide(batch)
        }
        stepped = 0
        taken = cursors
        hold(clearsSuspect: isSetAside)
        if !isSetAside { passSuspect(attempt, count: batch.count) }
    }

    private func decide(_ batch: PluginBatch) throws {
        guard let domain else { return try step { try plugin.decide(batch, into: &$0) } }
        while stepped < batch.count {
            if isInterrupted() { throw PluginHostProblem.interrupted }
            let input = batch.input(stepped)
            try step { try domain.decide(input, into: &$0) }
            stepped += 1
        }
    }

    /// Decides one thing and applies it at once. When `decide` throws, it has left nothing.
    func step(_ decide: (inout LedgerEvents) throws -> Void) throws {
        let mark = events.mark
        do { try decide(&events) } catch {
            events.cut(to: mark)
            throw error
        }
        // An event that its own plugin refuses leaves a state that is half one thing and half another.
        do { try events.forEach(from: mark) { if !$0.isOfHost { try plugin.apply($0) } } } catch {
            failure = "\(error)"
            throw PluginHostProblem.broken("\(error)")
        }
    }

    func checkRoom() throws(PluginHostProblem) {
        guard !record.outbox.isFull(with: heldEffects), heldBytes < settings.heldBytesMax else {
            throw .full(effects: record.outbox.waiting + heldEffects, heldBytes: heldBytes)
        }
    }

    func hold(heard: [String: EventPlace] = [:], clearsSuspect: Bool = false) {
        var transaction = HeldTransaction(events: events, cursors: taken, heard: heard, clearsSuspect: clearsSuspect)
        if isSnapshotDue {
            var state: [UInt8] = []
            plugin.snapshot(into: &state)
            transaction.state = state
            isStateTaken = true
        }
        // WHY: a plugin that seldom decides anything would hold thousands, and `next` looks at them every turn. WHY not
        // the only one: its place would move on as fast as the durable one, and never be covered.
        if transaction.isPlaceOnly, held.count > 1, held[held.count - 1].isPlaceOnly {
            return held[held.count - 1].move(to: taken, heard: heard)
        }
        heldEffects += events.effectCount
        heldBytes += events.bytes.count
        held.append(transaction)
    }

    private var isSnapshotDue: Bool {
        guard !isStateTaken else { return false }
        if let forgetting, ledger.snapshotCount(from: forgetting) < Ledger.snapshotsKept { return true }
        return ledger.committed - snapshotNumber >= settings.snapshotTransactions
            && ledger.bytesCommitted - bytesAtSnapshot >= snapshotBytes
    }

    /// The process died of it, again and again.
    func isPoison(_ attempt: AttemptPage.Attempt) -> Bool {
        attempts.deaths >= settings.deathsMax && attempts.suspect?.identity == attempt.identity
    }

    private func passSuspect(_ attempt: AttemptPage.Attempt, count: Int) {
        guard let suspect = attempts.suspect, !suspect.isInput else { return }
        if taken[suspect.shard] >= suspect.cursor { singles += count }
        if singles > settings.singlesPast || (suspect.identity != 0 && suspect.identity == attempt.identity) {
            attempts.clearSuspect()
            singles = 0
        }
    }

    // MARK: Disk

    /// Commits what rests on events below the durable positions of the shards' logs, then delivers effects.
    package func commit(durable: [UInt64], nowNs: Nanoseconds) throws {
        try commit(durable: durable, nowNs: nowNs, isLast: false)
    }

    /// The streams have ended: also what is written seldom is written.
    package func finish(durable: [UInt64], nowNs: Nanoseconds) throws {
        record.outbox.stop(within: settings.stopNs)
        try commit(durable: durable, nowNs: nowNs, isLast: true)
        // What the first one delivered.
        try commit(durable: durable, nowNs: nowNs, isLast: true)
        try plugin.finish()
    }

    private func commit(durable: [UInt64], nowNs: Nanoseconds, isLast: Bool) throws {
        precondition(durable.count == taken.count)
        try settle()
        while let next = next(durable: durable, nowNs: nowNs, isLast: isLast) {
            ledger.append(next.events, cursors: next.cursors)
            flying = next
            writtenNs = nowNs
            try settle()
        }
        _ = record.outbox.turn(nowNs: nowNs)
        takeAnswers()
        try saveSnapshot()
        try forgetHistory(nowNs)
    }

    /// What the plugin wants forgotten: the state is saved twice behind it, the first time at the beginning of a new
    /// file; then what came before is deleted. A step a call; after a restart it begins again.
    private func forgetHistory(_ nowNs: Nanoseconds) throws {
        guard settings.forgetsHistory, failure == nil, stepped == 0, record.forgetThrough > forgottenThrough
        else { return }
        guard let target = forgetting else {
            if let forgotNs, nowNs - forgotNs < settings.forgetPauseNs { return }
            guard try ledger.remembers(through: record.forgetThrough) else {
                forgottenThrough = record.forgetThrough
                return
            }
            forgetting = record.forgetThrough
            return ledger.beginFile()
        }
        guard ledger.snapshotCount(from: target) >= Ledger.snapshotsKept else {
            guard isSnapshotDue, held.isEmpty else { return }
            events.removeAll()
            return hold()
        }
        let heard = gauge.heardThrough
        guard heard >= target, try ledger.forget(through: target, heard: heard) else { return }
        forgotNs = nowNs
        forgottenThrough = target
        forgetting = nil
    }

    /// Hands the plugin what came back.
    private func takeAnswers() {
        guard failure == nil, stepped == 0, record.outbox.hasAnswers else { return }
        for answer in record.outbox.pendingAnswers {
            guard heldBytes < settings.heldBytesMax else { return }
            do {
                try take(.answer(answer))
                record.outbox.takeAnswer(answer.key)
            } catch { record.outbox.refuseAnswer(answer.key, "\(error)") }
        }
    }

    /// All that can be committed as one transaction; up to one that a snapshot belongs to.
    private func next(durable: [UInt64], nowNs: Nanoseconds, isLast: Bool) -> HeldTransaction? {
        let outcomes = record.outbox.hasOutcomes
        var count = 0
        var bytes = 0
        var isUrgent = isLast || outcomes
        while count < held.count, bytes < Self.transactionBytes,
            zip(held[count].cursors, durable).allSatisfy({ $0.isCovered(by: $1) })
        {
            let one = held[count]
            count += 1
            bytes += one.events.bytes.count
            isUrgent = isUrgent || !one.events.isEmpty
            if one.state != nil {
                isUrgent = true
                break
            }
        }
        guard count > 0 || outcomes else { return nil }
        if !isUrgent, let writtenNs, nowNs - writtenNs < settings.cursorPauseNs { return nil }
        var whole = HeldTransaction(events: record.outbox.takeOutcomes(), cursors: committed)
        for one in held.prefix(count) { whole.append(one) }
        whole.closePlaces()
        held.removeFirst(count)
        return whole
    }

    private static let transactionBytes = 4 << 20

    private func settle() throws {
        guard let done = flying else { return }
        try ledger.commit()
        flying = nil
        gauge.advance(to: ledger.committed)
        committed = done.cursors
        heldEffects -= done.heldEffects
        heldBytes -= done.heldBytes
        if done.clearsSuspect { attempts.clearSuspect() }
        try done.events.forEach { event in
            guard event.isOfHost else { return }
            try record.apply(event, in: ledger.committed)
            if event.kind == LedgerEvent.callDone { forgetFresh(event) }
        }
        if let state = done.state {
            var own: [UInt8] = []
            record.write(into: &own)
            unsaved = LedgerSnapshot(
                number: ledger.committed, cursors: committed, stateVersion: plugin.stateVersion,
                setAside: record.setAside, state: state, host: own)
        }
        for reply in done.replies { reply() }
    }

    private func forgetFresh(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        if let id = reader.text() { freshCalls[id] = nil }
    }

    private func saveSnapshot() throws {
        guard let snapshot = unsaved else { return }
        try ledger.save(snapshot)
        unsaved = nil
        isStateTaken = false
        snapshotNumber = snapshot.number
        snapshotBytes = snapshot.state.count + snapshot.host.count
        bytesAtSnapshot = ledger.bytesCommitted
    }

    /// The last transaction of another plugin that was heard whole, for good.
    func heardThrough(of origin: String) -> UInt64 {
        guard let place = record.heard[origin] else { return 0 }
        return place.index == .max ? place.transaction : max(1, place.transaction) - 1
    }

    // MARK: People

    package var deadEffects: [DeadEffect] { record.outbox.deadEffects }

    /// Tries dead letters again that somebody asked for (`EffectArchive`). Returns how many.
    @discardableResult
    package func takeRetries() throws -> Int {
        let keys = try EffectArchive.takeRequest(storage)
        let wanted = keys.contains(EffectArchive.all) ? deadEffects.map(\.effect.key) : keys
        return wanted.count { record.outbox.retryDead($0) }
    }

    /// Something is decided and not on disk.
    var isHolding: Bool { heldCount > 0 }
    private var heldCount: Int { held.count + (flying == nil ? 0 : 1) }

    package var status: PluginHostStatus {
        PluginHostStatus(
            transactions: ledger.committed, held: heldCount, waiting: record.outbox.waiting,
            dead: record.outbox.deadCount, setAside: Int(record.setAside), suspectDeaths: attempts.deaths,
            effects: record.outbox.counts, calls: inputs.calls, callsRefused: inputs.refused,
            eventsHeard: inputs.heard, lanes: record.outbox.laneStatus, failure: failure,
            deliveryProblem: record.outbox.problem)
    }
}

/// What came to a plugin besides the streams, since its start.
struct InputCounts {
    var calls = 0
    var refused = 0
    var heard = 0
}
