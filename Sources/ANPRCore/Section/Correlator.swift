import CLinux

/// Pairs reads into section records, by event time: pure, one owner, no clock.
///
/// 1. A read of a section camera is put, once for each role of its camera, into the reorder buffer.
/// 2. The watermark is the latest capture time seen less the lateness allowed. Buckets that it has passed are given
///    out, and their reads processed strictly in order (`SectionRead.isBefore`): the order of arrival does not matter.
/// 3. Processing a read first fires every deadline before its time. Then, among those of its skeleton and section:
///    - an entry within `crossingNs` of an open passage's entry, same plate, is the same crossing (the earliest
///      counts); otherwise it opens a passage;
///    - an exit within `crossingNs` of the first exit of a closing passage (or orphan), same plate, is the same
///      crossing (the latest counts); otherwise it closes the earliest open passage of exactly its plate within the
///      credible time: the longest time, the lowest speed. Were there several, they all end here, and a human looks.
///      With none it is an orphan.
/// 4. A closing passage is recorded `crossingNs` after its first exit. An open one is given up `passageMaxNs` after its
///    entry: if an orphan of the same skeleton and another plate could be its exit (the latest: the lowest speed),
///    that is a look-alike pair for a human; otherwise its exit is lost. An orphan is given up `passageMaxNs` after
///    its exit.
///
/// Deadlines are a constant after the read that sets them, so two queues hold them in order, and they fire in event
/// time, between the reads: what comes out, and in which order, is a function of the set of reads alone.
///
/// At a bound (reads waiting, passages open) the oldest is dealt with early, and counted as evicted.
package struct Correlator: ~Copyable {
    private let roles: CameraRoles
    private let judge: PassageJudge
    private var buffer: ReorderBuffer
    private var passages: PassageTable
    private var closings: ClosingQueue
    private var horizons: HorizonQueue
    /// Of the batch that was prepared: the reads whose camera has a role.
    private let chosen: Slab<UInt16>
    private var chosenCount = 0
    private let latenessNs: Nanoseconds
    private let crossingNs: Nanoseconds
    private let passageMaxNs: Nanoseconds
    private let leapReads: Int
    private let hasSections: Bool
    /// The latest capture time, or time, that it has heard of.
    package private(set) var latestNs = Nanoseconds.min
    /// A read captured here or later moves the watermark past a bucket.
    private var movesAtNs = Nanoseconds.min
    /// Captured before this: late.
    private var givenOutNs = Nanoseconds.min
    private var tally = CorrelatorCounters()
    private let fingerprint: CorrelatorFingerprint
    private let sectionCount: Int

    package init(_ sections: SectionRegistry, cameras: CameraRegistry, settings: CorrelatorSettings) {
        hasSections = !sections.sections.isEmpty
        roles = CameraRoles(sections, cameras: cameras)
        judge = PassageJudge(sections, cameras: cameras, settings: settings)
        buffer = ReorderBuffer(capacity: hasSections ? settings.pendingReads : 64, spanNs: settings.latenessNs)
        passages = PassageTable(capacity: hasSections ? settings.openPassages : 64)
        closings = ClosingQueue(capacity: hasSections ? settings.openPassages : 64)
        horizons = HorizonQueue(capacity: hasSections ? settings.openPassages * 4 : 64)
        chosen = Slab(count: Limits.batchReads)
        latenessNs = settings.latenessNs
        crossingNs = settings.crossingNs
        passageMaxNs = settings.passageMaxNs
        leapReads = settings.leapReads
        fingerprint = CorrelatorFingerprint(sections, judge: judge, settings: settings)
        sectionCount = sections.sections.count
    }

    package var counters: CorrelatorCounters {
        var counters = tally
        counters.pendingReads = buffer.count
        counters.openPassages = passages.count
        return counters
    }

    /// Whether any of its reads can count.
    @inline(__always)
    func isAtSection(_ camera: UInt32) -> Bool { roles.oneIfAny(camera) != 0 }

    /// Takes a batch in any order of arrival.
    @inline(__always)
    package mutating func accept<Sink: RecordSink & ~Copyable>(
        _ reads: UnsafeBufferPointer<Read>, into sink: inout Sink
    ) {
        choose(reads)
        acceptPrepared(reads, into: &sink)
    }

    /// Step 1, for a batch of which `acceptPrepared` takes as many reads next as this returns: those before time leaps
    /// (see `isLeap`), all of them most often.
    @inline(__always)
    package mutating func prepare(_ reads: UnsafeBufferPointer<Read>) -> Int {
        choose(reads)
        guard buffer.count > leapReads, let base = reads.baseAddress else { return reads.count }
        let leapsAtNs = latestNs &+ Self.leapNs
        for i in 0..<chosenCount {
            let read = base + Int(chosen.base[i])
            guard read.pointee.capturedNs >= leapsAtNs, Self.isFit(read.pointee.flags) else { continue }
            chosenCount = i
            return Int(chosen.base[i])
        }
        return reads.count
    }

    /// What waits is much, and time would go on by more than this: given out at once it would be one turn's work, and
    /// one group of the log, of any size. `advance` first, a step at a time.
    package static let leapNs = 250 * Nanoseconds.millisecond

    @inline(__always)
    package func isLeap(to ns: Nanoseconds) -> Bool { buffer.count > leapReads && ns &- latestNs >= Self.leapNs }

    @inline(__always)
    private mutating func choose(_ reads: UnsafeBufferPointer<Read>) {
        chosenCount = 0
        guard hasSections, let base = reads.baseAddress else { return }
        precondition(reads.count <= Limits.batchReads)
        // WHY two steps: whether a read's camera has a role cannot be foretold, so it is not branched on.
        let chosen = chosen.base
        var n = 0
        for i in 0..<reads.count {
            chosen[n] = UInt16(truncatingIfNeeded: i)
            n &+= roles.oneIfAny(base[i].camera)  // SAFE: n <= i < batchReads
        }
        chosenCount = n
    }

    /// Step 2. `reads` begins as the batch that was prepared.
    @inline(__always)
    package mutating func acceptPrepared<Sink: RecordSink & ~Copyable>(
        _ reads: UnsafeBufferPointer<Read>, into sink: inout Sink
    ) {
        guard let base = reads.baseAddress else { return }
        var done = 0
        while done < chosenCount {
            done = acceptRun(base, from: done)
            guard done < chosenCount else { return }
            acceptSpecial(base + Int(chosen.base[done]), into: &sink)
            done &+= 1
        }
    }

    /// Whether a read's plate and time can be used.
    @inline(__always)
    private static func isFit(_ flags: ReadFlags) -> Bool {
        flags.isDisjoint(with: ReadFlags(rawValue: ReadFlags.unparseable.rawValue | ReadFlags.clockSuspect.rawValue))
    }

    /// Chosen reads up to the first that asks for more than a place in its bucket. Returns where that stands.
    ///
    /// WHY a loop of its own: nothing in it calls anything that could change the watermark, so all of it stays in
    /// registers.
    @inline(never)
    private mutating func acceptRun(_ base: UnsafePointer<Read>, from start: Int) -> Int {
        let chosen = chosen.base
        let count = chosenCount
        let givenOutNs = givenOutNs
        let movesAtNs = movesAtNs
        var latestNs = latestNs
        var at = start
        while at < count {
            let read = base + Int(chosen[at])
            let ns = read.pointee.capturedNs
            let roles = roles.roles(of: read.pointee.camera)
            guard Self.isFit(read.pointee.flags), ns >= givenOutNs, ns < movesAtNs, buffer.hasRoom(for: roles.count)
            else { break }
            latestNs = max(latestNs, ns)
            let bucket = buffer.slot(buffer.bucket(of: ns))
            for i in 0..<roles.count {
                let head = passages.head(read.pointee.skeleton, roles.base[i].section)
                buffer.add(read, roles.base[i], head: head, to: bucket)
            }
            at &+= 1
        }
        self.latestNs = latestNs
        return at
    }

    /// A read that cannot be used, moves the watermark, comes too late, or finds little room.
    @inline(never)
    private mutating func acceptSpecial<Sink: RecordSink & ~Copyable>(
        _ read: UnsafePointer<Read>, into sink: inout Sink
    ) {
        let roles = roles.roles(of: read.pointee.camera)
        guard Self.isFit(read.pointee.flags) else {
            tally.skippedReads &+= roles.count
            return
        }
        let ns = read.pointee.capturedNs
        if ns >= movesAtNs { moveWatermark(latestNs: ns, into: &sink) }
        latestNs = max(latestNs, ns)
        guard ns >= givenOutNs else {
            tally.lateReads &+= roles.count
            return
        }
        let bucket = buffer.bucket(of: ns)
        for i in 0..<roles.count {
            let head = passages.head(read.pointee.skeleton, roles.base[i].section)
            if buffer.hasRoom(for: 1) {
                buffer.add(read, roles.base[i], head: head, to: buffer.slot(bucket))
            } else {
                addEvicting(read, roles.base[i], head, bucket, into: &sink)
            }
        }
    }

    /// There is no room: the oldest bucket is dealt with early.
    @inline(never)
    private mutating func addEvicting<Sink: RecordSink & ~Copyable>(
        _ read: UnsafePointer<Read>, _ role: CameraRoles.Role, _ head: UInt32, _ bucket: Int64, into sink: inout Sink
    ) {
        while bucket >= buffer.nextBucket {
            tally.evicted &+= 1
            giveOut(before: buffer.nextBucket &+ 1, into: &sink)
            if bucket >= buffer.nextBucket, buffer.hasRoom(for: 1) {
                return buffer.add(read, role, head: head, to: buffer.slot(bucket))
            }
        }
        // Making room has dealt with this read's own bucket; it is late, by our doing.
        tally.lateReads &+= 1
    }

    @inline(never)
    private mutating func moveWatermark<Sink: RecordSink & ~Copyable>(
        latestNs ns: Nanoseconds, into sink: inout Sink
    ) {
        if latestNs == .min { buffer.begin(at: buffer.bucket(of: ns &- latenessNs)) }
        latestNs = max(latestNs, ns)
        giveOut(before: buffer.bucket(of: latestNs &- latenessNs), into: &sink)
    }

    /// Whether `advance` to an instant would find anything to do. An idle shard whose time goes on writes nothing.
    package func wantsTime(_ toNs: Nanoseconds) -> Bool {
        guard hasSections, latestNs != .min, toNs >= movesAtNs else { return false }
        let finalNs = toNs &- latenessNs
        return buffer.count > 0 || closings.dueNs < finalNs || horizons.notBeforeNs < finalNs
    }

    /// The clock says so: no read captured before `toNs` less the lateness will be taken any more.
    package mutating func advance<Sink: RecordSink & ~Copyable>(toNs: Nanoseconds, into sink: inout Sink) {
        guard hasSections, toNs > latestNs, latestNs != .min else { return }
        if toNs >= movesAtNs { moveWatermark(latestNs: toNs, into: &sink) }
        latestNs = toNs
        fire(before: givenOutNs, into: &sink)
    }

    /// Nothing will come any more: everything that waits is final.
    package mutating func finish<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        guard hasSections, latestNs != .min else { return }
        giveOut(before: buffer.bucket(of: latestNs) &+ 1, into: &sink)
        fire(before: .max, into: &sink)
    }

    // MARK: In order

    @inline(never)
    private mutating func giveOut<Sink: RecordSink & ~Copyable>(before end: Int64, into sink: inout Sink) {
        while buffer.nextBucket < end {
            if buffer.count == 0 {
                buffer.skip(to: end)
                break
            }
            let bucket = buffer.takeBucket()
            if bucket.count > 0 { process(bucket, into: &sink) }
        }
        noteWatermark()
    }

    @inline(__always)
    private mutating func noteWatermark() {
        givenOutNs = buffer.startNs(of: buffer.nextBucket)
        movesAtNs = buffer.startNs(of: buffer.nextBucket &+ 1) &+ latenessNs
    }

    private mutating func process<Sink: RecordSink & ~Copyable>(
        _ bucket: ReorderBuffer.Bucket, into sink: inout Sink
    ) {
        tally.sectionReads &+= Int(bucket.count)
        if buffer.isOrdered(bucket) {
            processInPlace(bucket, into: &sink)
        } else {
            let reads = buffer.sorted(bucket)
            let base = UnsafePointer(reads.baseAddress!)
            let whole = ReorderBuffer.chunkReads
            func block(_ at: Int) -> UnsafePointer<SectionRead> { base + min(at, (reads.count - 1) / whole * whole) }
            askFor(block(0), block(whole), reads.count)
            for at in stride(from: 0, to: reads.count, by: whole) {
                process(
                    block(at), min(whole, reads.count - at), second: block(at + whole), third: block(at + 2 * whole),
                    into: &sink)
            }
        }
    }

    /// Chunk by chunk, as they stand in the buffer.
    private mutating func processInPlace<Sink: RecordSink & ~Copyable>(
        _ bucket: ReorderBuffer.Bucket, into sink: inout Sink
    ) {
        let whole = ReorderBuffer.chunkReads
        var rest = Int(bucket.count)
        var chunk = bucket.first
        var second = rest > whole ? buffer.chunk(after: chunk) : chunk
        askFor(buffer.reads(of: chunk), buffer.reads(of: second), rest)
        while rest > 0 {
            let third = rest > 2 &* whole ? buffer.chunk(after: second) : second
            process(
                buffer.reads(of: chunk), min(whole, rest), second: buffer.reads(of: second),
                third: buffer.reads(of: third), into: &sink)
            _ = buffer.release(chunk)
            chunk = second
            second = third
            rest &-= whole
        }
    }

    /// What the first chunk of a bucket touches, of `count` reads, and the heads of the second.
    private func askFor(
        _ first: UnsafePointer<SectionRead>, _ second: UnsafePointer<SectionRead>, _ count: Int
    ) {
        let whole = ReorderBuffer.chunkReads
        for i in 0..<min(whole, count) { askForHead(first + i) }
        for i in 0..<max(0, min(whole, count &- whole)) { askForHead(second + i) }
        for i in 0..<min(whole, count) { askForPassage(first + i) }
    }

    @inline(__always)
    private func askForHead(_ read: UnsafePointer<SectionRead>) {
        clinux_prefetch(passages.heads.base + Int(read.pointee.head))
    }

    /// WHY no questions asked: half of these heads are empty, and which cannot be foretold; slot 0 does no harm.
    @inline(__always)
    private func askForPassage(_ read: UnsafePointer<SectionRead>) {
        clinux_prefetch(passages.slot(passages.first(read.pointee.head)))
    }

    /// Half a chunk: what stands behind a passage is asked for when that has come.
    private static let nextAhead = ReorderBuffer.chunkReads / 2

    /// The passage behind the first of a chain. Most have none, and no harm is done; where it is wanted, nobody else
    /// would have asked for it.
    @inline(__always)
    private func askForNext(_ read: UnsafePointer<SectionRead>) {
        clinux_prefetch(passages.slot(passages.slot(passages.first(read.pointee.head)).pointee.next))
    }

    /// Reads in order. What is due between them fires at the end, together.
    ///
    /// WHY that is the same: of a passage that is closing, a read asks only whether it is due yet, and asks its time.
    /// Only what gives a passage up, or needs its room, must find fired what was due before (`fire`).
    ///
    /// What the chunks behind this one touch is asked for on the way, a read's at a time: the heads of the third, the
    /// passages of the second, and half a chunk ahead what stands behind those. WHY not a chunk's at once: a core keeps
    /// only so many lines under way. Where there is no such chunk it is one before it; past a chunk's last read stand
    /// older ones, whose heads are heads still.
    @inline(never)
    private mutating func process<Sink: RecordSink & ~Copyable>(
        _ reads: UnsafePointer<SectionRead>, _ count: Int, second: UnsafePointer<SectionRead>,
        third: UnsafePointer<SectionRead>, into sink: inout Sink
    ) {
        for i in 0..<count {
            let read = reads + i
            askForHead(third + i)
            askForPassage(second + i)
            askForNext(i < Self.nextAhead ? reads + (i &+ Self.nextAhead) : second + (i &- Self.nextAhead))
            if horizons.notBeforeNs < read.pointee.capturedNs { fire(before: read.pointee.capturedNs, into: &sink) }
            if read.pointee.isEntry { enter(read, into: &sink) } else { exit(read, into: &sink) }
        }
        fire(before: reads[count &- 1].capturedNs, into: &sink)
    }

    @inline(__always)
    private mutating func enter<Sink: RecordSink & ~Copyable>(
        _ read: UnsafePointer<SectionRead>, into sink: inout Sink
    ) {
        var at = passages.first(read.pointee.head)
        while at != 0 {
            let passage = passages.slot(at)
            if passage.pointee.plate == read.pointee.plate, passage.pointee.section == read.pointee.section,
                passage.pointee.state == .open, read.pointee.capturedNs &- passage.pointee.end.ns <= crossingNs
            {
                tally.duplicatesMerged &+= 1
                return
            }
            at = passage.pointee.next
        }
        newPassage(read, .open, into: &sink)
    }

    /// A passage that waits in the horizon queue; makes room when there is none.
    @inline(__always)
    private mutating func newPassage<Sink: RecordSink & ~Copyable>(
        _ read: UnsafePointer<SectionRead>, _ state: Passage.State, into sink: inout Sink
    ) {
        if horizons.isFull || passages.isFull { makeRoom(read.pointee.capturedNs, into: &sink) }
        let number = passages.add(read.pointee.head)
        let passage = passages.slot(number)
        passage.pointee.plate = read.pointee.plate
        passage.pointee.end = PassageEnd(read)
        passage.pointee.firstNs = read.pointee.capturedNs
        passage.pointee.section = read.pointee.section
        passage.pointee.state = state
        passage.pointee.queueAt = horizons.push(number, ns: read.pointee.capturedNs &+ passageMaxNs)
    }

    @inline(__always)
    private mutating func exit<Sink: RecordSink & ~Copyable>(
        _ read: UnsafePointer<SectionRead>, into sink: inout Sink
    ) {
        let credibleNs = judge.credibleNs(read.pointee.section)
        var chosen: UInt32 = 0
        var candidates = 0
        var at = passages.first(read.pointee.head)
        while at != 0 {
            let passage = passages.slot(at)
            if passage.pointee.plate == read.pointee.plate, passage.pointee.section == read.pointee.section {
                if isSameCrossing(read, passage) { return }
                let takenNs = read.pointee.capturedNs &- passage.pointee.end.ns
                if passage.pointee.state == .open, takenNs > 0, takenNs <= credibleNs {
                    candidates &+= 1
                    if chosen == 0 || passage.pointee.end.ns < passages.slot(chosen).pointee.end.ns { chosen = at }
                }
            }
            at = passage.pointee.next
        }
        guard chosen != 0 else { return newPassage(read, .orphan, into: &sink) }
        if candidates > 1 { endOthers(read, chosen, credibleNs) }
        close(chosen, read, severalEntries: candidates > 1, into: &sink)
    }

    /// Whether an exit was seen of this crossing before; the latest counts.
    @inline(__always)
    private mutating func isSameCrossing(_ read: UnsafePointer<SectionRead>, _ passage: UnsafeMutablePointer<Passage>)
        -> Bool
    {
        switch passage.pointee.state {
        case .closing:
            let closing = closings.place(passage.pointee.queueAt)
            guard read.pointee.capturedNs <= closing.pointee.dueNs else { return false }
            closing.pointee.exit = PassageEnd(read)
        case .orphan:
            guard read.pointee.capturedNs &- passage.pointee.firstNs <= crossingNs else { return false }
            passage.pointee.end = PassageEnd(read)
        case .open, .free: return false
        }
        tally.duplicatesMerged &+= 1
        return true
    }

    @inline(__always)
    private mutating func close<Sink: RecordSink & ~Copyable>(
        _ number: UInt32, _ read: UnsafePointer<SectionRead>, severalEntries: Bool, into sink: inout Sink
    ) {
        let passage = passages.slot(number)
        horizons.strike(passage.pointee.queueAt)
        passage.pointee.state = .closing
        if severalEntries { passage.pointee.review.insert(.severalEntries) }
        if closings.isFull { makeRoomToClose(read.pointee.capturedNs, into: &sink) }
        passage.pointee.queueAt = closings.push(
            ClosingQueue.Item(dueNs: read.pointee.capturedNs &+ crossingNs, exit: PassageEnd(read), slot: number))
    }

    /// The candidates that were not chosen end with the exit.
    private mutating func endOthers(
        _ read: UnsafePointer<SectionRead>, _ chosen: UInt32, _ credibleNs: Nanoseconds
    ) {
        var at = passages.first(read.pointee.head)
        while at != 0 {
            let passage = passages.slot(at)
            let following = passage.pointee.next
            let takenNs = read.pointee.capturedNs &- passage.pointee.end.ns
            if at != chosen, passage.pointee.plate == read.pointee.plate,
                passage.pointee.section == read.pointee.section,
                passage.pointee.state == .open, takenNs > 0, takenNs <= credibleNs
            {
                horizons.strike(passage.pointee.queueAt)
                passages.remove(at)
            }
            at = following
        }
    }

    // MARK: Deadlines

    @inline(__always)
    private mutating func fire<Sink: RecordSink & ~Copyable>(before ns: Nanoseconds, into sink: inout Sink) {
        while true {
            let closingNs = closings.dueNs
            let horizonNs = horizons.notBeforeNs
            guard min(closingNs, horizonNs) < ns else { return }
            if closingNs <= horizonNs { fireClosing(into: &sink) } else { fireHorizon(into: &sink) }
        }
    }

    private mutating func fireClosing<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        let closing = closings.first
        let number = closing.pointee.slot
        let passage = passages.slot(number)
        tally.records &+= 1
        sink.recorded(
            judge.record(
                section: passage.pointee.section, plate: passage.pointee.plate, exitPlate: passage.pointee.plate,
                entry: passage.pointee.end, exit: closing.pointee.exit, review: passage.pointee.review))
        closings.removeFirst()
        passages.remove(number)
    }

    /// Gives up what waits longest; or, if what was due has been struck out, finds out when the next is due.
    @inline(never)
    private mutating func fireHorizon<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        let number = horizons.first()
        guard number != 0 else { return }
        askForHorizon()
        let deadlineNs = passages.slot(number).pointee.firstNs &+ passageMaxNs
        guard deadlineNs <= horizons.notBeforeNs else { return horizons.note(deadlineNs: deadlineNs) }
        horizons.removeFirst()
        if passages.slot(number).pointee.state == .orphan {
            tally.orphanExits &+= 1
        } else {
            giveUp(number, into: &sink)
        }
        passages.remove(number)
    }

    private static let horizonAhead: UInt32 = 16

    /// Passages that are given up were last touched long ago, and more are when one is: a passage's line first, then
    /// that of the head which it names.
    @inline(__always)
    private func askForHorizon() {
        clinux_prefetch(passages.slot(horizons.slot(behind: Self.horizonAhead)))
        let near = passages.slot(horizons.slot(behind: Self.horizonAhead / 2))
        clinux_prefetch(passages.heads.base + Int(near.pointee.head))
    }

    /// An entry whose own exit never came: a look-alike's may be it.
    private mutating func giveUp<Sink: RecordSink & ~Copyable>(_ number: UInt32, into sink: inout Sink) {
        let passage = passages.slot(number).pointee
        let credibleNs = judge.credibleNs(passage.section)
        var chosen: UInt32 = 0
        var candidates = 0
        var at = passages.first(passage.head)
        while at != 0 {
            let other = passages.slot(at).pointee
            let takenNs = other.end.ns &- passage.end.ns
            if other.state == .orphan, other.section == passage.section, other.plate != passage.plate,
                takenNs > 0, takenNs <= credibleNs, other.plate.skeleton == passage.plate.skeleton
            {
                candidates &+= 1
                if chosen == 0 || PassageEnd.isBefore(passages.slot(chosen).pointee.end, other.end) { chosen = at }
            }
            at = other.next
        }
        guard chosen != 0 else {
            tally.lostExits &+= 1
            return
        }
        let orphan = passages.slot(chosen).pointee
        var review: ReviewReasons = passage.review.union(.lookAlike)
        if candidates > 1 { review.insert(.severalExits) }
        tally.records &+= 1
        sink.recorded(
            judge.record(
                section: passage.section, plate: passage.plate, exitPlate: orphan.plate, entry: passage.end,
                exit: orphan.end, review: review))
        horizons.strike(orphan.queueAt)
        passages.remove(chosen)
    }

    /// Room for a passage: what is due goes first, then what would be due next, before its time.
    @inline(never)
    private mutating func makeRoom<Sink: RecordSink & ~Copyable>(_ ns: Nanoseconds, into sink: inout Sink) {
        fire(before: ns, into: &sink)
        while horizons.isFull || passages.isFull { evict(into: &sink) }
    }

    /// Room for an exit that waits.
    @inline(never)
    private mutating func makeRoomToClose<Sink: RecordSink & ~Copyable>(_ ns: Nanoseconds, into sink: inout Sink) {
        fire(before: ns, into: &sink)
        if closings.isFull { fireClosing(into: &sink) }
    }

    /// The oldest deadline fires before its time.
    private mutating func evict<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        let before = passages.count
        if horizons.isEmpty { fireClosing(into: &sink) } else { fireHorizon(into: &sink) }
        if passages.count < before { tally.evicted &+= 1 }
    }
}

