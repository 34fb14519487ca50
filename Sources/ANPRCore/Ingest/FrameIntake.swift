/// What happens to one datagram's frame, from bytes to reads in the rings: pure but for the memory that it is handed.
///
/// In this order, and the window is changed only after the tag holds:
/// shape, camera, key, tag, time, room, window, reads. Whatever is refused is counted by cause, and by camera once its
/// name can be believed to be in the registry.
package struct FrameIntake: ~Copyable, Sendable {
    let door: CameraDoor
    let clock: EngineClock
    let limits: IntakeLimits
    private var sources: SourceQuota?
    private let decoder = FrameDecoder()
    private var seals = SealBatch()
    package var gate: ShardGate
    /// Since the last hand-over to the counters.
    var tally = IntakeTally()

    package init(door: CameraDoor, clock: EngineClock, limits: IntakeLimits, gate: consuming ShardGate) {
        self.door = door
        self.clock = clock
        self.limits = limits
        self.gate = gate
        sources = limits.sourceQuota.map { SourceQuota($0) }
    }

    /// Takes frames in their order, and notes in the group which are refused. What can be done for all of them side by
    /// side is done first: their seals, and the asking for their cameras' books.
    package mutating func take(_ group: borrowing FrameGroup, nowNs: Nanoseconds) {
        if group.count > 1, door.isSealed, seals.isWorthwhile { foresee(group) }
        for i in 0..<group.count {
            let item = group.items + i
            item.pointee.refusal = take(item.pointee.bytes, nowNs: nowNs, from: item.pointee.source)
        }
        // What was foretold was so of these bytes; others will stand where they stand.
        seals.clear()
    }

    /// Believes nothing, and changes nothing but what `seals` foretells.
    private mutating func foresee(_ group: borrowing FrameGroup) {
        for i in 0..<group.count {
            let frame = group.items[i].bytes
            guard let header = try? FrameDecoder.header(of: frame), let pass = door.find(header.camera),
                let key = door.key(header.keyID, of: pass)
            else { continue }
            door.askFor(door.seat(of: pass), sequence: header.sequence)
            seals.add(frame, key: key)
        }
        seals.foretell()
    }

    /// `nowNs` is the daemon's clock. Returns the cause when the frame is refused.
    @inline(__always)
    package mutating func take(
        _ bytes: UnsafeRawBufferPointer, nowNs: Nanoseconds, from source: FrameSource = FrameSource()
    ) -> FrameRefusal? {
        tally.frames &+= 1
        tally.bytes &+= bytes.count
        if limits.sourceQuota != nil, !sources!.admits(address: source.address, nowNs: nowNs) { return .overQuota }
        if ControlFrame.isClaimed(by: bytes) { return takeHeartbeat(bytes, nowNs: nowNs, from: source) }
        do throws(FrameRefusal) {
            let header = try FrameDecoder.header(of: bytes)
            let (seat, receivedNs) = try admit(
                bytes, camera: header.camera, keyID: header.keyID, sentNs: header.sentNs, nowNs: nowNs)
            // WHY before the claim: what may wait must not be waited for. And before anything is noted: what cannot be
            // taken now must be able to come again.
            guard gate.hasRoom(reads: Int(header.count)) else { return refuse(.busy, seat) }
            door.claim(seat)
            let refusal = enter(header, bytes, seat, receivedNs)
            door.release(seat)
            return refusal.map { refuse($0, seat) }
        } catch { return error }
    }

    /// What a frame of either kind is asked before its camera's books are opened: camera, key, tag, time. Returns the
    /// camera's seat, and when the frame came.
    @inline(__always)
    mutating func admit(
        _ bytes: UnsafeRawBufferPointer, camera: UInt32, keyID: UInt8, sentNs: Nanoseconds, nowNs: Nanoseconds
    ) throws(FrameRefusal) -> (seat: Int, receivedNs: Nanoseconds) {
        guard let pass = door.find(camera) else { throw .unknownCamera }
        let seat = door.seat(of: pass)
        if door.isSealed {
            guard let key = door.key(keyID, of: pass) else { throw refuse(.unknownKey, seat) }
            guard seals.holds(bytes, by: key) else { throw refuse(.badTag, seat) }
        }
        // What is no time at all must not move the frames' clock.
        guard IntakeLimits.isTime(sentNs) else { throw refuse(.timeOutOfRange, seat) }
        clock.heard(sentNs: sentNs)
        let receivedNs = clock.source == .frames ? clock.nowNs() : nowNs
        guard limits.admits(sentNs: sentNs, nowNs: receivedNs, source: clock.source) else {
            throw refuse(.timeOutOfRange, seat)
        }
        return (seat, receivedNs)
    }

    func refuse(_ cause: FrameRefusal, _ seat: Int) -> FrameRefusal {
        door.countRefusal(cause, seat: seat)
        return cause
    }

    /// Window and reads, under the camera's claim.
    @inline(__always)
    private mutating func enter(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, _ seat: Int, _ receivedNs: Nanoseconds
    ) -> FrameRefusal? {
        // The daemon asks for what came since it first heard of the camera; a later epoch it hears from 0 on.
        let isFirst = door.state(seat).pointee.lastSeenNs == 0
        if let refusal = begin(header.epoch, at: isFirst ? header.sequence : 0, seat, receivedNs).refusal {
            return refusal
        }
        let state = door.state(seat)
        let window = door.window(seat)
        let count = Int(header.count)
        let fresh: UInt64
        switch window.judge(first: header.sequence, count: count, next: state.pointee.next) {
        case .new(let bits): fresh = bits
        case .duplicate:
            state.pointee.duplicateReads &+= count
            tally.duplicateReads &+= count
            // The acknowledgement was lost, perhaps: it is sent again.
            door.back(seat).pointee.isDue = true
            door.noteHeard(seat)
            return .duplicate
        case .replay: return .replay
        }
        note(header, fresh, receivedNs, window, state, seat)
        decodeReads(header, bytes, fresh, receivedNs, isClockSuspect: isSuspect(state.pointee))
        door.noteHeard(seat)
        return nil
    }

    /// What either kind of frame does first under the camera's claim: it takes from the camera's quota, and begins an
    /// epoch, at a sequence, if it is of a new one or the first that is heard of the camera.
    @inline(__always)
    func begin(
        _ epoch: UInt32, at sequence: UInt32, _ seat: Int, _ receivedNs: Nanoseconds
    ) -> (refusal: FrameRefusal?, isNew: Bool) {
        if let quota = limits.cameraQuota, !door.bucket(seat).pointee.admits(quota, nowNs: receivedNs) {
            return (.overQuota, false)
        }
        let state = door.state(seat)
        let isFirst = state.pointee.lastSeenNs == 0
        guard isFirst || epoch != state.pointee.epoch else { return (nil, false) }
        guard isFirst || epoch > state.pointee.epoch else { return (.staleEpoch, false) }
        door.window(seat).reset()
        state.pointee.epoch = epoch
        state.pointee.base = sequence
        state.pointee.next = sequence
        door.back(seat).pointee.begin(at: sequence)
        return (nil, true)
    }

    private func isSuspect(_ state: borrowing CameraState) -> Bool {
        state.clockOffsetNs.magnitude > UInt64(limits.clockOffsetMaxNs)
    }

    /// The camera's books.
    @inline(__always)
    private mutating func note(
        _ header: FrameHeader, _ fresh: UInt64, _ receivedNs: Nanoseconds, _ window: SequenceWindow,
        _ state: UnsafeMutablePointer<CameraState>, _ seat: Int
    ) {
        let count = Int(header.count)
        let new = fresh.nonzeroBitCount
        let before = Int(state.pointee.next &- state.pointee.base)
        if header.sequence < state.pointee.base {
            state.pointee.base = header.sequence
            // An old sender, or one whose first heartbeat has not come: it has more than we first heard of.
            let back = door.back(seat)
            if !back.pointee.isConfirmed { back.pointee.lower(to: header.sequence) }
        }
        window.mark(first: header.sequence, count: count, next: &state.pointee.next)
        let expected = Int(state.pointee.next &- state.pointee.base) &- before
        state.pointee.reads &+= new
        state.pointee.duplicateReads &+= count &- new
        state.pointee.missing &+= expected &- new
        state.pointee.lastSeenNs = receivedNs
        state.pointee.noteOffset(receivedNs &- header.sentNs)
        tally.expectedReads &+= expected
        tally.reads &+= new
        tally.duplicateReads &+= count &- new
    }

    /// Each new read into the ring of its shard, where there is room for all of them.
    @inline(__always)
    private mutating func decodeReads(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, _ fresh: UInt64, _ receivedNs: Nanoseconds,
        isClockSuspect: Bool
    ) {
        // SAFE: both are near `receivedNs`, and a span that is none holds nothing.
        let latestNs = header.sentNs &+ limits.captureAheadMaxNs
        let spanNs = min(receivedNs &- limits.captureAgeMaxNs, latestNs)...latestNs
        let reads = decoder.reads(
            header, bytes, receivedNs: receivedNs, spanNs: spanNs, remarks: isClockSuspect ? .clockSuspect : [])
        let plain = reads.plain & fresh
        if isClockSuspect { tally.clockSuspectReads &+= plain.nonzeroBitCount }
        let count = Int(header.count)
        if gate.isSingle, plain.nonzeroBitCount == count { return write(reads, count: count) }
        for i in 0..<count where fresh &>> UInt64(i) & 1 != 0 {
            if plain &>> UInt64(i) & 1 != 0 {
                reads.write(i, into: gate.slot(shard: gate.shard(of: reads.skeleton(i))))
            } else {
                let capturedNs = FrameDecoder.wireRead(bytes, at: i).capturedNs
                decodeOdd(header, bytes, i, receivedNs, isSuspect: isClockSuspect || !spanNs.contains(capturedNs))
            }
        }
    }

    /// All reads of a frame, where there is nothing to be asked about any of them: side by side.
    @inline(__always)
    private mutating func write(_ reads: FrameReads, count: Int) {
        var at = 0
        while at < count {
            // Room was found for all of them; they lie in two pieces where the ring begins again.
            let slots = gate.slots(count &- at)
            reads.write(from: at, into: slots)
            at &+= slots.count
        }
    }

    /// A read with anything about it that is out of the ordinary, or on a machine that reads texts one by one.
    private mutating func decodeOdd(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, _ index: Int, _ receivedNs: Nanoseconds, isSuspect: Bool
    ) {
        var read = Read.blank
        decoder.decode(
            FrameDecoder.wireRead(bytes, at: index), camera: header.camera, epoch: header.epoch,
            sequence: header.sequence &+ UInt32(index), receivedNs: receivedNs, into: &read)
        if isSuspect { read.flags.insert(.clockSuspect) }
        tally.note(read.flags)
        gate.slot(shard: gate.shard(of: read)).initialize(to: read)
    }
}

