/// Tells cameras what they may forget, and asks for what is missing. One thread's; a step at a time, knows no clock.
///
/// A round, some milliseconds long (docs/JOURNAL.md says why this order):
/// 1. take the cameras that were heard, and note for each the sequence up to which nothing is missing;
/// 2. when every receiver has ended the turn that it was in, note each ring's tail;
/// 3. when the logs are durable beyond those tails, send the acknowledgements.
/// Rounds overlap. Where the disk stalls no more are begun than `roundsMax`; cameras keep what they have.
package final class Acknowledger {
    /// Where acknowledgements go.
    package typealias Send = (UnsafeRawBufferPointer, FrameSource) -> Void

    private struct Entry {
        var seat: Int
        var epoch: UInt32
        var settled: UInt32
    }

    private struct Round {
        var entries: [Entry]
        var mark: DurabilityFence.Mark
    }

    private let door: CameraDoor
    private let fence: DurabilityFence
    private var rounds: [Round] = []
    /// Cameras that are looked at again though nothing came of them: something is missing.
    private var lagging: Set<Int> = []
    private let frame: UnsafeMutableRawBufferPointer
    private var ranges: [SequenceRange] = []
    package let counters = Counters(count: AcknowledgerCounter.allCases.count)

    static let roundsMax = 64
    /// A gap that lasts longer is asked for: a frame that another one overtook is given time to come.
    static let gapNs = 20 * Nanoseconds.millisecond
    /// The same gap is not asked for again sooner.
    static let askAgainNs = 100 * Nanoseconds.millisecond

    init(door: CameraDoor, fence: DurabilityFence) {
        self.door = door
        self.fence = fence
        frame = .allocate(byteCount: ControlLayout.frameBytesMax, alignment: 8)
        ranges.reserveCapacity(ControlLayout.rangesMax)
    }

    deinit { frame.deallocate() }

    /// Something is under way: call again soon.
    package var isBusy: Bool { !rounds.isEmpty || !lagging.isEmpty }

    /// `nowNs` only grows; `sentNs` is the daemon's time, for the frames.
    package func turn(nowNs: Nanoseconds, sentNs: Nanoseconds, send: Send) {
        for i in rounds.indices { fence.follow(&rounds[i].mark) }
        while let first = rounds.first, fence.isDurable(first.mark) {
            for entry in first.entries { answer(entry, nowNs, sentNs, send) }
            rounds.removeFirst()
            counters.add(1, to: AcknowledgerCounter.rounds.rawValue)
        }
        if rounds.count < Self.roundsMax { begin() }
    }

    private func begin() {
        var seats = lagging
        lagging.removeAll(keepingCapacity: true)
        door.takeHeard { seats.insert($0) }
        guard !seats.isEmpty else { return }
        var entries: [Entry] = []
        for seat in seats.sorted() {
            door.claim(seat)
            if let entry = note(seat) { entries.append(entry) }
            door.release(seat)
        }
        guard !entries.isEmpty else { return }
        var mark = fence.mark()
        fence.follow(&mark)
        rounds.append(Round(entries: entries, mark: mark))
    }

    /// Under the camera's claim. Also of cameras that never ask: their `settled` moves on all the same.
    private func note(_ seat: Int) -> Entry? {
        let state = door.state(seat)
        let back = door.back(seat)
        let window = door.window(seat)
        let next = state.pointee.next
        // What fell out of the window will never be told apart: it counts as missing for ever. Not so of a camera that
        // asks: it holds back what the window does not reach, until it says that it gives something up.
        if !back.pointee.asks { back.pointee.settled = max(back.pointee.settled, SequenceWindow.begin(next: next)) }
        back.pointee.settled = window.firstMissing(from: back.pointee.settled, next: next)
        guard back.pointee.asks else { return nil }
        return Entry(seat: seat, epoch: state.pointee.epoch, settled: back.pointee.settled)
    }

    // MARK: Answers

    private func answer(_ entry: Entry, _ nowNs: Nanoseconds, _ sentNs: Nanoseconds, _ send: Send) {
        door.claim(entry.seat)
        let state = door.state(entry.seat).pointee
        let back = door.back(entry.seat)
        guard state.epoch == entry.epoch else { return door.release(entry.seat) }
        let isNews = entry.settled > back.pointee.acknowledged
        findRanges(entry.seat, state, back, nowNs)
        let isDue = isNews || back.pointee.isDue || !ranges.isEmpty
        if isDue {
            back.pointee.acknowledged = max(back.pointee.acknowledged, entry.settled)
            back.pointee.isDue = false
            back.pointee.answeredNs = max(sentNs, back.pointee.answeredNs &+ 1)
        }
        let copy = back.pointee
        door.release(entry.seat)
        // What is missing is looked for until it has come.
        if copy.settled < state.next { lagging.insert(entry.seat) }
        guard isDue else { return }
        let camera = door.cameraID(entry.seat)
        var header = ControlHeader(
            .acknowledgement, camera: camera, epoch: entry.epoch, first: copy.acknowledged, next: state.next,
            keyID: copy.keyID, sentNs: copy.answeredNs)
        header.count = UInt8(ranges.count)
        var key: SipKey?
        if door.isSealed {
            key = door.key(copy.keyID, camera: camera)
            // The camera or its key is gone since: nobody to answer.
            guard key != nil else { return }
        }
        let length = ranges.withUnsafeBufferPointer { ControlFrame.encode(header, ranges: $0, key: key, into: frame) }
        send(
            UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(frame)[..<length]),
            FrameSource(address: copy.address, port: copy.port))
        counters.add(1, to: AcknowledgerCounter.acknowledgements.rawValue)
    }

    /// What to ask for, under the camera's claim: the gaps that have lasted, not sooner again than a while.
    private func findRanges(
        _ seat: Int, _ state: CameraState, _ back: UnsafeMutablePointer<CameraReturn>, _ nowNs: Nanoseconds
    ) {
        ranges.removeAll(keepingCapacity: true)
        let window = door.window(seat)
        let gap = window.firstMissing(from: back.pointee.settled, next: state.next)
        guard gap < state.next else {
            back.pointee.gapSinceNs = 0
            return
        }
        if gap != back.pointee.gapAt || back.pointee.gapSinceNs == 0 {
            back.pointee.gapAt = gap
            back.pointee.gapSinceNs = nowNs
        }
        guard nowNs &- back.pointee.gapSinceNs >= Self.gapNs || back.pointee.isDue,
            nowNs &- back.pointee.gapAskedNs >= Self.askAgainNs
        else { return }
        back.pointee.gapAskedNs = nowNs
        var at = gap
        while at < state.next, ranges.count < ControlLayout.rangesMax {
            let end = window.firstCome(from: at, next: state.next)
            ranges.append(SequenceRange(first: at, count: end - at))
            counters.add(Int(end - at), to: AcknowledgerCounter.askedReads.rawValue)
            at = window.firstMissing(from: end, next: state.next)
        }
    }
}

/// What the acknowledger counts; the raw value indexes its `Counters`.
package enum AcknowledgerCounter: Int, CaseIterable, Sendable {
    case rounds, acknowledgements
    /// Reads that were asked for again, each time.
    case askedReads
    /// Acknowledgements that the kernel did not take.
    case sendFailures
}
