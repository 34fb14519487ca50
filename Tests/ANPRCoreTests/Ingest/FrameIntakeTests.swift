import Glibc
import Testing

@testable import ANPRCore

/// The books of the door: every frame is taken or refused for one cause, and the cameras' counts say the same.
@Suite struct FrameIntakeTests {
    private static let nowNs = GoldenFrame.nowNs
    private static let ids: [UInt32] = [1, 2, 7]

    private static func rig() -> IntakeRig {
        IntakeRig(CameraRegistry(ids: ids), keys: KeyRing(master: FrameSample.key))
    }

    private static func frame(
        camera: UInt32 = 1, epoch: UInt32 = 1, first: UInt32 = 0, count: Int = 1, keyID: UInt8 = KeyRing.derivedID,
        sentNs: Nanoseconds = nowNs
    ) -> [UInt8] {
        let key = KeyRing.derive(FrameSample.key, camera: camera, id: KeyRing.derivedID)
        return GoldenFrame.sealed(
            (0..<count).map { _ in GoldenFrame.read("1-ABC-234") }, camera: camera, epoch: epoch, sequence: first,
            keyID: keyID, sentNs: sentNs, key: key)
    }

    /// A frame that is refused before its camera's window is asked, with the cause.
    private static func faulty(_ cause: FrameRefusal, camera: UInt32) -> [UInt8] {
        var frame = frame(camera: camera)
        switch cause {
        case .tooShort: return Array(frame.prefix(20))
        case .tooLong: return Array(repeating: 0, count: FrameLayout.frameBytesMax + 1)
        case .badMagic: frame[0] ^= 1
        case .badVersion: frame[FrameLayout.versionAt] = 9
        case .badFlags: frame[FrameLayout.flagsAt] = 1
        case .badCount: frame[FrameLayout.countAt] = 0
        case .badLength: frame.append(0)
        case .unknownCamera: return Self.frame(camera: 99)
        case .unknownKey: return Self.frame(camera: camera, keyID: 9)
        case .badTag: frame[frame.count - 1] ^= 1
        case .timeOutOfRange: return Self.frame(camera: camera, sentNs: nowNs + 60 * .second)
        case .staleEpoch, .replay, .duplicate, .overQuota, .busy: break
        }
        return frame
    }

    private static let nameless: [FrameRefusal] = [
        .tooShort, .tooLong, .badMagic, .badVersion, .badFlags, .badCount, .badLength, .unknownCamera,
    ]
    private static let named: [FrameRefusal] = [.unknownKey, .badTag, .timeOutOfRange]

    @Test(arguments: nameless + named)
    func aFaultyFrameIsCountedAndChangesNothing(cause: FrameRefusal) {
        var rig = Self.rig()
        let first = rig.take(Self.frame(camera: 7, first: 5), nowNs: Self.nowNs)
        _ = rig.reads()
        let before = rig.status(7)
        let refusal = rig.take(Self.faulty(cause, camera: 7), nowNs: Self.nowNs)
        #expect(first == nil && refusal == cause)
        let reads = rig.reads()
        #expect(reads.isEmpty)
        // By camera only when its name can be believed to be one.
        let isNamed = Self.named.contains(cause)
        let counted = rig.refused(cause, camera: 7)
        #expect(counted == (isNamed ? 1 : 0))
        let others = rig.status(1)?.refused.reduce(0, +)
        #expect(others == 0)
        let after = rig.status(7)
        #expect(after?.reads == before?.reads && after?.lastSeenNs == before?.lastSeenNs)
        #expect(after?.epoch == before?.epoch && after?.missing == before?.missing)
    }

