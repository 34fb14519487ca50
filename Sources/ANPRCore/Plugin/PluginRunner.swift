import Synchronization

/// The thread of a plugin: takes what waits in its subscription, in batches, and hands it to the plugin's host.
///
/// A plugin that throws is tried again with the same batch; after `attemptsMax` it is parked: it gets nothing more and
/// its status says why. With a journal it loses nothing by that; without one what follows is dropped for it once its
/// backlog is full, and counted. The engine does not notice. A reload that it takes wakes it up again, with the batch
/// at which it stood.
final class PluginRunner<S: Storage>: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `host`, `taps`, `batch` and `problems` are used by the one thread that turns it (made
    // before it starts, looked at after it has ended); the rest is atomic or guarded by its lock.
    private let host: PluginHost
    let subscription: Subscription
    private let taps: UnsafeMutablePointer<StreamTap<S>>
    private let shards: Int
    private var batch: EventBatch
    /// The shard of the batch at hand, and its events that the plugin has not taken.
    private var batchShard = 0
    private var failures = 0
    private var isParked = false
    private var retryNs = Nanoseconds.min
    /// When what is looked at each second was looked at.
    private var lookedNs: Nanoseconds = 0
    /// Of what the engine was told to watch, and when.
    private var watchedVersion: Int
    private var watchedNs = Nanoseconds.min / 2
    /// Attempts at the event at hand of another plugin.
    private var hearFailures = 0
    /// When the thread saw that it shall end.
    private var stoppingNs: Nanoseconds?
    private let stopping = Atomic<Bool>(false)
    private let reloading = Atomic<Bool>(false)
    private let shown = Mutex(Shown())
    /// When it was last brought up to date, and whether something has happened since.
    private var shownNs = Nanoseconds.min / 2
    private var isShownStale = false
    private var backlogMax = 0
    /// WHY a pause: what people look at costs as much as a turn's work.
    private static var showPauseNs: Nanoseconds { 10 * .millisecond }
    /// What fails at the moment, by what the thread was at: each is over when the same succeeds.
    private var problems: [Work: String] = [:]
    private let watch: @Sendable ([WatchedPlate]) throws -> Void
    private let mailbox = PluginMailbox()
    /// Those whose events it hears, and what was read and not taken.
    private var followers: [LedgerFollower] = []
    private var told: [DomainEvent] = []
    /// Where those that were read begin in `told`.
    private var toldAt = 0
    /// The engine's; 0 while it has no time.
    private let clock: @Sendable () -> Nanoseconds

    struct Shown: Sendable {
        var handled = 0
        var counters: [PluginCounter] = []
        var failure: String?
        var backlogMax = 0
        var host: PluginHostStatus?
        var cursors: [StreamCursor] = []
        var lagBytes: UInt64 = 0
        var expiredBytes: UInt64 = 0
        var behind = 0
    }

    /// What a turn is made of, and may fail at; the gravest first.
    private enum Work: CaseIterable { case batch, hearing, commit, end, watch, time, retries, reload }

    static var attemptsMax: Int { 3 }
    private static var sleepNs: Nanoseconds { 100 * .millisecond }
    /// Events of other plugins taken in one turn, about.
    private static var eventsMax: Int { 256 }
    private static var watchPauseNs: Nanoseconds { 100 * .millisecond }
    /// Calls taken in one turn at most.
    private static var callsMax: Int { 4096 }
    /// While something waits for the journal.
    private static var commitNs: Nanoseconds { 5 * .millisecond }
    /// Sleep from which nobody wakes it. WHY: who sleeps is woken by a system call of the shard, on the way of a read;
    /// while events come, a plugin that gives way takes those of a nap together, and one that is parked takes none.
    private let nap = Parker()
    private static var napNs: Nanoseconds { 2 * .millisecond }
    private static var parkedNs: Nanoseconds { 25 * .millisecond }
    private static var spinsBehind: Int { 4 }
    /// Reads wait in the engine's rings; and when that was so last.
    private let isPressed: @Sendable () -> Bool
    private var pressedNs = Nanoseconds.min / 2
    /// The engine counts as behind for so long after.
    private static var pressNs: Nanoseconds { 50 * .millisecond }
    /// What a plugin that gives way rests for each nanosecond that it worked, while they do.
    private static var restNs: Nanoseconds { 19 }
    /// Events that it takes at a time meanwhile.
    private static var pressedMax: Int { 32 }

    /// `logs`: one a shard, or none without a journal. `watch` tells the engine which plates the plugin wants.
    init(
        _ host: PluginHost, _ subscription: Subscription, logs: [StreamTap<S>.Log],
        clock: @escaping @Sendable () -> Nanoseconds = { 0 },
        isPressed: @escaping @Sendable () -> Bool = { false },
        watch: @escaping @Sendable ([WatchedPlate]) throws -> Void
    ) {
        self.host = host
        self.subscription = subscription
        self.watch = watch
        self.clock = clock
        self.isPressed = isPressed
        watchedVersion = host.domain?.watchVersion ?? 0
        shards = subscription.rings.count
        precondition(logs.isEmpty || logs.count == shards)
        taps = .allocate(capacity: shards)
        for shard in 0..<shards {
            (taps + shard).initialize(
                to: StreamTap(
                    subscription, shard: shard, log: logs.isEmpty ? nil : logs[shard], from: host.committed[shard]))
        }
        batch = EventBatch(capacity: max(1, host.settings.batchMax))
    }

    deinit {
        taps.deinitialize(count: shards)
        taps.deallocate()
    }

    /// Before the thread starts: it hears another plugin, from where it stopped.
    func follow(_ other: PluginRunner, in storage: any LedgerStorage) throws {
        guard let kinds = host.domain?.hears[other.name] else { return }
        let place = host.heard[other.name] ?? EventPlace()
        guard place.transaction <= other.host.gauge.committed else {
            throw InputProblems(
                file: name,
                "has heard '\(other.name)' up to transaction \(place.transaction), but that one's ledger ends at "
                    + "\(other.host.gauge.committed): the two do not belong together; put both back as they were")
        }
        followers.append(
            LedgerFollower(storage, origin: other.name, gauge: other.host.gauge, kinds: kinds, from: place))
        noteHeard()
        let parker = subscription.parker
        other.host.gauge.wakeOnCommit { parker.wake() }
    }

    var hears: [String: Set<String>] { host.domain?.hears ?? [:] }
    var name: String { subscription.name }
    /// One with a ledger of its own has work to do that can wait. One without hands on what it gets: where that is an
    /// alert, each millisecond counts.
    var precedence: ThreadAgent.Precedence { host.domain == nil ? .engine : .behind }
    /// Before the thread starts.
    var watchedPlates: [WatchedPlate] { host.plugin.watchedPlates }

    // MARK: The thread

    func run() {
        let givesWay = precedence == .behind
        var idle = givesWay ? IdleStrategy(spins: Self.spinsBehind) : IdleStrategy()
        var hasNapped = false
        host.isInterrupted = { [unowned self] in isOverdue(Clock.monotonicNs()) }
        while true {
            let nowNs = Clock.monotonicNs()
            let work = turn(nowNs: nowNs)
            if work > 0 {
                hasNapped = false
                if givesWay { giveWay(workedNs: Clock.monotonicNs() - nowNs) }
            }
            if isOverdue(nowNs) { break }
            guard idle.isSpent(work: work) else {
                // WHY without turns: one that finds nothing costs many looks at what may have come.
                if work == 0 { while hasNothingNew, !idle.isSpent(work: 0) {} }
                continue
            }
            // ORDER: acquire, pairs with the release in stop: the shards' last events were published before it.
            if stopping.load(ordering: .acquiring), isParked || isEmpty { break }
            if isShownStale { show() }
            if isParked || givesWay && !(hasNapped && isEmpty && !hasTold) {
                hasNapped = true
                nap.park(nanoseconds: isParked ? Self.parkedNs : Self.napNs) { true }
                continue
            }
            let sleepNs = host.isHolding || !isLive ? Self.commitNs : Self.sleepNs
            subscription.parker.park(nanoseconds: sleepNs) { hasNothingNew }
        }
        finish(nowNs: Clock.monotonicNs())
    }

    /// While the engine is behind, a plugin's work waits, as long as its backlog has room and nobody asks it anything.
    /// WHY beside its niceness: a core that runs a plugin counts as busy, and the kernel leaves two of the engine's
    /// threads on the other one for tens of milliseconds.
    @inline(never)
    private func giveWay(workedNs: Nanoseconds) {
        var owedNs = workedNs * Self.restNs
        while owedNs > 0, mailbox.isEmpty, !isStopping, mustGiveWay() {
            nap.park(nanoseconds: Self.napNs) { true }
            owedNs -= Self.napNs
        }
    }

    private func mustGiveWay() -> Bool {
        let nowNs = Clock.monotonicNs()
        if isPressed() { pressedNs = nowNs }
        return nowNs - pressedNs < Self.pressNs && !isHalfFull
    }

    /// So many events at a time, or fewer while they are to wait.
    private func most(_ max: Int) -> Int {
        precedence == .behind && mustGiveWay() ? min(max, Self.pressedMax) : max
    }

    private var isHalfFull: Bool { subscription.rings.contains { $0.backlog > $0.capacity / 2 } }

    /// With a journal what is left when the end has come comes from the log after the next start: a plugin that is slow
    /// does not hold the end up.
    private func isOverdue(_ nowNs: Nanoseconds) -> Bool {
        guard subscription.isDurable, isStopping else { return false }
        let sinceNs = stoppingNs ?? nowNs
        stoppingNs = sinceNs
        return nowNs - sinceNs >= host.settings.stopNs
    }

    /// One batch of each shard, and what is durable by now is committed. Returns how many events the plugin took.
    func turn(nowNs: Nanoseconds) -> Int {
        if takeReload() { reload() }
        let backlog = subscription.backlog
        let calls = takeCalls()
        var work = 0
        if !isParked, nowNs >= retryNs || nowNs < retryNs - Self.sleepNs {
            for _ in 0..<shards {
                work += handOver(nowNs)
                if batch.count > 0 { break }
            }
        }
        if !isParked, nowNs >= retryNs || nowNs < retryNs - Self.sleepNs { work += hear(nowNs) }
        let isLook = nowNs >= lookedNs + .second || nowNs < lookedNs
        if isLook {
            lookedNs = nowNs
            if work == 0, !isParked, batch.count == 0 { moveOn() }
            tellTime()
            takeRetries()
        }
        commit(nowNs)
        watchAnew(nowNs)
        // Where nothing comes in, what is sent still goes out or fails, and what others told is found not for it.
        backlogMax = max(backlogMax, backlog)
        isShownStale = isShownStale || work + calls > 0 || backlog > 0 || isLook
        if isShownStale, calls > 0 || nowNs >= shownNs + Self.showPauseNs || nowNs < shownNs { show(nowNs) }
        return work + calls
    }

    /// What the plugin watches has changed with its state.
    private func watchAnew(_ nowNs: Nanoseconds) {
        guard let version = host.domain?.watchVersion, version != watchedVersion,
            nowNs >= watchedNs + Self.watchPauseNs || nowNs < watchedNs
        else { return }
        watchedNs = nowNs
        do {
            try watch(host.plugin.watchedPlates)
            watchedVersion = version
            note(nil, at: .watch)
        } catch { note("what it watches cannot be had: \(error)", at: .watch) }
    }

    /// Returns how many there were. A parked plugin answers as well: it is a person who asks.
    private func takeCalls() -> Int {
        let posted = mailbox.take(Self.callsMax)
        guard !posted.isEmpty else { return 0 }
        let atNs = clock()
        for one in posted {
            guard atNs > 0 || one.call.isQuery else {
                one.group.reply(.notNow("the frames' times are the clock, and none has come"), to: one.index)
                continue
            }
            host.take(one.call, atNs: atNs) { one.group.reply($0, to: one.index) }
        }
        return posted.count
    }

    private func tellTime() {
        let atNs = clock()
        guard !isParked, atNs > 0 else { return }
        do {
            try host.take(.time(atNs))
            note(nil, at: .time)
        } catch PluginHostProblem.full, PluginHostProblem.inBatch {
            // It is told a second later.
        } catch { note("at \(Instant.format(atNs)): \(error)", at: .time) }
    }

    /// The batch at hand, or the next shard's. Returns how many events were taken.
    private func handOver(_ nowNs: Nanoseconds) -> Int {
        do {
            if batch.count == 0 {
                batchShard = (batchShard + 1) % shards
                try taps[batchShard].poll(most(min(host.batchMax, batch.hits.capacity)), into: &batch)
                guard batch.count > 0 else { return 0 }
            }
            let view = PluginBatch(
                hits: batch.hits.elements, records: batch.records.elements, watchedReads: batch.watchedReads.elements)
            try host.take(view, through: (0..<shards).map { taps[$0].cursor })
        } catch PluginHostProblem.full {
            // Not the plugin's fault: what it decided waits for the disk or for those outside.
            retryNs = nowNs + Self.commitNs
            return 0
        } catch PluginHostProblem.interrupted {
            return 0
        } catch {
            fail(error, at: .batch, nowNs)
            return 0
        }
        let count = batch.count
        batch.removeAll()
        failures = 0
        note(nil, at: .batch)
        shown.withLock { $0.handled += count }
        return count
    }

    /// What other plugins told. Returns how many events were taken.
    private func hear(_ nowNs: Nanoseconds) -> Int {
        guard !followers.isEmpty, host.stepped == 0 else { return 0 }
        var taken = 0
        do {
            for i in followers.indices {
                // What was read and not taken is of one origin: the next is read when it is gone.
                if toldAt == told.count {
                    told = try followers[i].poll(max: most(Self.eventsMax))
                    toldAt = 0
                }
                let isMine = told.isEmpty || told[toldAt].origin == followers[i].origin
                guard isMine else { continue }
                while toldAt < told.count {
                    try host.take(.event(told[toldAt]))
                    toldAt += 1
                    taken += 1
                }
                host.pass(followers[i].origin, to: followers[i].place)
            }
        } catch PluginHostProblem.full, PluginHostProblem.inBatch {
            retryNs = nowNs + Self.commitNs
            return taken
        } catch {
            // WHY: batches that are taken meanwhile say nothing of this event.
            failures = hearFailures
            hearFailures += 1
            fail(error, at: .hearing, nowNs)
            return taken
        }
        if taken > 0, hearFailures > 0 {
            (failures, hearFailures) = (0, 0)
            note(nil, at: .hearing)
        }
        return taken
    }

    /// For those who are heard: how far is on disk.
    private func noteHeard() {
        for follower in followers {
            follower.gauge.noteHeard(by: name, through: host.heardThrough(of: follower.origin))
        }
    }

    private var hasTold: Bool {
        toldAt < told.count || followers.contains { $0.behind > 0 }
    }

    /// Where nothing was for this plugin its place moves on now and then, so that a start does not read it all again.
    private func moveOn() {
        let places = (0..<shards).map { taps[$0].cursor }
        guard subscription.isDurable, places != host.taken else { return }
        do { try host.take(PluginBatch(), through: places) } catch {}
    }

    /// Dead letters that somebody wants to be sent again.
    private func takeRetries() {
        do {
            try host.takeRetries()
            note(nil, at: .retries)
        } catch { note("\(error)", at: .retries) }
    }

    private func note(_ problem: String?, at work: Work) {
        guard problems[work] != problem else { return }
        problems[work] = problem
        let gravest = Work.allCases.lazy.compactMap { self.problems[$0] }.first
        shown.withLock { $0.failure = gravest }
    }

    private func fail(_ error: any Error, at work: Work, _ nowNs: Nanoseconds) {
        failures += 1
        isParked = failures >= Self.attemptsMax
        let outcome = isParked ? "parked" : "trying again"
        note("\(error) (attempt \(failures) of \(Self.attemptsMax), \(outcome))", at: work)
        retryNs = nowNs + Self.sleepNs / 4
    }

    private func commit(_ nowNs: Nanoseconds) {
        do {
            try host.commit(durable: (0..<shards).map { taps[$0].durable }, nowNs: nowNs)
            noteHeard()
            note(nil, at: .commit)
        } catch {
            note("\(error)", at: .commit)
        }
    }

    /// After the last turn: what is durable is committed, and what is written seldom as well.
    func finish(nowNs: Nanoseconds) {
        if !isParked {
            do {
                try host.finish(durable: (0..<shards).map { taps[$0].durable }, nowNs: nowNs)
            } catch {
                note("at its end: \(error)", at: .end)
            }
        }
        mailbox.close()
        backlogMax = max(backlogMax, subscription.backlog)
        show()
    }

    /// The plugin's thread.
    var hostStatus: PluginHostStatus { host.status }

    /// Nothing waits that could be handed over.
    var isEmpty: Bool {
        guard batch.count == 0 else { return false }
        for shard in 0..<shards where !taps[shard].isEmpty { return false }
        return true
    }

    /// Nothing has come since a turn that found nothing.
    private var hasNothingNew: Bool { isEmpty && !hasTold && !isStopping && mailbox.isEmpty }

    private var isLive: Bool {
        for shard in 0..<shards where !taps[shard].isLive { return false }
        return true
    }

    private var isStopping: Bool {
        // ORDER: acquire; as in run.
        stopping.load(ordering: .acquiring)
    }

    private func show(_ nowNs: Nanoseconds = Clock.monotonicNs()) {
        shownNs = nowNs
        isShownStale = false
        let behind = followers.reduce(0) { $0 + Int($1.behind) }
        let counters = host.plugin.counters
        let status = host.status
        let cursors = (0..<shards).map { taps[$0].cursor }
        let lag = (0..<shards).reduce(UInt64(0)) { sum, shard in
            let durable = taps[shard].durable
            return durable == .max
                ? 0 : sum + (durable > cursors[shard].position ? durable - cursors[shard].position : 0)
        }
        let expired = (0..<shards).reduce(UInt64(0)) { $0 + taps[$1].expiredBytes }
        shown.withLock {
            $0.counters = counters
            $0.backlogMax = backlogMax
            $0.host = status
            $0.cursors = cursors
            $0.lagBytes = lag
            $0.behind = behind
            $0.expiredBytes = expired
        }
    }

    // MARK: Any thread

    func status() -> PluginStatus {
        let shown = shown.withLock { $0 }
        return PluginStatus(
            name: name, handled: shown.handled, dropped: subscription.droppedEvents, backlog: subscription.backlog,
            backlogMax: shown.backlogMax, counters: shown.counters, failure: shown.failure ?? shown.host?.failure,
            lagBytes: Int(shown.lagBytes), expiredBytes: Int(shown.expiredBytes), behind: shown.behind, host: shown.host
        )
    }

    /// Waits for the replies where the group is.
    func call(_ calls: [PluginCall]) -> CallGroup {
        let group = mailbox.post(calls)
        subscription.parker.wake()
        return group
    }

    /// After the shards have ended.
    func stop() {
        // ORDER: release, pairs with the acquire in run.
        stopping.store(true, ordering: .releasing)
        subscription.parker.wake()
    }

    func requestReload() {
        // ORDER: release; pairs with the exchange in takeReload.
        reloading.store(true, ordering: .releasing)
        subscription.parker.wake()
    }

    private func takeReload() -> Bool {
        // ORDER: the relaxed load spares the locked exchange; the acquire pairs with the release in requestReload.
        reloading.load(ordering: .relaxed) && reloading.exchange(false, ordering: .acquiring)
    }

    /// A plugin that takes it is parked no more. One that does not stays as it was, with the reason why it is parked.
    private func reload() {
        do {
            try host.plugin.reload()
            try watch(host.plugin.watchedPlates)
            isParked = false
            (failures, hearFailures) = (0, 0)
            for work in Work.allCases { note(nil, at: work) }
        } catch {
            if !isParked { note("reload refused, the old state stays: \(error)", at: .reload) }
        }
    }
}

/// A plugin as shown to people.
package struct PluginStatus: Sendable, Equatable {
    package let name: String
    /// Events it took; events that found its backlog full, without a journal.
    package let handled: Int
    package let dropped: Int
    package let backlog: Int
    package let backlogMax: Int
    package let counters: [PluginCounter]
    /// Why it goes on no more, or what it could not do and tries again. That an office is away is none of its own
    /// (`PluginHostStatus.deliveryProblem`).
    package let failure: String?
    /// Log bytes that are on disk and that it has not taken.
    package let lagBytes: Int
    /// Log bytes that were deleted before it had taken them.
    package let expiredBytes: Int
    /// Transactions of those it hears that it has not looked at.
    package let behind: Int
    package let host: PluginHostStatus?
}
