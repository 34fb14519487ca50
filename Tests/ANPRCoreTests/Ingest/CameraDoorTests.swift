import Testing

@testable import ANPRCore

/// The cameras' doors over a change of the registry and of keys.
@Suite struct CameraDoorTests {
    private static let nowNs = GoldenFrame.nowNs

    /// Keys as a file has them: camera, key number, index in `GoldenFrame.keys`.
    private static func ring(_ rows: [(UInt32, UInt8, Int)], _ cameras: CameraRegistry) throws -> KeyRing {
        let lines = rows.map { "\($0.0),\($0.1),\(GoldenFrame.keyTexts[$0.2])" }
        let bytes = Array((["camera,key_id,key"] + lines).joined(separator: "\n").utf8)
        return try bytes.withUnsafeBytes { try KeyRing(file: "k.csv", bytes: $0, cameras: cameras) }
    }

    private static func frame(_ camera: UInt32, first: UInt32, keyID: UInt8 = 1, key: Int = 0) -> [UInt8] {
        GoldenFrame.sealed(
            GoldenFrame.full(2), camera: camera, sequence: first, keyID: keyID, key: GoldenFrame.keys[key])
    }

    private static func rig(_ ids: [UInt32]) throws -> IntakeRig {
        let cameras = CameraRegistry(ids: ids)
        return IntakeRig(cameras, keys: try ring(ids.map { ($0, 1, 0) }, cameras))
    }

    private static func reload(
        _ rig: borrowing IntakeRig, _ ids: [UInt32], _ rows: [(UInt32, UInt8, Int)]
    ) throws -> Bool {
        let cameras = CameraRegistry(ids: ids)
        return rig.door.reload(cameras, keys: try ring(rows, cameras))
    }

    @Test func aReloadKeepsTheWindows() throws {
        var rig = try Self.rig([1, 2])
        var refusals = [rig.take(Self.frame(1, first: 10), nowNs: Self.nowNs)]
        let before = rig.status(1)
        // Another key, a camera more.
        let isTaken = try Self.reload(rig, [1, 2, 3], [(1, 1, 0), (1, 2, 1), (2, 1, 0), (3, 1, 2)])
        #expect(isTaken)
        let after = rig.status(1)
        #expect(after == before)
        refusals.append(rig.take(Self.frame(1, first: 10), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(1, first: 10, keyID: 2, key: 1), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(1, first: 12, keyID: 2, key: 1), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(3, first: 0, key: 2), nowNs: Self.nowNs))
        #expect(refusals == [nil, .duplicate, .duplicate, nil, nil])
    }

    @Test func aCameraThatComesBackCannotBePlayedAgain() throws {
        var rig = try Self.rig([1, 2])
        var refusals = [rig.take(Self.frame(2, first: 10), nowNs: Self.nowNs)]
        let isGone = try Self.reload(rig, [1], [(1, 1, 0)])
        let cameras = rig.door.status().map(\.camera)
        refusals.append(rig.take(Self.frame(2, first: 12), nowNs: Self.nowNs))
        let isBack = try Self.reload(rig, [1, 2], [(1, 1, 0), (2, 1, 0)])
        refusals.append(rig.take(Self.frame(2, first: 10), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(2, first: 12), nowNs: Self.nowNs))
        #expect(isGone && isBack && cameras == [1])
        #expect(refusals == [nil, .unknownCamera, .duplicate, nil])
    }

    @Test func aKeyThatIsTakenAwayOpensNoMore() throws {
        var rig = try Self.rig([1])
        var refusals = [rig.take(Self.frame(1, first: 0), nowNs: Self.nowNs)]
        var isTaken = try [Self.reload(rig, [1], [(1, 2, 1)])]
        refusals.append(rig.take(Self.frame(1, first: 2), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(1, first: 2, keyID: 2, key: 1), nowNs: Self.nowNs))
        // The number stays, the key is another.
        isTaken.append(try Self.reload(rig, [1], [(1, 2, 2)]))
        refusals.append(rig.take(Self.frame(1, first: 4, keyID: 2, key: 1), nowNs: Self.nowNs))
        refusals.append(rig.take(Self.frame(1, first: 4, keyID: 2, key: 2), nowNs: Self.nowNs))
        // No key at all: nothing is believed.
        isTaken.append(try Self.reload(rig, [1], []))
        refusals.append(rig.take(Self.frame(1, first: 6, keyID: 2, key: 2), nowNs: Self.nowNs))
        #expect(isTaken == [true, true, true])
        #expect(refusals == [nil, .unknownKey, nil, .badTag, nil, .unknownKey])
    }