    /// Frames of three cameras, good, late, again, old, of other epochs and faulty, against a set for each camera.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func theBooksBalance(seed: UInt64) throws {
        var random = Random(seed: seed)
        var rig = Self.rig()
        var models = [IntakeModel](repeating: IntakeModel(), count: Self.ids.count)
        var nexts = Self.ids.map { _ in UInt32(random.below(20_000)) }
        var epochs: [UInt32] = [3, 3, 3]
        var (taken, refused) = (0, 0)
        for _ in 0..<500 {
            let who = random.below(Self.ids.count)
            let camera = Self.ids[who]
            if random.chance(0.1) {
                let cause = (Self.nameless + Self.named)[random.below(Self.nameless.count + Self.named.count)]
                let refusal = rig.take(Self.faulty(cause, camera: camera), nowNs: Self.nowNs)
                #expect(refusal == cause)
                if Self.named.contains(cause) { _ = models[who].refuse(cause) }
                refused += 1
                continue
            }
            if random.chance(0.02) {
                epochs[who] += 1
                nexts[who] = UInt32(random.below(3) * 50)
            }
            let count = 1 + random.below(Limits.frameReadsMax)
            let step = [0, 0, 0, 0, 10, -30, -200, 3000, -8150, -9000][random.below(10)]
            let first = UInt32(max(0, Int(nexts[who]) + step))
            let epoch = epochs[who] - (random.chance(0.05) ? 1 : 0)
            let expected = models[who].take(epoch: epoch, first: first, count: count)
            let frame = Self.frame(camera: camera, epoch: epoch, first: first, count: count)
            let refusal = rig.take(frame, nowNs: Self.nowNs)
            let reads = rig.reads()
            switch expected {
            case .success(let sequences):
                taken += 1
                #expect(refusal == nil)
                #expect(reads.map(\.sequence) == sequences)
                #expect(reads.allSatisfy { $0.camera == camera && $0.epoch == epoch })
                nexts[who] = max(nexts[who], first + UInt32(count))
            case .failure(let cause):
                refused += 1
                #expect(refusal == cause)
                #expect(reads.isEmpty)
            }
        }
        check(rig, models, taken: taken, refused: refused)
    }

    /// Reads go into the ring as the decoder makes them, one by one: whatever is odd about some of them, and whichever
    /// shortcut the others take. What is captured out of its time is flagged beside.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func readsAreWhatTheDecoderMakes(seed: UInt64) {
        var random = Random(seed: seed)
        var rig = Self.rig()
        var (plain, suspect, first) = (0, 0, UInt32(0))
        for _ in 0..<100 {
            let oddness = [0, 0.05, 0.5][random.below(3)]
            let wires = (0..<1 + random.below(43)).map { _ in Self.wire(&random, oddness: oddness) }
            let key = KeyRing.derive(FrameSample.key, camera: 2, id: KeyRing.derivedID)
            let frame = GoldenFrame.sealed(
                wires, camera: 2, sequence: first, keyID: KeyRing.derivedID, sentNs: Self.nowNs, key: key)
            let refusal = rig.take(frame, nowNs: Self.nowNs)
            #expect(refusal == nil)
            let reads = rig.reads()
            let expected = wires.enumerated().map { i, wire in
                var read = FrameSample.decoded(
                    wire, camera: 2, sequence: first + UInt32(i), receivedNs: Self.nowNs)
                let (limits, ns) = (IntakeRig.limits, wire.capturedNs)
                if ns < Self.nowNs - limits.captureAgeMaxNs || ns > Self.nowNs + limits.captureAheadMaxNs {
                    read.flags.insert(.clockSuspect)
                    suspect += 1
                }
                return read
            }
            #expect(reads == expected)
            plain += expected.count { $0.flags.rawValue < ReadFlags.textCut.rawValue }
            first += UInt32(wires.count)
        }
        #expect(plain > 500 && suspect > 20, "both kinds must be there: \(plain) plain, \(suspect) out of their time")
    }

    /// A read with each field sometimes as the protocol does not have it.
    private static func wire(_ random: inout Random, oddness: Double) -> WireRead {
        func odd<T>(_ plain: T, _ strange: () -> T) -> T { random.chance(oddness) ? strange() : plain }
        let agesNs: [Nanoseconds] = [
            0, .millisecond, 40 * .second, 36 * 60 * .second, 30 * .day, 32 * .day, -4 * .second, -6 * .second,
        ]
        return WireRead(
            capturedNs: odd(nowNs - .second) {
                random.chance(0.1) ? Nanoseconds(bitPattern: random.next()) : nowNs - agesNs[random.below(8)]
            },
            text: odd(PlateText("1-ABC-\(100 + random.below(900))")) { SymbolTableTests.text(&random) },
            country: odd(.unknown) { Country(code: UInt16(truncatingIfNeeded: random.next())) },
            lane: UInt8(random.below(256)),
            confidence: odd(97) { UInt8(random.below(256)) },
            vehicleClass: odd(.car) { VehicleClass(code: UInt8(random.below(256))) },
            flags: odd(.approaching) { ReadFlags(rawValue: UInt8(random.below(256))) },
            speedDecikmh: UInt16(random.below(65536)))
    }

    /// Frames that come together are taken as if each had come alone: the same reads, refusals and books.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func framesThatComeTogetherAreTakenOneByOne(seed: UInt64) {
        var random = Random(seed: seed)
        var alone = Self.rig()
        var together = Self.rig()
        var nexts = Self.ids.map { _ in UInt32(0) }
        for _ in 0..<150 {
            let isEven = random.chance(0.5)
            let frames = (0..<1 + random.below(SealBatch.framesMax)).map { _ in
                let who = random.below(Self.ids.count)
                if random.chance(0.15) {
                    let cause = (Self.nameless + Self.named)[random.below(Self.nameless.count + Self.named.count)]
                    return Self.faulty(cause, camera: Self.ids[who])
                }
                let count = isEven ? 43 : 1 + random.below(43)
                let first = nexts[who] - min(nexts[who], random.chance(0.1) ? 50 : 0)
                nexts[who] = max(nexts[who], first + UInt32(count))
                return Self.frame(camera: Self.ids[who], first: first, count: count)
            }
            let expected = frames.map { alone.take($0, nowNs: Self.nowNs) }
            let refusals = together.take(together: frames, nowNs: Self.nowNs)
            #expect(refusals == expected)
            let (mine, others) = (together.reads(), alone.reads())
            #expect(mine == others)
        }
        for camera in Self.ids {
            let (mine, others) = (together.status(camera), alone.status(camera))
            #expect(mine == others)
        }
    }

    private func check(_ rig: borrowing IntakeRig, _ models: [IntakeModel], taken: Int, refused: Int) {
        let tally = rig.intake.tally
        #expect(tally.frames == taken + refused && taken > 100 && refused > 50)
        #expect(tally.reads == models.reduce(0) { $0 + $1.reads })
        #expect(tally.expectedReads - tally.reads == models.reduce(0) { $0 + $1.missing })
        for (camera, model) in zip(Self.ids, models) {
            let status = rig.status(camera)
            #expect(status?.reads == model.reads)
            #expect(status?.duplicateReads == model.duplicateReads)
            #expect(status?.missing == model.missing)
            for cause in FrameRefusal.allCases {
                let counted = rig.refused(cause, camera: camera)
                #expect(counted == model.refused[cause, default: 0], "\(cause.name) of \(camera)")
            }
        }
    }

    @Test func theLastSequenceOfAnEpochIsTakenAndNothingWraps() {
        var rig = Self.rig()
        let last = UInt32.max - 43
        var refusals = [rig.take(Self.frame(first: last - 100, count: 43), nowNs: Self.nowNs)]
        refusals.append(rig.take(Self.frame(first: last, count: 43), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(first: last, count: 43), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(first: 0, count: 43), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(epoch: 2, first: 0, count: 43), nowNs: Self.nowNs))
        #expect(refusals == [nil, nil, .duplicate, .replay, nil])
        let status = rig.status(1)
        #expect(status?.reads == 3 * 43 && status?.missing == 100 - 43)
    }

    /// In replayed time the frames make the clock, and a frame that is refused does not.
    @Test func onlyBelievedFramesMoveTheClock() {
        let cameras = CameraRegistry(ids: Self.ids)
        var rig = IntakeRig(cameras, keys: KeyRing(master: FrameSample.key), clock: .frames)
        func times(_ frame: [UInt8]) -> (FrameRefusal?, Nanoseconds) {
            (rig.take(frame, nowNs: 0), rig.clock.nowNs())
        }
        #expect(times(Self.frame(sentNs: 100 * .day)) == (nil, 100 * .day))
        var forged = Self.frame(first: 1, sentNs: 200 * .day)
        forged[forged.count - 1] ^= 1
        #expect(times(forged) == (.badTag, 100 * .day))
        #expect(times(Self.frame(first: 1, sentNs: .max)) == (.timeOutOfRange, 100 * .day))
        #expect(times(Self.frame(first: 1, sentNs: 90 * .day)) == (nil, 100 * .day))
        #expect(times(Self.frame(first: 2, sentNs: 60 * .day)) == (.timeOutOfRange, 100 * .day))
        #expect(times(Self.frame(first: 2, sentNs: 300 * .day)) == (nil, 300 * .day))
    }

    /// Reads that a full ring cannot take wait there, and nothing is lost.
    @Test(.timeLimit(.minutes(10))) func aFullRingMakesTheReceiverWait() throws {
        let memory = RingMemory<Read>(capacity: 64)
        let door = CameraDoor(CameraRegistry(ids: Self.ids), keys: KeyRing(master: FrameSample.key), isSealed: true)
        let ended = Ended()
        let frames = 200
        let receiver = try ThreadAgent(name: "receiver") {
            var intake = FrameIntake(
                door: door, clock: EngineClock(.wall), limits: IntakeRig.limits, gate: ShardGate([memory], [Parker()]))
            for i in 0..<frames {
                let bytes = Self.frame(first: UInt32(i * 43), count: 43)
                _ = bytes.withUnsafeBytes { intake.take($0, nowNs: Self.nowNs) }
            }
            intake.gate.publish()
            if intake.gate.waits > 0 { ended.add() }
            ended.add()
        }
        var consumer = memory.consumer()
        // What is there before the end was shown because the next frame had to wait for room.
        while memory.backlog == 0 { sched_yield() }
        var sequences: [UInt32] = []
        while sequences.count < frames * 43 {
            let batch = consumer.poll(256)
            sequences += batch.map(\.sequence)
            let n = batch.count
            consumer.release(n)
        }
        receiver.join()
        #expect(sequences == (0..<UInt32(frames * 43)).map { $0 })
        #expect(ended.count == 2, "the wait is counted")
    }
}