/// How far times may be off.
package struct IntakeLimits: Sendable {
    package var captureAgeMaxNs: Nanoseconds
    package var captureAheadMaxNs: Nanoseconds
    /// A camera whose clock is further off has its reads flagged.
    package var clockOffsetMaxNs: Nanoseconds
    /// Frames a second, of one camera and of one address; nil: any number.
    package var cameraQuota: FrameQuota?
    package var sourceQuota: FrameQuota?

    package init(captureAgeMaxNs: Nanoseconds, captureAheadMaxNs: Nanoseconds, clockOffsetMaxNs: Nanoseconds) {
        self.captureAgeMaxNs = captureAgeMaxNs
        self.captureAheadMaxNs = captureAheadMaxNs
        self.clockOffsetMaxNs = clockOffsetMaxNs
    }

    /// A time before 1970 or after 2200 is no time, and would make the differences below overflow.
    @inline(__always)
    static func isTime(_ sentNs: Nanoseconds) -> Bool { sentNs > 0 && sentNs < 7_258_118_400 * .second }

    /// Whether a frame's sent time can be believed; it is a time. In replayed time nothing is ahead: it makes the time.
    @inline(__always)
    func admits(sentNs: Nanoseconds, nowNs: Nanoseconds, source: ClockSource) -> Bool {
        sentNs >= nowNs &- captureAgeMaxNs && (source == .frames || sentNs <= nowNs &+ captureAheadMaxNs)
    }
}

/// Counts of one turn.
struct IntakeTally: BitwiseCopyable {
    var frames = 0
    var bytes = 0
    var reads = 0
    var duplicateReads = 0
    var expectedReads = 0
    var unparseableReads = 0
    var clockSuspectReads = 0
    var oddFieldReads = 0
    var heartbeats = 0
    var givenUpReads = 0

    @inline(__always)
    mutating func note(_ flags: ReadFlags) {
        guard flags.rawValue & ~ReadFlags.wireMask != 0 else { return }
        if flags.contains(.unparseable) { unparseableReads &+= 1 }
        if flags.contains(.clockSuspect) { clockSuspectReads &+= 1 }
        if flags.contains(.oddField) { oddFieldReads &+= 1 }
    }
}
