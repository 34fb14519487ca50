import Testing

@testable import ANPRCore

/// Time that goes on by more than a step while much waits, as after an outage.
@Suite struct ShardLeapTests {
    private static let cameras = [1, 2].map {
        Camera(id: UInt32($0), name: "\($0)", site: "s\($0)", lane: 1, xM: 0, yM: 0)
    }
    private static let sections = [
        Section(
            id: 0, name: "A", entryCameras: [1], exitCameras: [2], lengthMm: 300_000, limits: [SpeedLimit(kmh: 50)])
    ]
    private static let vehicles = 4000

    /// Each vehicle enters and leaves within 15 s, 10 ms after the one before.
    private static func reads() -> [Read] {
        let reads = (0..<vehicles).flatMap {
            [read($0, camera: 1, afterNs: 0), read($0, camera: 2, afterNs: 15 * .second)]
        }
        return reads.sorted { $0.capturedNs < $1.capturedNs }
    }

    private static func read(_ i: Int, camera: UInt32, afterNs: Nanoseconds) -> Read {
        let plate = Plate(word: Plate.wordEnd / 37 + UInt64(i) * 37)
        let capturedNs: Nanoseconds = .hour + Nanoseconds(i) * 10 * .millisecond + afterNs
        return Read(
            plate: plate, skeleton: plate.skeleton, capturedNs: capturedNs, camera: camera, epoch: 1,
            sequence: UInt32(i), text: PlateText("\(plate)"))
    }

    private static func settings(leapReads: Int) -> CorrelatorSettings {
        var settings = CorrelatorSettings()
        settings.latenessNs = 60 * .second
        settings.leapReads = leapReads
        return settings
    }

    /// What a log holds after all reads came within the lateness, and then one of an hour later.
    private static func log(leapReads: Int) throws -> (groups: [Int], records: [SectionRecord]) {
        let bench = LogBench(seed: 1)
        var empty = try JournalScan(bench.place, from: 0, knownDurable: 0)
        let (buffer, committer) = try JournalTail(bench.place, try empty.run { _ in }).open(rings: 1)
        buffer.onWait = { _ = committer.turn(nowNs: .hour) }
        let lists = Blacklists(shards: 1)
        let ring = RingMemory<Read>(capacity: 1 << 14)
        var producer = ring.producer()
        var shard = Shard(
            [ring], mailbox: lists.mailboxes[0], matcher: lists.matcher(shard: 0, suppressionNs: 0),
            correlator: Correlator(
                SectionRegistry(sections), cameras: CameraRegistry(cameras), settings: settings(leapReads: leapReads)),
            fan: StreamFan(
                [], shard: 0, journal: JournalAppender(buffer, start: 0, run: 1)))
        var all = reads()
        var late = all[0]
        late.capturedNs += .hour
        late.sequence = 1 << 20
        all.append(late)
        for read in all {
            let pushed = producer.push(read)
            #expect(pushed)
        }
        producer.publish()
        var turns = 0
        while turns < 100_000, ring.backlog > 0 {
            _ = shard.turn()
            _ = committer.turn(nowNs: .hour)
            turns += 1
        }
        shard.finish()
        while committer.turn(nowNs: .hour) {}
        buffer.onWait = nil
        var groups: [Int] = []
        var records: [SectionRecord] = []
        var open = 0
        var scan = try JournalScan(bench.place, from: 0, knownDurable: 0)
        _ = try scan.run { block in
            open += Int(block.header.length)
            if !block.header.flags.contains(.continues) {
                groups.append(open)
                open = 0
            }
            block.forEachEvent { _, event in if case .record(let record) = event { records.append(record) } }
        }
        return (groups, records)
    }

    /// The same records come out, in groups that a buffer holds, and not in one.
    @Test func whatWaitedIsGivenOutInSteps() throws {
        let (inOne, expected) = try Self.log(leapReads: .max)
        let (groups, records) = try Self.log(leapReads: 64)
        #expect(expected.count > Self.vehicles / 2 && records == expected)
        let most = try #require(inOne.max())
        #expect(most > Self.vehicles * 64)
        #expect(try #require(groups.max()) < most / 10)
    }
}