    @Test func withoutRoomNothingIsChanged() throws {
        var rig = try Self.rig([1])
        var reloads = 0
        // Each change of keys costs a pass; passes are never given back, since a receiver may hold one.
        while try Self.reload(rig, [1], [(1, 1, (reloads + 1) % 2)]) {
            reloads += 1
            guard reloads < 10_000 else { break }
        }
        #expect(reloads == 2 * 1 + 1024 - 1)
        let refused = try Self.reload(rig, [2], [(2, 1, 2)])
        let cameras = rig.door.status().map(\.camera)
        #expect(!refused && cameras == [1])
        let key = reloads % 2
        let refusals = [
            rig.take(Self.frame(1, first: 0, key: key), nowNs: Self.nowNs),
            rig.take(Self.frame(1, first: 2, key: 1 - key), nowNs: Self.nowNs),
            rig.take(Self.frame(2, first: 0, key: 2), nowNs: Self.nowNs),
        ]
        #expect(refusals == [nil, .badTag, .unknownCamera])
        // What is the same needs no room.
        let same = try Self.reload(rig, [1], [(1, 1, key)])
        #expect(same)
    }

    /// Receivers with frames of one camera, while its keys change: each read goes on once.
    /// A start reads on behind a checkpoint by more than a window: what fell out of it has come, or was given up.
    @Test func whatIsMissingAtAStartIsCountedOnce() throws {
        let rig = try Self.rig([1])
        let first = UInt32(2 * Limits.windowReads)
        let holes: Set<UInt32> = [first + 700, first + 701, first + 5000]
        for sequence in 0..<UInt32(3 * Limits.windowReads - 40) where !holes.contains(sequence) {
            rig.door.remember(ReadID(camera: 1, epoch: 7, sequence: sequence))
        }
        rig.door.recount()
        #expect(rig.door.missingAtStart == holes.count && rig.status(1)?.missing == holes.count)
        #expect(rig.door.windowsNow().map(\.settled) == [first + 700])
    }

    @Test(.timeLimit(.minutes(10))) func twoReceiversShareACamera() throws {
        let cameras = CameraRegistry(ids: [1, 2])
        let rows = [[(1, 1, 0), (1, 2, 1), (2, 1, 0)], [(1, 1, 0), (2, 1, 0)]] as [[(UInt32, UInt8, Int)]]
        let rings = try rows.map { try Self.ring($0, cameras) }
        let door = CameraDoor(cameras, keys: rings[0], isSealed: true)
        let memories = (0..<2).map { _ in RingMemory<Read>(capacity: 4096) }
        let frames = (0..<400).map { Self.frame(1, first: UInt32(2 * $0)) }
        let refusedBoth = Ended()
        let receivers = try memories.map { memory in
            try ThreadAgent(name: "receiver") {
                var intake = FrameIntake(
                    door: door, clock: EngineClock(.wall), limits: IntakeRig.limits,
                    gate: ShardGate([memory], [Parker()]))
                for frame in frames {
                    let refusal = frame.withUnsafeBytes { intake.take($0, nowNs: Self.nowNs) }
                    if refusal == .duplicate { refusedBoth.add() }
                }
                intake.gate.publish()
            }
        }
        for i in 0..<200 { _ = door.reload(cameras, keys: rings[(i + 1) % 2]) }
        receivers.forEach { $0.join() }
        var sequences: [UInt32] = []
        for memory in memories {
            var consumer = memory.consumer()
            sequences += consumer.poll(4096).map(\.sequence)
        }
        #expect(sequences.sorted() == (0..<800).map { UInt32($0) })
        #expect(refusedBoth.count == 400)
    }
}
