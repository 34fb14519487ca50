/// All cameras' stores in one thread: what the traffic shows them, they keep, send, and repeat until it is on the
/// daemon's disk.
///
/// A turn costs what happens in it, however many cameras there are: a wheel knows which store is to be polled when.
/// The stores' delays run by the machine's monotonic clock, whatever time the traffic has. Where a camera would give
/// up its oldest read the traffic waits: a means of the laboratory, so that each read can be asked for afterwards.
package struct StoreBank: ~Copyable {
    /// What time frames bear as that of their sending.
    package enum SentTime: Sendable {
        /// The machine's, as it was at the start and monotonic from there.
        case wall
        /// The latest capture time that any camera was given: for a daemon with `clock: "frames"`.
        case traffic
    }

    package struct Options: Sendable {
        package var store = CameraStore.Options()
        package var sentTime = SentTime.wall
        package var pace = Pace.flatOut
        /// The traffic's instant at which the pace begins; nil: the first read's.
        package var paceFromNs: Nanoseconds?
        /// When all is acknowledged, a few cameras send heartbeats so much later by the traffic's time, and are
        /// answered: with a clock of frames, what the daemon holds back for late reads comes out. 0: none.
        package var closingNs: Nanoseconds = 0
        /// Reads that all cameras together keep before the traffic waits.
        package var keptMax = Int.max
        /// Give up when nothing was acknowledged for so long. Stores ask each 45 s at the rarest.
        package var patienceNs: Nanoseconds = 120 * .second
        /// Cameras first speak within this time: not all at one instant.
        package var startSpreadNs: Nanoseconds = .second
        package var seed: UInt64 = 1
        package init() {}
    }

    /// The stores' counts, together.
    package struct Counts: Sendable, Equatable {
        package var reads = 0
        package var frames = 0
        package var resentReads = 0
        package var heartbeats = 0
        package var acknowledgements = 0
        /// Datagrams that came and were no acknowledgement for the camera that they name.
        package var refused = 0
        package var givenUp = 0
        package var notAcknowledged = 0
        /// Turns that read no traffic on because a store, or all together, kept too much.
        package var waits = 0
    }

    /// What one camera numbered in its epoch: sequences from the options' first on.
    package struct Numbered: Sendable, Equatable {
        package var camera: UInt32
        package var epoch: UInt32
        package var reads: Int
    }

    private let options: Options
    private let truth: Truth?
    private let stores: UnsafeMutablePointer<CameraStore>
    private let storesCount: Int
    /// Slot of each camera id, plus one.
    private let slots: Slab<UInt32>
    /// The least `sent` of each camera's next frame.
    private let stampsNs: Slab<Nanoseconds>
    private var wheel: WakeWheel
    private var pacer: Pacer
    private let startNs: Nanoseconds
    private let wallNs: Nanoseconds
    private var trafficNs: Nanoseconds = 0
    private var arrivedNs: Nanoseconds = 0
    private var reads = 0
    /// Reads that are not acknowledged.
    private var kept = 0
    private var heardNs: Nanoseconds
    private var refused = 0
    private var waits = 0
    /// When the last heartbeats of all went out, `.min` before, and what their cameras had been answered until then.
    private var closingAskedNs = Nanoseconds.min
    private var closingFrom: [Int] = []

    /// `truth` hears of each read once, with its number.
    package init(
        _ registry: CameraRegistry, options: Options = Options(), truth: Truth? = nil,
        keys: (Camera) -> CameraBank.Key? = { _ in nil }
    ) {
        let cameras = registry.cameras
        self.options = options
        self.truth = truth
        startNs = Clock.monotonicNs()
        wallNs = Clock.wallNs()
        heardNs = startNs
        pacer = Pacer(options.pace, fromNs: options.paceFromNs)
        storesCount = cameras.count
        stores = .allocate(capacity: cameras.count)
        slots = Slab(count: Int(registry.idEnd))
        stampsNs = Slab(count: cameras.count)
        wheel = WakeWheel(actors: cameras.count, startNs: startNs)
        var random = Random(seed: options.seed ^ 0x7374_6f72_652d_6261)
        for (i, camera) in cameras.enumerated() {
            (stores + i).initialize(
                to: CameraStore(camera: camera.id, key: keys(camera), options: options.store, seed: random.next()))
            slots.base[Int(camera.id)] = UInt32(i + 1)
            wheel.wake(i, atNs: startNs + Nanoseconds(random.below(Int(options.startSpreadNs) + 1)))
        }
    }

    deinit {
        stores.deinitialize(count: storesCount)
        stores.deallocate()
    }

    package var counts: Counts {
        var counts = Counts(refused: refused, notAcknowledged: kept, waits: waits)
        for i in 0..<storesCount {
            let store = stores[i].counts
            counts.reads += store.reads
            counts.frames += store.frames
            counts.resentReads += store.resentReads
            counts.heartbeats += store.heartbeats
            counts.acknowledgements += store.acknowledgements
            counts.refused += store.refused
            counts.givenUp += store.givenUp
        }
        return counts
    }

    /// The cameras that had reads.
    package var numbered: [Numbered] {
        (0..<storesCount).compactMap { i in
            let reads = stores[i].counts.reads
            return reads == 0 ? nil : Numbered(camera: stores[i].camera, epoch: stores[i].epoch, reads: reads)
        }
    }

    /// Takes everything from a source, and returns when it is acknowledged, or when the daemon was silent for too long:
    /// `counts` tells. After `goesOn`, which is asked now and then, has said no, nothing more is taken.
    package mutating func run<Source: ObservationSource & ~Copyable>(
        _ source: inout Source, over sockets: inout StoreSockets,
        while goesOn: (CameraBank.Progress) -> Bool = { _ in true }
    ) throws(SystemError) {
        var upcoming = source.next()
        trafficNs = upcoming?.read.capturedNs ?? wallNs
        heardNs = Clock.monotonicNs()
        var askedNs = heardNs
        while true {
            let nowNs = Clock.monotonicNs()
            var work = try receive(&sockets, nowNs)
            work += try pollDue(&sockets, nowNs)
            work += try feed(&upcoming, &source, &sockets, nowNs)
            try sockets.finish()
            if kept == 0 {
                if upcoming != nil { heardNs = nowNs } else if isClosed(nowNs) { return }
            }
            if nowNs - heardNs > options.patienceNs { return }
            if nowNs - askedNs > 10 * .millisecond {
                askedNs = nowNs
                let progress = CameraBank.Progress(reads: reads, frames: sockets.counts.frames, atNs: arrivedNs)
                if !goesOn(progress) { upcoming = nil }
            }
            if work == 0 { sockets.wait(ns: min(wheel.nextNs - nowNs, restNs(upcoming, nowNs))) }
        }
    }

    /// Until the source's next read is due.
    private mutating func restNs(_ upcoming: Observation?, _ nowNs: Nanoseconds) -> Nanoseconds {
        guard let upcoming, hasRoom(for: upcoming) else { return .max }
        return pacer.waitNs(dueNs: upcoming.arrivalNs, nowNs: nowNs)
    }

    // MARK: The end

    /// One heartbeat alone may get lost; all of so many, again and again, do not.
    private static let closingCameras = 8
    private static let closingPauseNs = 200 * Nanoseconds.millisecond

    /// Once nothing is kept: whether the last heartbeats, if any are wanted, have been answered. Sends them.
    private mutating func isClosed(_ nowNs: Nanoseconds) -> Bool {
        guard options.closingNs > 0 else { return true }
        let cameras = min(Self.closingCameras, storesCount)
        guard closingAskedNs != .min else {
            trafficNs += options.closingNs
            closingFrom = (0..<cameras).map { stores[$0].counts.acknowledgements }
            askToClose(nowNs)
            return false
        }
        let isAnswered = (0..<cameras).allSatisfy { stores[$0].counts.acknowledgements > closingFrom[$0] }
        if !isAnswered, nowNs - closingAskedNs > Self.closingPauseNs { askToClose(nowNs) }
        return isAnswered
    }

    private mutating func askToClose(_ nowNs: Nanoseconds) {
        closingAskedNs = nowNs
        for i in closingFrom.indices where stores[i].counts.acknowledgements <= closingFrom[i] {
            stores[i].askNow()
            wheel.wake(i, atNs: nowNs)
        }
    }

    // MARK: A turn

    private mutating func receive(_ sockets: inout StoreSockets, _ nowNs: Nanoseconds) throws(SystemError) -> Int {
        var taken: [Int] = []
        let came = try sockets.receive { frame throws(SystemError) in
            if let slot = take(frame, nowNs) { taken.append(slot) }
        }
        for slot in taken { try pollIfDue(slot, &sockets, nowNs) }
        return came
    }

    /// Returns the slot of the camera that it is for.
    private mutating func take(_ frame: UnsafeRawBufferPointer, _ nowNs: Nanoseconds) -> Int? {
        guard frame.count >= ControlLayout.frameBytesMin,
            let slot = slot(
                of: UInt32(
                    littleEndian: frame.loadUnaligned(fromByteOffset: ControlLayout.cameraAt, as: UInt32.self)))
        else {
            refused += 1
            return nil
        }
        let before = stores[slot].kept
        guard stores[slot].take(frame, nowNs: nowNs) == nil else { return slot }
        kept -= before - stores[slot].kept
        heardNs = nowNs
        return slot
    }

    private func slot(of camera: UInt32) -> Int? {
        guard camera < UInt32(slots.count), slots.base[Int(camera)] != 0 else { return nil }
        return Int(slots.base[Int(camera)]) - 1
    }

    private mutating func pollDue(_ sockets: inout StoreSockets, _ nowNs: Nanoseconds) throws(SystemError) -> Int {
        var work = 0
        while let slot = wheel.takeDue(nowNs: nowNs) {
            try pollIfDue(slot, &sockets, nowNs)
            work += 1
        }
        return work
    }

    private mutating func pollIfDue(
        _ slot: Int, _ sockets: inout StoreSockets, _ nowNs: Nanoseconds
    ) throws(SystemError) {
        if stores[slot].wakeNs <= nowNs {
            let clockNs = options.sentTime == .traffic ? trafficNs : wallNs + (nowNs - startNs)
            let sentNs = max(clockNs, stampsNs.base[slot])
            try stores[slot].poll(nowNs: nowNs, sentNs: sentNs, into: &sockets)
            stampsNs.base[slot] = sentNs + Nanoseconds(stores[slot].pollFramesMax)
        }
        wheel.wake(slot, atNs: stores[slot].wakeNs)
    }

    // MARK: Traffic

    /// Reads of one turn at most, so that acknowledgements are seen in time.
    private static let turnReadsMax = 256

    private mutating func feed<Source: ObservationSource & ~Copyable>(
        _ upcoming: inout Observation?, _ source: inout Source, _ sockets: inout StoreSockets, _ nowNs: Nanoseconds
    ) throws(SystemError) -> Int {
        var taken = 0
        while taken < Self.turnReadsMax, let observation = upcoming {
            guard pacer.waitNs(dueNs: observation.arrivalNs, nowNs: nowNs) <= 0 else { break }
            guard hasRoom(for: observation) else {
                waits += 1
                break
            }
            try accept(observation, &sockets, nowNs)
            taken += 1
            upcoming = source.next()
        }
        return taken
    }

    private func hasRoom(for observation: Observation) -> Bool {
        guard let slot = slot(of: observation.camera) else {
            preconditionFailure("a read of a camera that is not in the registry")
        }
        return kept < options.keptMax && stores[slot].kept < options.store.capacity / 4 * 3
    }

    private mutating func accept(
        _ observation: Observation, _ sockets: inout StoreSockets, _ nowNs: Nanoseconds
    ) throws(SystemError) {
        guard let slot = slot(of: observation.camera) else { return }
        trafficNs = max(trafficNs, observation.read.capturedNs)
        arrivedNs = observation.arrivalNs
        let sequence = stores[slot].append(observation.read, nowNs: nowNs)
        reads += 1
        kept += 1
        truth?.note(
            observation.read, camera: observation.camera, epoch: stores[slot].epoch, sequence: sequence,
            origin: ReadOrigin(
                plate: observation.truePlate, trueNs: observation.trueNs, vehicle: observation.vehicle))
        try pollIfDue(slot, &sockets, nowNs)
    }
}
