/// All cameras' sending sides: each numbers its reads without gaps and packs them into frames.
///
/// A frame goes out when it is full, or `lingerNs` after its first read was ready. Reads must come in order of arrival;
/// frames go out in order of their due instants. Flat memory; owned by one thread.
package struct CameraBank: ~Copyable {
    /// What a camera seals its frames with; nil in a laboratory without authentication.
    package struct Key: BitwiseCopyable, Sendable {
        package var id: UInt8
        package var key: SipKey
        package init(id: UInt8, key: SipKey) {
            self.id = id
            self.key = key
        }
    }

    /// The key of each camera by which it seals: the first that the ring has for it.
    package static func keys(of ring: KeyRing) -> (Camera) -> Key? {
        { camera in ring.keys(of: camera.id).first.map { Key(id: $0.id, key: $0.key) } }
    }

    package struct Options: Sendable {
        package var epoch: UInt32 = 1
        /// Sequence of each camera's first read.
        package var firstSequence: UInt32 = 0
        package var lingerNs: Nanoseconds = 500 * .millisecond
        package var frameReadsMax = Limits.frameReadsMax
        package init() {}
    }

    package private(set) var reads = 0
    package private(set) var frames = 0
    package private(set) var bytes = 0

    struct State: BitwiseCopyable {
        var id: UInt32
        var sequence: UInt32
        var count: UInt32
        /// Which filling of the frame this is: a deadline of an earlier one is void.
        var filling: UInt32
        var hasKey: Bool
        var key: Key
    }

    struct Deadline: BitwiseCopyable {
        var atNs: Nanoseconds
        var slot: UInt32
        var filling: UInt32
    }

    private let options: Options
    private let truth: Truth?
    private let states: Slab<State>
    /// `frameReadsMax` places for each camera.
    private let waiting: Slab<WireRead>
    private let origins: Slab<ReadOrigin>
    /// Slot of each camera id, plus one.
    private let slots: Slab<UInt32>
    /// All frames linger alike, so deadlines come in the order in which they were set: a ring, one a camera and more.
    private var deadlines: [Deadline] = []
    private var firstDeadline = 0
    private let frame: Slab<UInt8>

    /// `truth` hears of every read that goes out, with its number.
    package init(
        _ registry: CameraRegistry, options: Options = Options(), truth: Truth? = nil,
        keys: (Camera) -> Key? = { _ in nil }
    ) {
        precondition((1...Limits.frameReadsMax).contains(options.frameReadsMax) && options.lingerNs >= 0)
        let cameras = registry.cameras
        self.options = options
        self.truth = truth
        states = Slab(count: cameras.count)
        waiting = Slab(count: cameras.count * options.frameReadsMax)
        origins = Slab(count: cameras.count * options.frameReadsMax)
        slots = Slab(count: Int(registry.idEnd))
        frame = Slab(count: FrameLayout.frameBytesMax)
        for (i, camera) in cameras.enumerated() {
            let key = keys(camera)
            states.base[i] = State(
                id: camera.id, sequence: options.firstSequence, count: 0, filling: 0, hasKey: key != nil,
                key: key ?? Key(id: 0, key: SipKey(low: 0, high: 0)))
            slots.base[Int(camera.id)] = UInt32(i + 1)
        }
    }

    /// Takes a read into its camera's frame. The camera is one of the registry's.
    package mutating func accept<Sink: FrameSink & ~Copyable>(
        _ observation: Observation, into sink: inout Sink
    ) throws(SystemError) {
        try advance(toNs: observation.arrivalNs, into: &sink)
        precondition(Int(observation.camera) < slots.count, "a read of a camera that is not in the registry")
        let slot = Int(slots.base[Int(observation.camera)]) - 1
        precondition(slot >= 0, "a read of a camera that is not in the registry")
        let state = states.base + slot
        if state.pointee.count == 0 {
            deadlines.append(
                Deadline(
                    atNs: observation.arrivalNs + options.lingerNs, slot: UInt32(slot), filling: state.pointee.filling))
        }
        let at = slot * options.frameReadsMax + Int(state.pointee.count)
        waiting.base[at] = observation.read
        origins.base[at] = ReadOrigin(
            plate: observation.truePlate, trueNs: observation.trueNs, vehicle: observation.vehicle)
        state.pointee.count += 1
        if Int(state.pointee.count) == options.frameReadsMax {
            try flush(slot, dueNs: observation.arrivalNs, into: &sink)
        }
    }

    /// Sends the frames whose time has come by an instant of the traffic's time.
    package mutating func advance<Sink: FrameSink & ~Copyable>(
        toNs: Nanoseconds, into sink: inout Sink
    ) throws(SystemError) {
        while firstDeadline < deadlines.count, deadlines[firstDeadline].atNs <= toNs {
            let deadline = deadlines[firstDeadline]
            firstDeadline += 1
            if states.base[Int(deadline.slot)].filling == deadline.filling {
                try flush(Int(deadline.slot), dueNs: deadline.atNs, into: &sink)
            }
        }
        if firstDeadline > 1 << 16 {
            deadlines.removeFirst(firstDeadline)
            firstDeadline = 0
        }
    }

    /// Sends everything that waits, each at its own deadline, and ends the sink.
    package mutating func finish<Sink: FrameSink & ~Copyable>(into sink: inout Sink) throws(SystemError) {
        try advance(toNs: .max, into: &sink)
        try sink.finish()
    }

    /// How far a run has come.
    package struct Progress: Sendable {
        package var reads: Int
        package var frames: Int
        /// The traffic's time.
        package var atNs: Nanoseconds
    }

    /// Takes everything from a source, until `goesOn`, which is asked now and then, says no.
    package mutating func run<Source: ObservationSource & ~Copyable, Sink: FrameSink & ~Copyable>(
        _ source: inout Source, into sink: inout Sink, while goesOn: (Progress) -> Bool = { _ in true }
    ) throws(SystemError) {
        var taken = 0
        while let observation = source.next() {
            try accept(observation, into: &sink)
            taken += 1
            guard taken % 64 == 0 else { continue }
            guard goesOn(Progress(reads: reads, frames: frames, atNs: observation.arrivalNs)) else { break }
        }
        try finish(into: &sink)
    }

    private mutating func flush<Sink: FrameSink & ~Copyable>(
        _ slot: Int, dueNs: Nanoseconds, into sink: inout Sink
    ) throws(SystemError) {
        let state = states.base + slot
        let count = Int(state.pointee.count)
        precondition(count > 0)
        precondition(
            state.pointee.sequence < .max - UInt32(count), "a camera that runs out of sequences starts an epoch")
        let header = FrameHeader(
            camera: state.pointee.id, epoch: options.epoch, sequence: state.pointee.sequence, count: UInt8(count),
            keyID: state.pointee.key.id, sentNs: dueNs)
        let first = slot * options.frameReadsMax
        let packed = UnsafeBufferPointer(start: waiting.base + first, count: count)
        let length = FrameEncoder.encode(
            packed, header: header, key: state.pointee.hasKey ? state.pointee.key.key : nil,
            into: UnsafeMutableRawBufferPointer(start: frame.base, count: frame.count))
        state.pointee.sequence += UInt32(count)
        state.pointee.count = 0
        state.pointee.filling &+= 1  // SAFE: a deadline 2^32 fillings old does not exist
        reads += count
        frames += 1
        bytes += length
        let fate = try sink.send(UnsafeRawBufferPointer(start: frame.base, count: length), dueNs: dueNs)
        truth?.note(packed, header: header, origins: origins.base + first, fate: fate)
    }
}

/// What only the simulator knows of a read that waits in a frame.
package struct ReadOrigin: BitwiseCopyable, Sendable {
    package var plate: Plate
    package var trueNs: Nanoseconds
    package var vehicle: UInt32
}
