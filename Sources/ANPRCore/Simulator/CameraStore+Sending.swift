extension CameraStore {
    /// Sends what is due: at most one heartbeat and one window of frames a call; `wakeNs` says whether there is more.
    ///
    /// `nowNs` is the clock of the store's delays, best one that never goes back; `sentNs` is the time that the frames
    /// bear, each a nanosecond after the one before. The sink is told `nowNs`.
    package mutating func poll<Sink: FrameSink & ~Copyable>(
        nowNs: Nanoseconds, sentNs: Nanoseconds, into sink: inout Sink
    ) throws(SystemError) {
        advance(nowNs)
        stampNs = sentNs
        if self.nowNs >= silentNs { beginProbing() }
        if self.nowNs >= min(heartbeatNs, inquiryNs) { try sendHeartbeat(into: &sink) }
        switch phase {
        case .probing: break
        case .live: try sendNew(into: &sink)
        case .catchingUp: try sendWindow(into: &sink)
        }
    }

    /// Frames that one `poll` sends at most.
    package var pollFramesMax: Int { options.windowFramesMax + 1 }

    private mutating func nextStamp() -> Nanoseconds {
        defer { stampNs += 1 }
        return stampNs
    }

    private mutating func beginProbing() {
        phase = .probing
        inquiryNs = .max
        // The first question goes out at once. When the last silence brought nothing, its delay goes on growing: a
        // daemon that hears questions but loses frames is drowning.
        heartbeatNs = backoffNs == options.backoffMinNs ? nowNs : nowNs + jittered(backoffNs)
    }

    private mutating func sendHeartbeat<Sink: FrameSink & ~Copyable>(into sink: inout Sink) throws(SystemError) {
        inquiryNs = .max
        lastHeartbeatNs = nowNs
        if phase == .probing {
            heartbeatNs = nowNs + jittered(backoffNs)
            backoffNs = min(options.backoffMaxNs, backoffNs * 2)
            // A daemon whose clock was set back would otherwise stay unheard until its time has come again. What is
            // played again into the silence is old but true, and asks for a window at most.
            if backoffNs == options.backoffMaxNs { takenSentNs = .min }
        } else {
            heartbeatNs = nowNs + jittered(options.idleNs)
        }
        counts.heartbeats += 1
        let header = ControlHeader(
            .heartbeat, camera: camera, epoch: epoch, first: UInt32(first), next: UInt32(next), keyID: key?.id ?? 0,
            sentNs: nextStamp())
        let length = ControlFrame.encode(
            header, ranges: UnsafeBufferPointer(start: nil, count: 0), key: key?.key,
            into: UnsafeMutableRawBufferPointer(start: frame.base, count: frame.count))
        _ = try sink.send(UnsafeRawBufferPointer(start: frame.base, count: length), dueNs: nowNs)
    }

    /// A live store's: what is due are the newest reads, without gaps.
    private mutating func sendNew<Sink: FrameSink & ~Copyable>(into sink: inout Sink) throws(SystemError) {
        for _ in 0..<options.windowFramesMax {
            let from = next - dueReads
            let sendable = min(dueReads, sendEnd - from)
            guard sendable > 0 else { return }
            let isRipe = nowNs >= timesNs.base[place(from)] + options.lingerNs
            guard isRipe || sendable >= options.frameReadsMax else { return }
            try send(from..<from + min(sendable, options.frameReadsMax), into: &sink)
        }
    }

    private mutating func sendWindow<Sink: FrameSink & ~Copyable>(into sink: inout Sink) throws(SystemError) {
        while credit > 0, let run = nextRun() {
            credit -= 1
            try send(run, into: &sink)
        }
        guard dueReads == 0 else { return }
        phase = .live
        if !isWaiting { waitingFromNs = .max }
    }

    /// One past the last sequence that may go out: the daemon tells apart so many sequences behind the highest that it
    /// has seen, and the lowest that is kept must stay among them.
    var sendEnd: Int { first + Limits.windowReads - Limits.frameReadsMax }

    var hasSendable: Bool { dueReads > 0 && (next <= sendEnd || lowestDue < sendEnd) }

    private var lowestDue: Int {
        var at = max(dueFrom, first)
        while at < dueTo, !mark(of: at).isDue { at += 1 }
        return at
    }

    /// The reads of the next frame: the newest while the daemon's window spans all that is kept, since a fresh read can
    /// still lead to an interception; otherwise the oldest, since what the window leaves behind is lost.
    private mutating func nextRun() -> Range<Int>? {
        guard dueReads > 0 else { return nil }
        if next <= sendEnd {
            while !mark(of: dueTo - 1).isDue { dueTo -= 1 }
            var from = dueTo - 1
            while from > first, dueTo - from < options.frameReadsMax, mark(of: from - 1).isDue { from -= 1 }
            return from..<dueTo
        }
        dueFrom = lowestDue
        guard dueFrom < sendEnd else { return nil }
        var to = dueFrom + 1
        while to < min(next, sendEnd), to - dueFrom < options.frameReadsMax, mark(of: to).isDue { to += 1 }
        return dueFrom..<to
    }

    private mutating func send<Sink: FrameSink & ~Copyable>(
        _ run: Range<Int>, into sink: inout Sink
    ) throws(SystemError) {
        // Before the reads are marked: the wait for the daemon begins with the first that is out.
        if waitingFromNs == .max || !isWaiting { waitingFromNs = nowNs }
        for sequence in run {
            let at = place(sequence)
            packing.base[sequence - run.lowerBound] = reads.base[at]
            if marks.base[at] == .asked { counts.resentReads += 1 }
            marks.base[at] = .out
            timesNs.base[at] = nowNs
        }
        dueReads -= run.count
        outReads += run.count
        counts.frames += 1
        counts.sentReads += run.count
        let header = FrameHeader(
            camera: camera, epoch: epoch, sequence: UInt32(run.lowerBound), count: UInt8(run.count),
            keyID: key?.id ?? 0, sentNs: nextStamp())
        let length = FrameEncoder.encode(
            UnsafeBufferPointer(start: packing.base, count: run.count), header: header, key: key?.key,
            into: UnsafeMutableRawBufferPointer(start: frame.base, count: frame.count))
        _ = try sink.send(UnsafeRawBufferPointer(start: frame.base, count: length), dueNs: nowNs)
    }
}
