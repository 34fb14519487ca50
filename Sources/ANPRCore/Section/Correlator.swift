import CLinux

/// Pairs reads into section records, by event time: pure, one owner, no clock.
///
/// 1. A read of a section camera is put, once for each role of its camera, into the reorder buffer.
/// 2. The watermark is the latest capture time seen less the lateness allowed. Buckets that it has passed are given out,
///    and their reads processed strictly in order (`SectionRead.isBefore`). So the order of arrival does not matter.
/// 3. Processing a read first fires every deadline before its time. Then, among the passages of its skeleton and section:
///    - an entry within `crossingNs` of an open passage's entry, same plate, is the same crossing (the earliest counts);
///      otherwise it opens a passage;
///    - an exit within `crossingNs` of the first exit of a closing passage (or orphan), same plate, is the same crossing
///      (the latest counts); otherwise it closes the earliest open passage of exactly its plate within the credible
///      time: the longest time, the lowest speed. Were there several, they all end here, and a human looks. With none
///      it is an orphan.
/// 4. A closing passage is recorded `crossingNs` after its first exit. An open one is given up `passageMaxNs` after its
///    entry: if an orphan of the same skeleton and another plate could be its exit (the latest: the lowest speed), that
///    is a look-alike pair for a human; otherwise its exit is lost. An orphan is given up `passageMaxNs` after its exit.
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
    private var closings: DeadlineQueue
    private var horizons: DeadlineQueue
    private let latenessNs: Nanoseconds
    private let crossingNs: Nanoseconds
    private let passageMaxNs: Nanoseconds
    private let hasSections: Bool
    private var latestNs = Nanoseconds.min
    /// Captured before this: late.
    private var givenOutNs = Nanoseconds.min
    private var tally = CorrelatorCounters()

    package init(_ sections: SectionRegistry, cameras: CameraRegistry, settings: CorrelatorSettings) {
        hasSections = !sections.sections.isEmpty
        roles = CameraRoles(sections, cameras: cameras)
        judge = PassageJudge(sections, cameras: cameras, settings: settings)
        buffer = ReorderBuffer(capacity: hasSections ? settings.pendingReads : 64, spanNs: settings.latenessNs)
        passages = PassageTable(capacity: hasSections ? settings.openPassages : 64)
        closings = DeadlineQueue(capacity: hasSections ? settings.openPassages * 2 : 64)
        horizons = DeadlineQueue(capacity: hasSections ? settings.openPassages * 4 : 64)
        latenessNs = settings.latenessNs
        crossingNs = settings.crossingNs
        passageMaxNs = settings.passageMaxNs
    }

    package var counters: CorrelatorCounters {
        var counters = tally
        counters.pendingReads = buffer.count
        counters.openPassages = passages.count
        return counters
    }

    /// Takes a batch in any order of arrival.
    @inline(__always)
    package mutating func accept<Sink: RecordSink & ~Copyable>(
        _ reads: UnsafeBufferPointer<Read>, into sink: inout Sink
    ) {
        guard hasSections else { return }
        for i in 0..<reads.count {
            let roles = roles.roles(of: reads[i].camera)
            if roles.count > 0 { accept(reads.baseAddress! + i, roles, into: &sink) }
        }
    }

    @inline(never)
    private mutating func accept<Sink: RecordSink & ~Copyable>(
        _ read: UnsafePointer<Read>, _ roles: UnsafeBufferPointer<CameraRoles.Role>, into sink: inout Sink
    ) {
        let unfit = ReadFlags(rawValue: ReadFlags.unparseable.rawValue | ReadFlags.clockSuspect.rawValue)
        guard read.pointee.flags.isDisjoint(with: unfit) else {
            tally.skippedReads &+= roles.count
            return
        }
        let ns = read.pointee.capturedNs
        if ns > latestNs { moveWatermark(latestNs: ns, into: &sink) }
        guard ns >= givenOutNs else {
            tally.lateReads &+= roles.count
            return
        }
        let bucket = buffer.bucket(of: ns)
        for role in roles {
            let item = SectionRead(
                plate: read.pointee.plate, skeleton: read.pointee.skeleton, capturedNs: ns, id: read.pointee.id,
                section: role.section, isEntry: role.isEntry, lane: read.pointee.lane, country: read.pointee.country,
                confidence: read.pointee.confidence, vehicleClass: read.pointee.vehicleClass)
            while bucket >= buffer.nextBucket, !buffer.add(item, bucket: bucket) {
                tally.evicted &+= 1
                giveOut(before: buffer.nextBucket &+ 1, into: &sink)
            }
            // WHY: making room may have dealt with this read's own bucket; it is late then, by our doing.
            if bucket < buffer.nextBucket { tally.lateReads &+= 1 }
        }
    }

    private mutating func moveWatermark<Sink: RecordSink & ~Copyable>(
        latestNs ns: Nanoseconds, into sink: inout Sink
    ) {
        if latestNs == .min { buffer.begin(at: buffer.bucket(of: ns &- latenessNs)) }
        latestNs = ns
        let end = buffer.bucket(of: ns &- latenessNs)
        if end > buffer.nextBucket { giveOut(before: end, into: &sink) }
    }

    /// The clock says so: no read captured before `toNs` less the lateness will be taken any more.
    package mutating func advance<Sink: RecordSink & ~Copyable>(toNs: Nanoseconds, into sink: inout Sink) {
        guard hasSections, toNs > latestNs, latestNs != .min else { return }
        moveWatermark(latestNs: toNs, into: &sink)
        fire(before: givenOutNs, into: &sink)
    }

    /// Nothing will come any more: everything that waits is final.
    package mutating func finish<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        guard hasSections, latestNs != .min else { return }
        giveOut(before: buffer.bucket(of: latestNs) &+ 1, into: &sink)
        fire(before: .max, into: &sink)
    }

    // MARK: In order

    private mutating func giveOut<Sink: RecordSink & ~Copyable>(before end: Int64, into sink: inout Sink) {
        while buffer.nextBucket < end {
            if buffer.count == 0 {
                buffer.skip(to: end)
                break
            }
            process(UnsafeBufferPointer(buffer.takeBucket()), into: &sink)
        }
        givenOutNs = buffer.nextBucket &* buffer.bucketNs
    }

    private mutating func process<Sink: RecordSink & ~Copyable>(
        _ reads: UnsafeBufferPointer<SectionRead>, into sink: inout Sink
    ) {
        let headsAhead = 24
        let slotsAhead = 12
        tally.sectionReads &+= reads.count
        for i in 0..<reads.count {
            if i &+ headsAhead < reads.count {
                let far = reads[i &+ headsAhead]
                clinux_prefetch(passages.heads.base + passages.head(far.skeleton, far.section))
            }
            if i &+ slotsAhead < reads.count {
                let near = reads[i &+ slotsAhead]
                let first = passages.first(passages.head(near.skeleton, near.section))
                if first != 0 { clinux_prefetch(passages.slot(first)) }
            }
            process(reads[i], into: &sink)
        }
    }

    @inline(__always)
    private mutating func process<Sink: RecordSink & ~Copyable>(_ read: SectionRead, into sink: inout Sink) {
        fire(before: read.capturedNs, into: &sink)
        let head = passages.head(read.skeleton, read.section)
        if read.isEntry { enter(read, head, into: &sink) } else { exit(read, head, into: &sink) }
    }

    @inline(__always)
    private mutating func enter<Sink: RecordSink & ~Copyable>(
        _ read: SectionRead, _ head: Int, into sink: inout Sink
    ) {
        var at = passages.first(head)
        while at != 0 {
            let passage = passages.slot(at)
            if passage.pointee.plate == read.plate, passage.pointee.section == read.section,
                passage.pointee.state == .open, read.capturedNs &- passage.pointee.entryNs <= crossingNs
            {
                tally.duplicatesMerged &+= 1
                return
            }
            at = passage.pointee.next
        }
        let number = newPassage(read, head, into: &sink)
        passages.slot(number).pointee.state = .open
        passages.slot(number).pointee.setEntry(read)
    }

    /// A slot that waits in the horizon queue; makes room when there is none.
    @inline(__always)
    private mutating func newPassage<Sink: RecordSink & ~Copyable>(
        _ read: SectionRead, _ head: Int, into sink: inout Sink
    ) -> UInt32 {
        var number = passages.add(head)
        while number == 0 || horizons.isFull {
            evict(into: &sink)
            if number == 0 { number = passages.add(head) }
        }
        let passage = passages.slot(number)
        passage.pointee.plate = read.plate
        passage.pointee.skeleton = read.skeleton
        passage.pointee.section = read.section
        passage.pointee.horizonAt = horizons.push(number, ns: read.capturedNs &+ passageMaxNs)
        return number
    }

    @inline(__always)
    private mutating func exit<Sink: RecordSink & ~Copyable>(
        _ read: SectionRead, _ head: Int, into sink: inout Sink
    ) {
        let credibleNs = judge.credibleNs(read.section)
        var chosen: UInt32 = 0
        var candidates = 0
        var at = passages.first(head)
        while at != 0 {
            let passage = passages.slot(at)
            let following = passage.pointee.next
            if passage.pointee.plate == read.plate, passage.pointee.section == read.section {
                switch passage.pointee.state {
                case .closing, .orphan:
                    if read.capturedNs &- passage.pointee.exitFirstNs <= crossingNs {
                        passage.pointee.setExit(read)
                        tally.duplicatesMerged &+= 1
                        return
                    }
                case .open:
                    let takenNs = read.capturedNs &- passage.pointee.entryNs
                    if takenNs > 0, takenNs <= credibleNs {
                        candidates &+= 1
                        if chosen == 0 || passage.pointee.entryNs < passages.slot(chosen).pointee.entryNs {
                            chosen = at
                        }
                    }
                case .free: break
                }
            }
            at = following
        }
        guard chosen != 0 else { return addOrphan(read, head, into: &sink) }
        if candidates > 1 { endOthers(read, head, chosen, credibleNs) }
        close(chosen, read, severalEntries: candidates > 1, into: &sink)
    }

    private mutating func close<Sink: RecordSink & ~Copyable>(
        _ number: UInt32, _ read: SectionRead, severalEntries: Bool, into sink: inout Sink
    ) {
        let passage = passages.slot(number)
        horizons.strike(passage.pointee.horizonAt)
        passage.pointee.state = .closing
        passage.pointee.exitFirstNs = read.capturedNs
        passage.pointee.setExit(read)
        if severalEntries { passage.pointee.review.insert(.severalEntries) }
        if closings.isFull { fireClosing(into: &sink) }
        _ = closings.push(number, ns: read.capturedNs &+ crossingNs)
    }

    /// The candidates that were not chosen end with the exit.
    private mutating func endOthers(_ read: SectionRead, _ head: Int, _ chosen: UInt32, _ credibleNs: Nanoseconds) {
        var at = passages.first(head)
        while at != 0 {
            let passage = passages.slot(at)
            let following = passage.pointee.next
            let takenNs = read.capturedNs &- passage.pointee.entryNs
            if at != chosen, passage.pointee.plate == read.plate, passage.pointee.section == read.section,
                passage.pointee.state == .open, takenNs > 0, takenNs <= credibleNs
            {
                horizons.strike(passage.pointee.horizonAt)
                passages.remove(at)
            }
            at = following
        }
    }

    private mutating func addOrphan<Sink: RecordSink & ~Copyable>(
        _ read: SectionRead, _ head: Int, into sink: inout Sink
    ) {
        let number = newPassage(read, head, into: &sink)
        let passage = passages.slot(number)
        passage.pointee.state = .orphan
        passage.pointee.exitFirstNs = read.capturedNs
        passage.pointee.setExit(read)
    }

    // MARK: Deadlines

    @inline(__always)
    private mutating func fire<Sink: RecordSink & ~Copyable>(before ns: Nanoseconds, into sink: inout Sink) {
        while true {
            let closing = closings.first()
            let horizon = horizons.first()
            let closingNs = closing?.ns ?? .max
            let horizonNs = horizon?.ns ?? .max
            guard min(closingNs, horizonNs) < ns else { return }
            if closingNs <= horizonNs { fireClosing(into: &sink) } else { fireHorizon(into: &sink) }
        }
    }

    private mutating func fireClosing<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        guard let item = closings.first() else { return }
        closings.removeFirst()
        let passage = passages.slot(item.slot).pointee
        emit(passage, exitPlate: passage.plate, into: &sink)
        passages.remove(item.slot)
    }

    private mutating func fireHorizon<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        guard let item = horizons.first() else { return }
        horizons.removeFirst()
        if passages.slot(item.slot).pointee.state == .orphan {
            tally.orphanExits &+= 1
        } else {
            giveUp(item.slot, into: &sink)
        }
        passages.remove(item.slot)
    }

    /// An entry whose own exit never came: a look-alike's may be it.
    private mutating func giveUp<Sink: RecordSink & ~Copyable>(_ number: UInt32, into sink: inout Sink) {
        var passage = passages.slot(number).pointee
        let credibleNs = judge.credibleNs(passage.section)
        var chosen: UInt32 = 0
        var candidates = 0
        var at = passages.first(passages.head(passage.skeleton, passage.section))
        while at != 0 {
            let other = passages.slot(at).pointee
            let takenNs = other.exitNs &- passage.entryNs
            if other.state == .orphan, other.skeleton == passage.skeleton, other.section == passage.section,
                other.plate != passage.plate, takenNs > 0, takenNs <= credibleNs
            {
                candidates &+= 1
                if chosen == 0 || passages.slot(chosen).pointee.isExitBefore(other) { chosen = at }
            }
            at = other.next
        }
        guard chosen != 0 else {
            tally.lostExits &+= 1
            return
        }
        let orphan = passages.slot(chosen).pointee
        passage.takeExit(of: orphan)
        passage.review.insert(.lookAlike)
        if candidates > 1 { passage.review.insert(.severalExits) }
        emit(passage, exitPlate: orphan.plate, into: &sink)
        horizons.strike(orphan.horizonAt)
        passages.remove(chosen)
    }

    private mutating func emit<Sink: RecordSink & ~Copyable>(
        _ passage: Passage, exitPlate: Plate, into sink: inout Sink
    ) {
        tally.records &+= 1
        sink.recorded(judge.record(of: passage, exitPlate: exitPlate))
    }

    /// Makes room: the oldest deadline fires before its time.
    private mutating func evict<Sink: RecordSink & ~Copyable>(into sink: inout Sink) {
        tally.evicted &+= 1
        if horizons.first() != nil { fireHorizon(into: &sink) } else { fireClosing(into: &sink) }
    }
}

extension Passage {
    /// By time, then by identity.
    func isExitBefore(_ other: Passage) -> Bool {
        exitNs != other.exitNs ? exitNs < other.exitNs : exit < other.exit
    }

    mutating func takeExit(of other: Passage) {
        exitFirstNs = other.exitFirstNs
        exitNs = other.exitNs
        exit = other.exit
        exitCountry = other.exitCountry
        exitLane = other.exitLane
        exitConfidence = other.exitConfidence
        exitClass = other.exitClass
    }
}
