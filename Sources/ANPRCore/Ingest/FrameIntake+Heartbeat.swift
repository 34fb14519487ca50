/// What happens to a heartbeat: it says which sequences there are, so that a lost tail is seen, and where to answer.
extension FrameIntake {
    /// In the order of data frames: shape, camera, key, tag, time, epoch. What it says only ever moves forward.
    @inline(never)
    mutating func takeHeartbeat(
        _ bytes: UnsafeRawBufferPointer, nowNs: Nanoseconds, from source: FrameSource
    ) -> FrameRefusal? {
        do throws(FrameRefusal) {
            let header = try ControlFrame.header(of: bytes, taking: .heartbeat)
            let (seat, receivedNs) = try admit(
                bytes, camera: header.camera, keyID: header.keyID, sentNs: header.sentNs, nowNs: nowNs)
            door.claim(seat)
            let refusal = note(header, seat, receivedNs, source)
            door.release(seat)
            return refusal.map { refuse($0, seat) }
        } catch { return error }
    }

    /// Under the camera's claim.
    private mutating func note(
        _ header: ControlHeader, _ seat: Int, _ receivedNs: Nanoseconds, _ source: FrameSource
    ) -> FrameRefusal? {
        let (refusal, isNew) = begin(header.epoch, at: header.first, seat, receivedNs)
        if let refusal { return refusal }
        let state = door.state(seat)
        let back = door.back(seat)
        // Played again, or overtaken: it says nothing that is not known.
        if !isNew, header.sentNs <= back.pointee.heardNs, back.pointee.asks { return .replay }
        state.pointee.lastSeenNs = receivedNs
        tally.heartbeats &+= 1
        back.pointee.heardNs = header.sentNs
        back.pointee.address = source.address
        back.pointee.port = source.port
        back.pointee.keyID = header.keyID
        back.pointee.asks = true
        back.pointee.isDue = true
        noteSpan(header, state, back, door.window(seat))
        door.noteHeard(seat)
        return nil
    }

    /// Which sequences there are: from the first that the camera keeps to its last.
    private mutating func noteSpan(
        _ header: ControlHeader, _ state: UnsafeMutablePointer<CameraState>,
        _ back: UnsafeMutablePointer<CameraReturn>, _ window: SequenceWindow
    ) {
        let before = Int(state.pointee.next &- state.pointee.base)
        if !back.pointee.isConfirmed {
            back.pointee.isConfirmed = true
            // It has reads from before we first heard of it, as far back as the window reaches.
            let first = max(header.first, SequenceWindow.begin(next: state.pointee.next))
            if first < state.pointee.base {
                state.pointee.base = first
                back.pointee.lower(to: first)
            }
        }
        if header.first > back.pointee.settled { giveUp(to: header.first, state, back, window) }
        // No further than the window can tell apart: the camera holds the rest back until then.
        let reach = UInt64(back.pointee.settled) + UInt64(Limits.windowReads)
        window.extend(to: UInt32(min(UInt64(header.next), reach)), next: &state.pointee.next)
        let expected = Int(state.pointee.next &- state.pointee.base) &- before
        state.pointee.missing &+= expected
        tally.expectedReads &+= expected
    }

    /// What is missing below will not come: the camera says so.
    private mutating func giveUp(
        to first: UInt32, _ state: UnsafeMutablePointer<CameraState>, _ back: UnsafeMutablePointer<CameraReturn>,
        _ window: SequenceWindow
    ) {
        var lost = 0
        var at = window.firstMissing(from: back.pointee.settled, next: min(first, state.pointee.next))
        let end = min(first, state.pointee.next)
        while at < end {
            let come = window.firstCome(from: at, next: end)
            lost += Int(come - at)
            at = window.firstMissing(from: come, next: end)
        }
        if first > state.pointee.next {
            lost += Int(first - state.pointee.next)
            window.extend(to: first, next: &state.pointee.next)
        }
        back.pointee.settled = first
        back.pointee.givenUp &+= lost
        tally.givenUpReads &+= lost
    }
}
