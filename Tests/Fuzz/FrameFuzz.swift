import ANPRCore

/// Opens frames by the engine's own intake and counts what came of each; what it lets through is held against the plain
/// way of making a plate.
struct FrameFuzz: ~Copyable {
    private let buffer = GuardedBuffer(atLeast: FrameMutator.bytesMax)
    private var intake: FrameIntake
    private var ring: RingConsumer<Read>

    private(set) var accepted = 0
    private(set) var refused = [Int](repeating: 0, count: FrameRefusal.allCases.count)
    private(set) var reads = 0
    private(set) var unparseable = 0
    /// What was wrong, frame by frame; empty after a good run.
    private(set) var complaints: [String] = []

    private static let cameras = CameraRegistry(
        (0..<FrameMutator.cameras).map { Camera(id: $0, name: String($0), site: "", lane: 1, xM: 0, yM: 0) })
    private static let limits = IntakeLimits(
        captureAgeMaxNs: .day, captureAheadMaxNs: 5 * .second, clockOffsetMaxNs: 10 * .second)

    init() {
        let memory = RingMemory<Read>(capacity: 64)
        intake = Self.intake(memory)
        ring = memory.consumer()
    }

    /// All cameras begin anew.
    mutating func beginEra() {
        let memory = RingMemory<Read>(capacity: 64)
        intake = Self.intake(memory)
        ring = memory.consumer()
    }

    private static func intake(_ memory: RingMemory<Read>) -> FrameIntake {
        FrameIntake(
            door: CameraDoor(cameras, keys: FrameMutator.keys, isSealed: true), clock: EngineClock(.wall),
            limits: limits,
            gate: ShardGate([memory], [Parker()]))
    }

    var refusedTotal: Int { refused.reduce(0, +) }

    mutating func open(_ bytes: [UInt8], index: Int, mutation: FrameMutator.Mutation) {
        let frame = buffer.place(bytes)
        let cause = intake.take(frame, nowNs: FrameMutator.nowNs)
        intake.gate.publish()
        let n = takeReads(index)
        if let cause {
            refused[Int(cause.rawValue)] += 1
            if n > 0 { complain(index, "refused as \(cause.name), but \(n) reads went on") }
            if mutation == .none, cause.rawValue < FrameRefusal.timeOutOfRange.rawValue {
                complain(index, "a frame as a camera sends it was refused: \(cause.name)")
            }
        } else {
            accepted += 1
            if n == 0 { complain(index, "taken, but no read went on") }
        }
    }

    /// What the intake put in the ring. A frame's reads may wrap around its end.
    private mutating func takeReads(_ index: Int) -> Int {
        var total = 0
        while true {
            let batch = ring.poll(Limits.frameReadsMax)
            for read in batch { check(read, index) }
            ring.release(batch.count)
            total += batch.count
            if batch.isEmpty { break }
        }
        reads += total
        return total
    }

    private mutating func check(_ read: Read, _ index: Int) {
        if read.plate.isNone { unparseable += 1 }
        if read.plate.isNone != read.flags.contains(.unparseable) { complain(index, "the flag and the plate disagree") }
        if read.confidence > 100 { complain(index, "a confidence of \(read.confidence) %") }
        if read.camera >= FrameMutator.cameras { complain(index, "a read of an unknown camera") }
        guard index & 15 == 0 else { return }  // the plain way is slow
        let text = read.text.string
        let plain = read.flags.contains(.textCut) ? .none : (try? Plate(text)) ?? .none
        if read.plate != plain { complain(index, "'\(text)' gave \(read.plate), plainly \(plain)") }
        if read.skeleton != (plain.isNone ? Skeleton(word: 0) : plain.skeleton) { complain(index, "a wrong skeleton") }
    }

    private mutating func complain(_ index: Int, _ message: String) {
        if complaints.count < 20 { complaints.append("frame \(index): \(message)") }
    }
}