// MARK: Saved state

extension Correlator {
    /// Everything that what comes out later depends on; at the cost of what waits.
    package borrowing func save(to writer: inout StateWriter) {
        writer.mark("sections")
        writer.put(fingerprint)
        writer.put(latestNs)
        writer.put(tally)
        buffer.save(to: &writer)
        passages.save(to: &writer)
        closings.save(to: &writer)
        horizons.save(to: &writer)
    }

    /// Goes on where the saved one stood: what comes out is what would have come out of that. When it throws, the
    /// correlator is as if new.
    package mutating func restore(from reader: inout StateReader) throws(StateProblem) {
        clear()
        do throws(StateProblem) {
            try take(from: &reader)
            try joinPassages()
        } catch {
            clear()
            throw error
        }
    }

    private mutating func take(from reader: inout StateReader) throws(StateProblem) {
        try reader.expect("sections")
        guard try reader.take(CorrelatorFingerprint.self) == fingerprint else {
            throw StateProblem("the sections or their settings have changed")
        }
        latestNs = try reader.take(Nanoseconds.self)
        tally = try reader.takeCounts(CorrelatorCounters.self)
        try buffer.restore(from: &reader, sections: sectionCount, heads: passages.heads.count)
        let endNs = buffer.startNs(of: buffer.nextBucket)
        if buffer.hasBegun {
            // Between these two lies the watermark, however it got there.
            guard (-Self.latestEndNs...Self.latestEndNs).contains(latestNs),
                buffer.bucket(of: latestNs &- latenessNs) <= buffer.nextBucket,
                buffer.nextBucket <= buffer.bucket(of: latestNs) &+ 1
            else { throw StateProblem("the watermark is not where the latest read puts it") }
            noteWatermark()
        } else {
            guard latestNs == .min else { throw StateProblem("a latest read before the first") }
        }
        try passages.restore(from: &reader, sections: sectionCount, endNs: endNs)
        try closings.restore(from: &reader)
        try horizons.restore(from: &reader)
    }

