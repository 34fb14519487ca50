@testable import ANPRCore

/// A door, an intake and a ring to one shard, without threads or sockets.
struct IntakeRig: ~Copyable {
    let door: CameraDoor
    let clock: EngineClock
    var intake: FrameIntake
    private var ring: RingConsumer<Read>

    static let limits = IntakeLimits(
        captureAgeMaxNs: 31 * .day, captureAheadMaxNs: 5 * .second, clockOffsetMaxNs: 2 * .second)

    init(_ cameras: CameraRegistry, keys: KeyRing, isSealed: Bool = true, clock source: ClockSource = .wall) {
        let clock = EngineClock(source)
        self.init(door: CameraDoor(cameras, keys: keys, isSealed: isSealed), clock: clock)
    }

    init(door: CameraDoor, clock: EngineClock) {
        let memory = RingMemory<Read>(capacity: 4096)
        self.door = door
        self.clock = clock
        intake = FrameIntake(door: door, clock: clock, limits: Self.limits, gate: ShardGate([memory], [Parker()]))
        ring = memory.consumer()
    }

    mutating func take(_ bytes: [UInt8], nowNs: Nanoseconds) -> FrameRefusal? {
        let cause = bytes.withUnsafeBytes { intake.take($0, nowNs: nowNs) }
        intake.gate.publish()
        return cause
    }

    /// The same for frames that came together: at most `SealBatch.framesMax`.
    mutating func take(together frames: [[UInt8]], nowNs: Nanoseconds) -> [FrameRefusal?] {
        var group = FrameGroup()
        let copies = frames.map { frame in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: frame.count, alignment: 8)
            copy.copyBytes(from: frame)
            return copy
        }
        for copy in copies { group.add(UnsafeRawBufferPointer(copy)) }
        intake.take(group, nowNs: nowNs)
        intake.gate.publish()
        for copy in copies { copy.deallocate() }
        return frames.indices.map { group.refusal($0) }
    }

    /// What went on to the shard since the last call.
    mutating func reads() -> [Read] {
        var reads: [Read] = []
        while true {
            let batch = ring.poll(256)
            if batch.isEmpty { return reads }
            reads += batch
            ring.release(batch.count)
        }
    }

    func status(_ camera: UInt32) -> CameraStatus? { door.status().first { $0.camera == camera } }

    func refused(_ cause: FrameRefusal, camera: UInt32) -> Int {
        status(camera)?.refused[Int(cause.rawValue)] ?? 0
    }
}

extension CameraRegistry {
    /// Cameras of which only the numbers matter.
    init(ids: some Sequence<UInt32>) {
        self.init(ids.map { Camera(id: $0, name: String($0), site: "", lane: 1, xM: 0, yM: 0) })
    }
}
