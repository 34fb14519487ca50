/// Keeps one plugin: what it decided is in a ledger before it counts, and what it wants to happen outside happens then.
///
/// `take` hands events over as they come, also before the journal has them; `commit` writes what rests on durable
/// events alone, and delivers what it wrote. An error of the disk leaves everything as it is, for the next `commit`.
/// All calls come from the plugin's thread.
package final class PluginHost {
    package let plugin: any Plugin
    let settings: PluginHostSettings
    let ledger: Ledger
    private let storage: any LedgerStorage
    private let attempts: AttemptPage
    private(set) var outbox: EffectOutbox
    /// The place in the streams that is on disk, with all that rests on it: where the events begin after a restart.
    package private(set) var committed: [StreamCursor]
    /// The place up to which events were taken.
    package private(set) var taken: [StreamCursor]
    private var held: [HeldTransaction] = []
    private var heldEffects = 0
    private var heldBytes = 0
    /// Handed to the ledger, which has not committed it yet.
    private var flying: HeldTransaction?
    private var unsaved: LedgerSnapshot?
    private var isStateTaken = false
    private var snapshotNumber: UInt64
    private var snapshotBytes = 0
    private var bytesAtSnapshot = 0
    private var writtenNs: Nanoseconds?
    private var singles = 0
    private var setAsideCount: UInt64 = 0
    private var failure: String?
    private var events = LedgerEvents()

    /// Recovers: the plugin is new, and has its state when this returns. Without a delivery, effects become lines of
    /// files in the storage's folder.
    package init(
        _ plugin: any Plugin, storage: any LedgerStorage, shards: Int, delivery: (any EffectDelivery)? = nil,
        spool: FileSpool? = nil,
        settings: PluginHostSettings = PluginHostSettings(), seed: UInt64 = 1
    ) throws {
        self.plugin = plugin
        self.settings = settings
        self.storage = storage
        attempts = AttemptPage(try storage.page("attempt"))
        var outbox = EffectOutbox(
            HostDelivery(spool ?? FileSpool(storage), other: delivery), settings: settings.effects, seed: seed)
        var setAside: UInt64 = 0
        var snapshotNumber: UInt64 = 0
        var recovery = try LedgerRecovery(storage, shards: shards)
        try recovery.run { snapshot in
            try snapshot.state.withUnsafeBytes { try plugin.restore($0, version: snapshot.stateVersion) }
            setAside = snapshot.setAside
            snapshotNumber = snapshot.number
            try outbox.restore(snapshot.outbox)
        } apply: { _, event in
            if event.isOfHost {
                setAside += try outbox.apply(event) ? 1 : 0
            } else {
                try plugin.apply(event)
            }
        }
        ledger = Ledger(storage, after: recovery, fileBytesMax: settings.ledgerFileBytes)
        try ledger.commit()
        self.outbox = outbox
        self.snapshotNumber = snapshotNumber
        setAsideCount = setAside
        committed = recovery.cursors
        taken = recovery.cursors
        attempts.countDeath()
        if let suspect = attempts.suspect, suspect.shard >= shards { attempts.clearSuspect() }
    }

    // MARK: Events

    /// How many events to hand over at once at most: one by one where the process died before.
    package var batchMax: Int { attempts.suspect == nil ? settings.batchMax : 1 }

    /// Hands a batch over. When it throws, nothing was taken.
    /// - Parameter cursors: the place in every shard's stream when the batch is done.
    package func take(_ batch: PluginBatch, through cursors: [StreamCursor]) throws {
        precondition(cursors.count == taken.count)
        if let failure { throw PluginHostProblem.broken(failure) }
        guard !outbox.isFull(with: heldEffects), heldBytes < settings.heldBytesMax else {
            throw PluginHostProblem.full(effects: outbox.waiting + heldEffects, heldBytes: heldBytes)
        }
        events.removeAll()
        let shard = cursors.indices.first { cursors[$0] != taken[$0] } ?? 0
        let name = EventName(batch)
        let attempt = AttemptPage.Attempt(shard: shard, cursor: cursors[shard], identity: name?.mark ?? 0)
        var isSetAside = false
        if let name, attempts.deaths >= settings.deathsMax, attempts.suspect?.identity == attempt.identity {
            events.send(SetAsideLine.effect(name, attempt, deaths: attempts.deaths))
            isSetAside = true
        } else {
            attempts.begin(attempt)
            defer { attempts.end() }
            try plugin.decide(batch, into: &events)
            try apply()
        }
        taken = cursors
        hold(clearsSuspect: isSetAside)
        if !isSetAside { passSuspect(attempt, count: batch.count) }
    }

    /// An event that its own plugin refuses leaves a state that is half one thing and half another.
    private func apply() throws {
        do {
            try events.forEach { if !$0.isOfHost { try plugin.apply($0) } }
        } catch {
            failure = "\(error)"
            throw PluginHostProblem.broken("\(error)")
        }
    }

    private func hold(clearsSuspect: Bool) {
        var transaction = HeldTransaction(events: events, cursors: taken, clearsSuspect: clearsSuspect)
        if isSnapshotDue {
            var state: [UInt8] = []
            plugin.snapshot(into: &state)
            transaction.state = state
            isStateTaken = true
        }
        // WHY: a plugin that seldom decides anything would hold thousands, and `next` looks at them every turn. WHY not
        // the only one: its place would move on as fast as the durable one, and never be covered.
        if transaction.isPlaceOnly, held.count > 1, held[held.count - 1].isPlaceOnly {
            return held[held.count - 1].move(to: taken)
        }
        heldEffects += events.effectCount
        heldBytes += events.bytes.count
        held.append(transaction)
    }

    private var isSnapshotDue: Bool {
        !isStateTaken && ledger.committed - snapshotNumber >= settings.snapshotTransactions
            && ledger.bytesCommitted - bytesAtSnapshot >= snapshotBytes
    }

    private func passSuspect(_ attempt: AttemptPage.Attempt, count: Int) {
        guard let suspect = attempts.suspect else { return }
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
        _ = outbox.turn(nowNs: nowNs)
        try saveSnapshot()
    }

    /// All that can be committed as one transaction; up to one that a snapshot belongs to.
    private func next(durable: [UInt64], nowNs: Nanoseconds, isLast: Bool) -> HeldTransaction? {
        let outcomes = outbox.hasOutcomes
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
        var whole = HeldTransaction(events: outbox.takeOutcomes(), cursors: committed, clearsSuspect: false)
        for one in held.prefix(count) { whole.append(one) }
        held.removeFirst(count)
        return whole
    }

    private static let transactionBytes = 4 << 20

    private func settle() throws {
        guard let done = flying else { return }
        try ledger.commit()
        flying = nil
        committed = done.cursors
        heldEffects -= done.heldEffects
        heldBytes -= done.heldBytes
        if done.clearsSuspect { attempts.clearSuspect() }
        try done.events.forEach { if $0.isOfHost { setAsideCount += try outbox.apply($0) ? 1 : 0 } }
        guard let state = done.state else { return }
        var waiting: [UInt8] = []
        outbox.snapshot(into: &waiting)
        unsaved = LedgerSnapshot(
            number: ledger.committed, cursors: committed, stateVersion: plugin.stateVersion, setAside: setAsideCount,
            state: state, outbox: waiting)
    }

    private func saveSnapshot() throws {
        guard let snapshot = unsaved else { return }
        try ledger.save(snapshot)
        unsaved = nil
        isStateTaken = false
        snapshotNumber = snapshot.number
        snapshotBytes = snapshot.state.count + snapshot.outbox.count
        bytesAtSnapshot = ledger.bytesCommitted
    }

    // MARK: People

    package var deadEffects: [DeadEffect] { outbox.deadEffects }

    /// Tries dead letters again that somebody asked for (`EffectArchive`). Returns how many.
    @discardableResult
    package func takeRetries() throws -> Int {
        let keys = try EffectArchive.takeRequest(storage)
        let wanted = keys.contains(EffectArchive.all) ? deadEffects.map(\.effect.key) : keys
        return wanted.count { outbox.retryDead($0) }
    }

    package var status: PluginHostStatus {
        PluginHostStatus(
            transactions: ledger.committed, held: held.count + (flying == nil ? 0 : 1), waiting: outbox.waiting,
            dead: outbox.deadCount, setAside: Int(setAsideCount), suspectDeaths: attempts.deaths,
            effects: outbox.counts, problem: failure ?? outbox.problem)
    }
}
