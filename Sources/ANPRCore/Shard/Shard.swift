/// One shard's work: rings -> match -> correlate -> streams. Pure: it knows no thread, socket or clock.
///
/// Owned by one thread. A turn takes the control plane's orders, then at most one batch from each ring.
package struct Shard: ~Copyable {
    // SAFE: owned memory: one consumer a receiver, initialised in init, ended in deinit.
    private let rings: UnsafeMutablePointer<RingConsumer<Read>>
    private let ringCount: Int
    private let mailbox: ShardMailbox
    private let states: StateRequest
    private var matcher: Matcher
    private var correlator: Correlator
    private var fan: StreamFan
    private var orders: [Matcher.Order] = []
    private var ordersDone = 0
    /// Room that the next saved state is given at first.
    private var stateBytes = 1 << 20

    /// Orders taken in one turn, so that a flood of list changes does not hold reads up.
    static let ordersMax = 1024
    /// Orders whose lines of memory are asked for before they are carried out.
    private static let ordersAhead = 32
    /// Time without reads moves on in such steps.
    static let advanceNs = 100 * Nanoseconds.millisecond

    package init(
        _ memories: [RingMemory<Read>], mailbox: ShardMailbox, states: StateRequest = StateRequest(),
        matcher: consuming Matcher, correlator: consuming Correlator, fan: consuming StreamFan
    ) {
        ringCount = memories.count
        rings = .allocate(capacity: ringCount)
        for (i, memory) in memories.enumerated() { (rings + i).initialize(to: memory.consumer()) }
        self.mailbox = mailbox
        self.states = states
        self.matcher = matcher
        self.correlator = correlator
        self.fan = fan
    }

    deinit {
        rings.deinitialize(count: ringCount)
        rings.deallocate()
    }

    /// Returns how much was done; 0 means idle.
    @inline(__always)
    package mutating func turn() -> Int {
        var work = 0
        if states.isWanted { giveState() }
        if mailbox.hasMail || ordersDone < orders.count { work &+= takeOrders() }
        fan.serveJoins()
        for i in 0..<ringCount {
            let batch = rings[i].poll(Limits.batchReads)
            guard !batch.isEmpty else { continue }
            // A log that the disk does not keep up with holds its shard up: what it cannot keep it does not take.
            guard fan.hasRoom() else { break }
            rings[i].ask(after: batch.count, upTo: Matcher.readsAhead)
            let n = take(batch)
            guard n > 0 else { break }
            rings[i].release(n)
            fan.noteRing(i, taken: rings[i].position)
            work &+= n
        }
        if work > 0 { fan.publish() }
        fan.noteTime(correlator.latestNs)
        fan.endTurn(isIdle: work == 0)
        return work
    }

    /// One batch, wherever it comes from; waits for room in a log. `publish` of the streams is the turn's.
    @inline(__always)
    package mutating func step(_ batch: UnsafeBufferPointer<Read>) {
        var rest = batch
        while !rest.isEmpty {
            while !fan.hasRoom() {}
            rest = UnsafeBufferPointer(rebasing: rest[take(rest)...])
        }
    }

    /// Takes a batch. Returns how many reads it took: fewer when the log has no room for what comes before the rest.
    @inline(__always)
    private mutating func take(_ batch: UnsafeBufferPointer<Read>) -> Int {
        fan.isDurable ? takeWhole(batch) : takeGroups(batch)
    }

    /// Group by group: the next one's filter words come while the sections of this one are worked at.
    @inline(__always)
    private mutating func takeGroups(_ batch: UnsafeBufferPointer<Read>) -> Int {
        let groupReads = Matcher.groupReads
        matcher.begin(batch)
        matcher.ask(batch, upTo: groupReads)
        var done = 0
        while done < batch.count {
            matcher.ask(batch, upTo: done &+ 2 &* groupReads)
            let group = UnsafeBufferPointer(rebasing: batch[done..<min(done &+ groupReads, batch.count)])
            let n = prepare(group)
            guard n > 0 else { break }
            correlator.acceptPrepared(group, into: &fan)
            let before = matcher.found
            matcher.sift(batch, done..<done &+ n)
            matcher.resolve(batch, upTo: before, into: &fan)
            done &+= n
        }
        matcher.resolve(batch, upTo: matcher.found, into: &fan)
        return done
    }

    /// With a log: reads and what is found in them are one group of it.
    @inline(__always)
    private mutating func takeWhole(_ batch: UnsafeBufferPointer<Read>) -> Int {
        let n = prepare(batch)
        guard n > 0 else { return 0 }
        let taken = UnsafeBufferPointer(rebasing: batch[..<n])
        fan.append(taken)
        // WHY hits before records: they must fit beside their reads.
        matcher.match(taken, into: &fan)
        correlator.acceptPrepared(taken, into: &fan)
        return n
    }

    /// How many reads of a group the sections take next. None: the log has no room for what comes before them.
    @inline(__always)
    private mutating func prepare(_ group: UnsafeBufferPointer<Read>) -> Int {
        let n = correlator.prepare(group)
        return n > 0 ? n : prepareLeap(group)
    }

    /// The batch's first read makes time leap.
    @inline(never)
    private mutating func prepareLeap(_ batch: UnsafeBufferPointer<Read>) -> Int {
        guard leap(to: batch[0].capturedNs), fan.hasRoom() else { return 0 }
        return correlator.prepare(batch)
    }

    /// Time goes on step by step, each a group of the log, until what is left may come at once. WHY: a group is kept
    /// whole or not at all; in one go it could be gigabytes, for which every hit waits, and which a crash undoes.
    /// False: the log has no room; the rest is another turn's.
    private mutating func leap(to ns: Nanoseconds) -> Bool {
        while correlator.isLeap(to: ns) {
            guard fan.hasRoom() else { return false }
            let stepNs = correlator.latestNs &+ (Correlator.leapNs &- 1)
            correlator.advance(toNs: stepNs, into: &fan)
            fan.advanced(toNs: stepNs)
            fan.publish()
        }
        return true
    }

    /// The latest time that it has heard of; `.min`: of none.
    package var latestNs: Nanoseconds { correlator.latestNs }

    mutating func isStalled() -> Bool { fan.isStalled() }

    // MARK: Recovery

    /// Whether the passages depend on a camera's reads.
    @inline(__always)
    func isAtSection(_ camera: UInt32) -> Bool { correlator.isAtSection(camera) }

    /// A batch that is in the log with all that was found in it: only the passages are brought up to date. Reads of
    /// cameras that are at no section may be left out.
    package mutating func replay(_ batch: UnsafeBufferPointer<Read>) {
        var nobody = NobodyListens()
        correlator.accept(batch, into: &nobody)
    }

    package mutating func replay(advancedToNs ns: Nanoseconds) {
        var nobody = NobodyListens()
        correlator.advance(toNs: ns, into: &nobody)
    }

    /// The log has been read to its end: what is written from now on knows the time. What a state or the log brought
    /// back was counted by the daemon that is gone.
    package mutating func endReplay() {
        fan.noteTime(correlator.latestNs)
        matcher.forgetCounts()
        correlator.forgetCounts()
    }

    package mutating func renew(_ hit: borrowing Hit) { matcher.renew(hit) }

    /// Closes the log's open block, so that the state has a place in it. A disk that takes nothing is waited for by
    /// whoever asked, not by the shard.
    @inline(never)
    private mutating func giveState() {
        guard fan.isDurable, !fan.isStalled() else { return }
        let position = fan.sealedEnd()
        var writer = StateWriter(capacity: stateBytes)
        correlator.save(to: &writer)
        matcher.save(to: &writer)
        let (memory, count) = writer.release()
        // WHY more: the next one seldom has to move what it has written.
        stateBytes = count + count / 4
        states.give(ShardState(position: position, memory, 0..<count))
    }

    /// Stands where the saved one stood. When it throws, it is as if new. What was counted before is not counted on.
    package mutating func restore(_ state: ShardState) throws(StateProblem) {
        var reader = StateReader(state.bytes)
        do throws(StateProblem) {
            try correlator.restore(from: &reader)
            try matcher.restore(from: &reader)
            guard reader.remaining == 0 else { throw StateProblem("more than a state") }
        } catch {
            correlator.clear()
            matcher.clear()
            throw error
        }
    }

    /// A batch that comes from no ring, with its log: for measurements. Waits for room.
    package mutating func keep(_ batch: UnsafeBufferPointer<Read>) {
        step(batch)
        fan.noteTime(correlator.latestNs)
        fan.endTurn(isIdle: false)
    }

    /// Where its log ends.
    package var logEnd: UInt64 {
        mutating get { fan.logEnd() }
    }

    /// Nothing waits in any ring or in the mailbox.
    var isIdle: Bool {
        for i in 0..<ringCount where !rings[i].isEmpty { return false }
        return !mailbox.hasMail && ordersDone == orders.count
    }

    /// Time goes on though no read comes.
    package mutating func advance(toNs: Nanoseconds) {
        // WHY not each time: each is a block of the log, and a commit.
        guard correlator.wantsTime(toNs), toNs &- correlator.latestNs >= Self.advanceNs else { return }
        guard leap(to: toNs), fan.hasRoom() else { return }
        correlator.advance(toNs: toNs, into: &fan)
        fan.advanced(toNs: toNs)
        fan.publish()
    }

    /// The daemon ends. Without a journal nothing will come any more, and everything that waits is final. With one it
    /// goes on where it stood at the next start.
    package mutating func finish() {
        if fan.isDurable {
            fan.stop()
            giveState()
        } else {
            correlator.finish(into: &fan)
        }
        fan.publish()
    }

    @inline(never)
    private mutating func takeOrders() -> Int {
        if ordersDone == orders.count {
            orders = mailbox.take()
            ordersDone = 0
        }
        let end = min(orders.count, ordersDone + Self.ordersMax)
        let n = end - ordersDone
        for i in ordersDone..<min(end, ordersDone + Self.ordersAhead) { matcher.prepare(orders[i]) }
        for i in ordersDone..<end {
            if i + Self.ordersAhead < end { matcher.prepare(orders[i + Self.ordersAhead]) }
            if case .remove(let entry, _) = orders[i] { fan.forget(entry) }
            if let retired = matcher.apply(orders[i]) { mailbox.retire(retired) }
        }
        ordersDone = end
        if ordersDone == orders.count {
            orders = []
            ordersDone = 0
        }
        mailbox.confirm(n)
        return n
    }

    /// Hands the counts over to where others can read them.
    package borrowing func show(in counters: Counters) {
        let match = matcher.counts
        counters.set(match.reads, at: ShardCounter.reads.rawValue)
        counters.set(match.hits, at: ShardCounter.hits.rawValue)
        counters.set(match.repeats, at: ShardCounter.repeats.rawValue)
        counters.set(match.sources, at: ShardCounter.sources.rawValue)
        counters.set(match.watched, at: ShardCounter.watched.rawValue)
        counters.set(match.exactAlerts, at: ShardCounter.exactAlerts.rawValue)
        counters.set(match.lookAlikeAlerts, at: ShardCounter.lookAlikeAlerts.rawValue)
        counters.set(match.patternAlerts, at: ShardCounter.patternAlerts.rawValue)
        counters.set(fan.counts.records, at: ShardCounter.records.rawValue)
        counters.set(fan.counts.offences, at: ShardCounter.offences.rawValue)
        counters.set(fan.counts.reviews, at: ShardCounter.reviews.rawValue)
        let section = correlator.counters
        counters.set(section.lateReads, at: ShardCounter.lateReads.rawValue)
        counters.set(section.lostExits, at: ShardCounter.lostExits.rawValue)
        counters.set(section.orphanExits, at: ShardCounter.orphanExits.rawValue)
        counters.set(section.pendingReads, at: ShardCounter.pendingReads.rawValue)
        counters.set(section.openPassages, at: ShardCounter.openPassages.rawValue)
        counters.set(section.evicted, at: ShardCounter.evicted.rawValue)
        counters.set(section.duplicatesMerged, at: ShardCounter.duplicatesMerged.rawValue)
        counters.set(section.skippedReads, at: ShardCounter.skippedReads.rawValue)
    }
}

/// Records that are in the log already.
private struct NobodyListens: RecordSink {
    mutating func recorded(_ record: borrowing SectionRecord) {}
}