    /// Sums with a lateness stay far from the ends of time.
    private static var latestEndNs: Nanoseconds { .max / 2 }

    /// Every passage stands in the one queue that its state asks for, and nothing else stands there.
    private mutating func joinPassages() throws(StateProblem) {
        var closingCount = 0
        for number in 1..<passages.slotEnd {
            let passage = passages.slot(number).pointee
            switch passage.state {
            case .free: continue
            case .closing:
                guard let closing = closings.closing(of: number, at: passage.queueAt), isCredible(closing, passage)
                else { throw StateProblem("passage \(number) has no exit") }
                closingCount += 1
            case .open, .orphan:
                guard horizons.stand(number, at: passage.queueAt) else {
                    throw StateProblem("passage \(number) waits nowhere")
                }
            }
        }
        guard closingCount == closings.count else { throw StateProblem("an exit has no passage") }
    }

    /// The exit is later than the entry, and was taken before the watermark.
    private func isCredible(_ closing: ClosingQueue.Item, _ passage: Passage) -> Bool {
        let (takenNs, isOver) = closing.exit.ns.subtractingReportingOverflow(passage.end.ns)
        return !isOver && takenNs > 0 && takenNs <= passageMaxNs &+ crossingNs && closing.exit.ns < givenOutNs
    }

    mutating func forgetCounts() { tally = CorrelatorCounters() }

    mutating func clear() {
        buffer.clear()
        passages.clear()
        closings.clear()
        horizons.clear()
        tally = CorrelatorCounters()
        latestNs = .min
        movesAtNs = .min
        givenOutNs = .min
    }
}
