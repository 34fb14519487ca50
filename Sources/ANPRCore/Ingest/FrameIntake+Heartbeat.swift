/// What happens to a heartbeat: it says which sequences there are, so that a lost tail is seen, and where to answer.
extension FrameIntake {
    /// In the order of data frames: shape, camera, key, tag, time, epoch. What it says only ever moves forward.
    @inline(never)
    mutating func takeHeartbeat(
        _ bytes: UnsafeRawBufferPointer, nowNs: Nanoseconds, from source: FrameSource
    ) -> FrameRefusal? {
        let header: ControlHeader
        do throws(FrameRefusal) { header = try ControlFrame.header(of: bytes, taking: .heartbeat) } catch {
            return error
        }
        guard let pass = door.find(header.camera) else { return .unknownCamera }
        let seat = door.seat(of: pass)
        if door.isSealed {
            guard let key = door.key(header.keyID, of: pass) else { return refuse(.unknownKey, seat) }
            guard ControlFrame.isSealed(bytes, by: key) else { return refuse(.badTag, seat) }
        }
        guard IntakeLimits.isTime(header.sentNs) else { return refuse(.timeOutOfRange, seat) }
        clock.heard(sentNs: header.sentNs)
        let receivedNs = clock.source == .frames ? clock.nowNs() : nowNs
        guard limits.admits(sentNs: header.sentNs, nowNs: receivedNs, source: clock.source) else {
            return refuse(.timeOutOfRange, seat)
        }
        door.claim(seat)
        let refusal = note(header, seat, receivedNs, source)
        door.release(seat)
        return refusal.map { refuse($0, seat) }
    }

    /// Under the camera's claim.
    private mutating func note(
        _ header: ControlHeader, _ seat: Int, _ receivedNs: Nanoseconds, _ source: FrameSource
    ) -> FrameRefusal? {
        if let quota = limits.cameraQuota, !door.bucket(seat).pointee.admits(quota, nowNs: receivedNs) {
            return .overQuota
        }
        let state = door.state(seat)
        let back = door.back(seat)
        let window = door.window(seat)
        let isFirst = state.pointee.lastSeenNs == 0
        if isFirst || header.epoch != state.pointee.epoch {
            guard isFirst || header.epoch > state.pointee.epoch else { return .staleEpoch }
            window.reset()
            state.pointee.epoch = header.epoch
            state.pointee.base = header.first
            state.pointee.next = header.first
            back.pointee.begin(at: header.first)
        } else if header.sentNs <= back.pointee.heardNs, back.pointee.asks {
            // Played again, or overtaken: it says nothing that is not known.
            return .replay
        }
        state.pointee.lastSeenNs = receivedNs
        tally.heartbeats &+= 1
        back.pointee.heardNs = header.sentNs
        back.pointee.address = source.address
        back.pointee.port = source.port
        back.pointee.keyID = header.keyID
        back.pointee.asks = true
        back.pointee.isDue = true
        noteSpan(header, state, back, window)
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
            let reach = UInt32(Limits.windowReads)
            let first = max(header.first, state.pointee.next > reach ? state.pointee.next - reach : 0)
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
