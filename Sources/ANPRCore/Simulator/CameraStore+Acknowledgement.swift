extension CameraStore {
    /// Takes a control frame of the daemon. Returns the cause when it is refused; nothing is changed then.
    @discardableResult
    package mutating func take(_ frame: UnsafeRawBufferPointer, nowNs: Nanoseconds) -> FrameRefusal? {
        advance(nowNs)
        do throws(FrameRefusal) {
            acknowledge(try open(frame), frame)
            return nil
        } catch {
            counts.refused += 1
            return error
        }
    }

    private func open(_ frame: UnsafeRawBufferPointer) throws(FrameRefusal) -> ControlHeader {
        let header = try ControlFrame.header(of: frame, taking: .acknowledgement)
        guard header.camera == camera else { throw .unknownCamera }
        if let key {
            guard header.keyID == key.id else { throw .unknownKey }
            guard FrameSeal.holds(frame, by: key.key) else { throw .badTag }
        }
        guard header.epoch == epoch else { throw .staleEpoch }
        // One that was overtaken on its way, or is played again, would ask for what has come since.
        guard header.sentNs > takenSentNs else { throw .replay }
        // The daemon heard of reads that were never made: somebody else sends in this camera's name, or it came back
        // without its memory in the same epoch. Believing `first` would lose reads.
        guard Int(header.next) <= next else { throw .badCount }
        return header
    }

    /// What an acknowledgement changed.
    private struct Change {
        /// The daemon has something that it was not known to have.
        var isProgress = false
        /// Reads that went out are asked for again.
        var hasLost = false
        /// The longest that a read took which is spoken of for the first time.
        var answerNs: Nanoseconds = 0
    }

    private mutating func acknowledge(_ header: ControlHeader, _ frame: UnsafeRawBufferPointer) {
        counts.acknowledgements += 1
        takenSentNs = header.sentNs
        inquiryNs = .max
        var change = Change()
        noteDurable(below: Int(header.first), &change)
        var told = first
        for i in 0..<Int(header.count) {
            let range = ControlFrame.range(frame, at: i)
            noteHeard(told..<max(told, Int(range.first)), &change)
            told = max(told, Int(range.end))
        }
        // With as many ranges as there can be, nothing is said of what lies behind the last.
        if Int(header.count) < ControlLayout.rangesMax {
            noteHeard(told..<max(told, Int(header.next)), &change)
            told = max(told, Int(header.next))
        }
        // In probing, what was heard was heard before the silence: how long that took says nothing.
        if phase != .probing { answerNs = max(change.answerNs, answerNs - answerNs / 8) }
        for i in 0..<Int(header.count) { ask(ControlFrame.range(frame, at: i), &change) }
        // The daemon waits for what was given up: only a heartbeat's `first` ends that.
        if Int(header.first) < first { inquire(atNs: max(nowNs, later(lastHeartbeatNs, options.resendNs))) }
        waitingFromNs = nowNs
        // An answer alone shows that the daemon lives, not that it keeps up: it undoes one step.
        backoffNs = change.isProgress ? options.backoffMinNs : max(options.backoffMinNs, backoffNs / 2)
        moveOn(change, awaits: outReads > unknownReads(told..<max(told, Int(header.next))))
        if !isWaiting { waitingFromNs = .max }
    }

    private mutating func noteDurable(below end: Int, _ change: inout Change) {
        guard end > first else { return }
        for sequence in first..<end where mark(of: sequence) == .out { noteAnswer(sequence, &change) }
        forget(below: end)
        change.isProgress = true
    }

    private func noteAnswer(_ sequence: Int, _ change: inout Change) {
        change.answerNs = max(change.answerNs, nowNs - timesNs.base[place(sequence)])
    }

    /// What may have gone out: `sendEnd` never goes back.
    private func outgone(_ range: Range<Int>) -> Range<Int> { range.clamped(to: first..<min(next, sendEnd)) }

    private mutating func noteHeard(_ range: Range<Int>, _ change: inout Change) {
        for sequence in outgone(range) {
            // What never went out cannot have come; it goes out, whatever the daemon thinks.
            switch mark(of: sequence) {
            case .fresh, .heard: continue
            case .asked: dueReads -= 1
            case .out:
                outReads -= 1
                noteAnswer(sequence, &change)
            }
            marks.base[place(sequence)] = .heard
            change.isProgress = true
        }
    }

    private mutating func ask(_ range: SequenceRange, _ change: inout Change) {
        let delayNs = max(options.resendNs, min(options.silenceNs, answerNs + answerNs / 2))
        for sequence in outgone(Int(range.first)..<Int(range.end)) {
            let mark = mark(of: sequence)
            guard !mark.isDue else { continue }
            let againNs = timesNs.base[place(sequence)] + delayNs
            guard againNs <= nowNs else {
                // Still under way, perhaps. When it is not any more, one question costs less than a frame.
                if inquiryNs == .max || inquiryNs < againNs { inquiryNs = againNs }
                continue
            }
            // A daemon that stopped before its disk had them asks even for reads that it was known to have.
            if mark == .out { outReads -= 1 }
            marks.base[place(sequence)] = .asked
            dueFrom = dueReads == 0 ? sequence : min(dueFrom, sequence)
            dueTo = dueReads == 0 ? sequence + 1 : max(dueTo, sequence + 1)
            dueReads += 1
            change.hasLost = true
        }
    }

    /// Reads that are out and of which the daemon will not speak before it has what it asks for now.
    private func unknownReads(_ range: Range<Int>) -> Int {
        outgone(range).reduce(0) { $0 + (mark(of: $1) == .out ? 1 : 0) }
    }

    private mutating func inquire(atNs: Nanoseconds) { inquiryNs = min(inquiryNs, atNs) }

    /// An instant that may not have been yet, plus a delay.
    private func later(_ ns: Nanoseconds, _ delayNs: Nanoseconds) -> Nanoseconds { ns == .min ? .min : ns + delayNs }

    /// The state machine's way out of silence, into catching up, and the window while it lasts.
    private mutating func moveOn(_ change: Change, awaits: Bool) {
        switch phase {
        case .live, .probing:
            if phase == .probing { heartbeatNs = nowNs + jittered(options.idleNs) }
            // New reads of a live store wait for their linger; that is no backlog.
            let isBehind = phase == .probing ? dueReads > 0 : change.hasLost
            phase = isBehind ? .catchingUp : .live
            window = 1
            credit = 1
        case .catchingUp:
            if change.hasLost { window = max(1, window / 2) }
            if !awaits {
                if !change.hasLost, credit == 0 { window = min(options.windowFramesMax, window * 2) }
                credit = window
            }
        }
        if dueReads == 0 { phase = .live }
    }
}
