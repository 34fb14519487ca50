import ANPRCore

/// Sealed frames of many cameras, and the way from bytes to the shards' rings, in one thread.
final class IntakeStage {
    private let cameras: Int
    private let readsPerFrame: Int
    private let frames: Int
    private let bytes: Slab<UInt8>
    /// Where the kernel would leave what one call brings.
    private let received: Slab<UInt8>
    private let keys = KeyRing(master: SipKey(low: 1, high: 2))
    private var intakes: [Intake] = []
    private var shards: [ShardBox] = []
    private let works: Bool
    private var sequence: UInt32 = 0
    private var nowNs: Nanoseconds = 1_800_000_000 * .second
    private var random = Random(seed: 42)
    private let texts: [PlateText]

    /// One receiver's. WHY a pointer: each access to a class's own variable would be checked, and paid for.
    private final class Intake {
        let intake: UnsafeMutablePointer<FrameIntake>
        init(_ intake: consuming FrameIntake) {
            self.intake = .allocate(capacity: 1)
            self.intake.initialize(to: intake)
        }

        deinit {
            intake.deinitialize(count: 1)
            intake.deallocate()
        }

        /// Every `stride`-th frame from `first` on.
        func take(_ bytes: UnsafePointer<UInt8>, frameBytes: Int, _ frames: StrideTo<Int>, nowNs: Nanoseconds) {
            var group = FrameGroup()
            for frame in frames {
                group.add(UnsafeRawBufferPointer(start: bytes + frame * frameBytes, count: frameBytes))
                if group.isFull { take(&group, nowNs) }
            }
            take(&group, nowNs)
            intake.pointee.gate.publish()
        }

        @inline(__always)
        private func take(_ group: inout FrameGroup, _ nowNs: Nanoseconds) {
            intake.pointee.take(group, nowNs: nowNs)
            for i in 0..<group.count {
                precondition(group.refusal(i) == nil, "a frame was refused: \(group.refusal(i)!)")
            }
            group.clear()
        }
    }

    /// A shard, or the ring's end alone.
    private final class ShardBox {
        var shard: Shard?
        var ends: [End]
        init(_ shard: consuming Shard?, _ ends: [End]) {
            self.shard = consume shard
            self.ends = ends
        }
    }

    private final class End {
        var consumer: RingConsumer<Read>
        init(_ consumer: consuming RingConsumer<Read>) { self.consumer = consumer }
    }

    /// `works`: the shards match and pair as well, against an empty list and no section.
    init(
        cameras: Int, readsPerFrame: Int, receivers: Int = 1, shards: Int = 1, works: Bool = false,
        isSealed: Bool = true, frames: Int
    ) {
        self.cameras = cameras
        self.readsPerFrame = readsPerFrame
        self.frames = max(frames, cameras)
        self.works = works
        bytes = Slab(count: self.frames * Self.frameBytes(readsPerFrame))
        received = Slab(count: Self.readsPerCall / readsPerFrame * Self.frameBytes(readsPerFrame))
        var random = Random(seed: 7)
        texts = (0..<4096).map { _ in PlateText("1-\(Plate(number: random.next()).description.prefix(6))") }
        let registry = CameraRegistry(
            (1...cameras).map { Camera(id: UInt32($0), name: "\($0)", site: "", lane: 1, xM: 0, yM: 0) })
        let door = CameraDoor(registry, keys: keys, isSealed: isSealed)
        let limits = IntakeLimits(
            captureAgeMaxNs: .day, captureAheadMaxNs: 60 * .second, clockOffsetMaxNs: .day)
        let rings = (0..<receivers).map { _ in (0..<shards).map { _ in RingMemory<Read>(capacity: 1 << 14) } }
        let lists = Blacklists(shards: shards)
        for receiver in 0..<receivers {
            let gate = ShardGate(rings[receiver], (0..<shards).map { _ in Parker() })
            intakes.append(
                Intake(FrameIntake(door: door, clock: EngineClock(.frames), limits: limits, gate: gate)))
        }
        for shard in 0..<shards {
            let mine = rings.map { $0[shard] }
            if works {
                let correlator = Correlator(
                    SectionRegistry([]), cameras: registry, settings: CorrelatorSettings())
                let made = Shard(
                    mine, mailbox: lists.mailboxes[shard], matcher: lists.matcher(shard: shard, suppressionNs: 0),
                    correlator: correlator, fan: StreamFan([], shard: shard))
                self.shards.append(ShardBox(made, []))
            } else {
                self.shards.append(ShardBox(nil, mine.map { End($0.consumer()) }))
            }
        }
    }

    private static func frameBytes(_ reads: Int) -> Int { FrameLayout.headerBytes + reads * FrameLayout.readBytes + 16 }

    /// Nanoseconds a read.
    func sample() -> Double { Double(pass()) / Double(frames * readsPerFrame) }

    /// All frames once, with new sequences: the time it took. Traps when a read is missing.
    func pass() -> Nanoseconds {
        encode()
        let perCall = Self.readsPerCall / readsPerFrame
        var ns: Nanoseconds = 0
        var at = 0
        while at < frames {
            let count = min(frames - at, perCall)
            receive(at, count)
            let startNs = Clock.monotonicNs()
            take(count)
            if works { turnShards() }
            ns += Clock.monotonicNs() - startNs
            if !works { drain() }
            at += count
        }
        precondition(taken == frames * readsPerFrame, "\(taken) reads came of \(frames * readsPerFrame)")
        taken = 0
        return ns
    }

    private var taken = 0

    /// What one receive call brings is some 256 KiB (`Receiver`), which the kernel has just copied on the same core.
    private static let readsPerCall = 8192

    private func receive(_ first: Int, _ count: Int) {
        let frameBytes = Self.frameBytes(readsPerFrame)
        received.base.update(from: bytes.base + first * frameBytes, count: count * frameBytes)
    }

    /// The next frames of all cameras, in an order that no prefetcher foresees.
    private func encode() {
        let count = Self.frameBytes(readsPerFrame)
        var order = Array(1...UInt32(cameras))
        order.shuffle(using: &random)
        for i in 0..<frames {
            if i % cameras == 0, i > 0 { sequence += UInt32(readsPerFrame) }
            nowNs += .microsecond
            let camera = order[i % cameras]
            let reads = (0..<readsPerFrame).map { _ in
                WireRead(capturedNs: nowNs, text: texts[random.below(texts.count)], confidence: 95)
            }
            let key = keys.keys(of: camera)[0]
            let header = FrameHeader(
                camera: camera, epoch: 1, sequence: sequence, count: UInt8(readsPerFrame), keyID: key.id,
                sentNs: nowNs)
            let out = UnsafeMutableRawBufferPointer(start: bytes.base + i * count, count: count)
            _ = reads.withUnsafeBufferPointer { FrameEncoder.encode($0, header: header, key: key.key, into: out) }
        }
        sequence += UInt32(readsPerFrame)
    }

    private func take(_ count: Int) {
        for (i, intake) in intakes.enumerated() {
            let frames = stride(from: i, to: count, by: intakes.count)
            intake.take(received.base, frameBytes: Self.frameBytes(readsPerFrame), frames, nowNs: nowNs)
        }
    }

    private func turnShards() {
        for box in shards {
            while true {
                let n = box.shard!.turn()
                if n == 0 { break }
                taken += n
            }
        }
    }

    private func drain() {
        for end in shards.flatMap(\.ends) {
            while true {
                let n = end.consumer.poll(1024).count
                if n == 0 { break }
                end.consumer.release(n)
                taken += n
            }
        }
    }
}
