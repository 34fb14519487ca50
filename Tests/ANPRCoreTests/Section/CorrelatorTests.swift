import Testing

@testable import ANPRCore

/// Collects records.
private struct Collector: RecordSink {
    var records: [SectionRecord] = []
    mutating func recorded(_ record: borrowing SectionRecord) { records.append(copy record) }
}

/// Random traffic over a few sections, from a small alphabet of plates so that look-alikes and clones are many.
private struct Scene {
    let cameras: CameraRegistry
    let sections: SectionRegistry
    var settings = CorrelatorSettings()
    var reads: [Read] = []

    /// Cameras 1 to 8 in four sites of two lanes in a row; sections 1-2, 2-3, 3-4 (chained) and 1-4 (around them).
    init(seed: UInt64, count: Int) {
        var random = Random(seed: seed)
        cameras = CameraRegistry(
            (1...9).map { id in
                Camera(
                    id: UInt32(id), name: "\(id)", site: "s\((id + 1) / 2)", lane: UInt8((id + 1) % 2), xM: 0, yM: 0,
                    clockToleranceNs: Nanoseconds(id) * .millisecond)
            })
        func site(_ i: Int) -> [UInt32] { [UInt32(2 * i + 1), UInt32(2 * i + 2)] }
        func section(_ id: UInt32, _ a: Int, _ b: Int, _ lengthMm: UInt32, _ limits: [SpeedLimit]) -> Section {
            Section(
                id: id, name: "\(id)", entryCameras: site(a), exitCameras: site(b), lengthMm: lengthMm,
                lengthUncertaintyMm: 500, limits: limits,
                certificate: id == 2
                    ? nil : Certificate(serial: "x", approval: "y", validFromNs: 0, validToNs: 3000 * .second))
        }
        sections = SectionRegistry([
            section(1, 0, 1, 1_000_000, [SpeedLimit(kmh: 90)]),
            section(2, 1, 2, 2_000_000, [SpeedLimit(kmh: 120), SpeedLimit(kmh: 90, classes: [.truck])]),
            section(
                3, 2, 3, 1_500_000,
                [SpeedLimit(kmh: 70), SpeedLimit(kmh: 50, fromNs: 500 * .second, toNs: 900 * .second)]),
            section(4, 0, 3, 4_500_000, [SpeedLimit(kmh: 100)]),
        ])
        settings.latenessNs = 60 * .second
        settings.passageMaxNs = 600 * .second
        settings.pendingReads = 1 << 14
        settings.openPassages = 1 << 12
        fill(&random, count)
    }

    /// Vehicles that drive through, each site seen or missed, once or more often, right or misread.
    private mutating func fill(_ random: inout Random, _ count: Int) {
        let plates = ["1ABC234", "1A8C234", "IABC234", "1ABC23O", "AB", "XYZ9", "XYZ"]
        var sequence: UInt32 = 0
        while reads.count < count {
            let plate = plates[random.below(plates.count)]
            var ns = Nanoseconds(random.below(3600)) * .second + Nanoseconds(random.below(1000)) * .millisecond
            for site in 0..<4 {
                ns +=
                    Nanoseconds(10 + random.below(160)) * .second + Nanoseconds(random.below(2))
                    * Nanoseconds(random.below(1000))
                guard random.chance(0.85) else { continue }
                for _ in 0..<(random.chance(0.2) ? 2 : 1) {
                    let text = random.chance(0.1) ? plates[random.below(plates.count)] : plate
                    reads.append(read(text, UInt32(2 * site + 1 + random.below(2)), ns, sequence, &random))
                    sequence += 1
                    ns += Nanoseconds(random.below(8)) * .second
                }
            }
            reads.append(read(plate, 9, ns, sequence, &random))
            sequence += 1
        }
    }

    private func read(
        _ text: String, _ camera: UInt32, _ ns: Nanoseconds, _ sequence: UInt32, _ random: inout Random
    ) -> Read {
        let plate = (try? Plate(text)) ?? .none
        return Read(
            plate: plate, skeleton: plate.skeleton, capturedNs: ns, camera: camera, epoch: 1, sequence: sequence,
            text: PlateText(text),
            country: random.chance(0.5) ? Country("BE")! : random.chance(0.5) ? Country("NL")! : .unknown,
            lane: UInt8(random.below(3)), confidence: UInt8(60 + random.below(41)),
            vehicleClass: VehicleClass(code: UInt8(random.below(6))),
            flags: random.chance(0.02) ? .clockSuspect : random.chance(0.02) ? .unparseable : [])
    }

    /// An order of arrival in which no read is later than the lateness.
    func arrivals(_ random: inout Random) -> [Read] {
        let lateness = Int(settings.latenessNs)
        return reads.map { ($0.capturedNs + Nanoseconds(random.below(lateness)), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    func run(_ arrivals: [Read], _ random: inout Random) -> (records: [SectionRecord], counters: CorrelatorCounters) {
        var correlator = Correlator(sections, cameras: cameras, settings: settings)
        var sink = Collector()
        var at = 0
        while at < arrivals.count {
            let n = min(1 + random.below(50), arrivals.count - at)
            arrivals[at..<at + n].withUnsafeBufferPointer { correlator.accept($0, into: &sink) }
            at += n
            // The clock may say as much as the reads do, at any moment.
            if random.chance(0.3) {
                let latest = arrivals[0..<at].map(\.capturedNs).max()!
                correlator.advance(toNs: latest - Nanoseconds(random.below(30)) * .second, into: &sink)
            }
        }
        correlator.finish(into: &sink)
        return (sink.records, correlator.counters)
    }
}

@Suite struct CorrelatorTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func anyOrderOfArrivalGivesTheRecordsOfTheNaiveTwin(seed: UInt64) {
        let scene = Scene(seed: seed, count: 600)
        let expected = NaiveCorrelator.records(
            of: scene.reads, sections: scene.sections, cameras: scene.cameras, settings: scene.settings)
        #expect(expected.count > 50)
        var random = Random(seed: seed &+ 1000)
        for _ in 0..<4 {
            let (records, counters) = scene.run(scene.arrivals(&random), &random)
            #expect(counters.lateReads == 0)
            #expect(counters.evicted == 0)
            #expect(records == expected)
            #expect(counters.records == expected.count)
            #expect(counters.openPassages == 0 && counters.pendingReads == 0)
        }
    }

    @Test func scenesReachEveryCase() {
        var seen = ReviewReasons()
        var offences = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let scene = Scene(seed: seed, count: 600)
            let records = NaiveCorrelator.records(
                of: scene.reads, sections: scene.sections, cameras: scene.cameras, settings: scene.settings)
            for record in records {
                seen.formUnion(record.review)
                if record.isOffence { offences += 1 }
                #expect(!(record.isOffence && record.review.contains(.certificateExpired)))
            }
        }
        let wanted: ReviewReasons = [
            .lookAlike, .severalEntries, .lowConfidence, .countryDiffers, .certificateExpired, .uncertified,
            .severalExits,
        ]
        #expect(seen.isSuperset(of: wanted))
        #expect(offences > 100)
    }

    @Test func readsPastTheLatenessAreCountedAndNotPaired() {
        let scene = Scene(seed: 7, count: 50)
        var correlator = Correlator(scene.sections, cameras: scene.cameras, settings: scene.settings)
        var sink = Collector()
        var fresh = scene.reads[0]
        fresh.flags = []
        fresh.camera = 1
        fresh.capturedNs = 10_000 * .second
        var late = fresh
        late.capturedNs = 9_900 * .second
        [fresh, late].withUnsafeBufferPointer { correlator.accept($0, into: &sink) }
        // Camera 1 stands at the entry of sections 1 and 4.
        #expect(correlator.counters.lateReads == 2)
        #expect(correlator.counters.pendingReads == 2)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func boundsHold(seed: UInt64) {
        var scene = Scene(seed: seed, count: 4000)
        scene.settings.pendingReads = 64
        scene.settings.openPassages = 16
        var random = Random(seed: seed)
        let (records, counters) = scene.run(scene.arrivals(&random), &random)
        #expect(counters.evicted > 0)
        #expect(!records.isEmpty)
    }
}

@Suite struct CorrelatorCaseTests {
    private static let cameras = CameraRegistry(
        (1...4).map { Camera(id: UInt32($0), name: "\($0)", site: "", lane: 1, xM: 0, yM: 0, clockToleranceNs: 0) })
    private static let sections = SectionRegistry([
        Section(
            id: 1, name: "1", entryCameras: [1, 2], exitCameras: [3, 4], lengthMm: 1_000_000,
            limits: [SpeedLimit(kmh: 120)],
            certificate: Certificate(serial: "s", approval: "a", validFromNs: 0, validToNs: .max))
    ])

    /// Reads as (plate, camera, seconds), through the correlator.
    private func records(_ reads: [(String, UInt32, Double)], counters: inout CorrelatorCounters) -> [SectionRecord] {
        var correlator = Correlator(Self.sections, cameras: Self.cameras, settings: CorrelatorSettings())
        var sink = Collector()
        let made = reads.enumerated().map { i, r in
            guard let plate = try? Plate(r.0) else { preconditionFailure("\(r.0) is no plate") }
            return Read(
                plate: plate, skeleton: plate.skeleton, capturedNs: Nanoseconds(r.2 * 1e9), camera: r.1, epoch: 1,
                sequence: UInt32(i), text: PlateText(r.0))
        }
        made.withUnsafeBufferPointer { correlator.accept($0, into: &sink) }
        correlator.finish(into: &sink)
        counters = correlator.counters
        return sink.records
    }

    private func records(_ reads: [(String, UInt32, Double)]) -> [SectionRecord] {
        var counters = CorrelatorCounters()
        return records(reads, counters: &counters)
    }

    @Test func exitBeforeEntryInArrivalOrder() {
        let r = records([("1ABC234", 3, 130), ("1ABC234", 1, 100)])
        #expect(r.count == 1 && r[0].speedMkmh == 120_000 && r[0].review.isEmpty && !r[0].isOffence)
    }

    @Test func duplicatesTakeTheLongestTime() {
        let r = records([
            ("1ABC234", 1, 100), ("1ABC234", 2, 102), ("1ABC234", 3, 128), ("1ABC234", 4, 130),
        ])
        #expect(r.count == 1 && r[0].entryNs == 100 * .second && r[0].exitNs == 130 * .second && r[0].review.isEmpty)
    }

    @Test func severalEntriesTakeTheEarliestAndAHuman() {
        let r = records([("1ABC234", 1, 100), ("1ABC234", 1, 110), ("1ABC234", 3, 140)])
        #expect(r.count == 1 && r[0].entryNs == 100 * .second && r[0].review == .severalEntries)
    }

    @Test func lookAlikePairGoesToAHuman() {
        let r = records([("1ABC234", 1, 100), ("1A8C234", 3, 120)])
        #expect(r.count == 1 && r[0].review == .lookAlike && r[0].isOffence && !r[0].isAutomatic)
        #expect(r[0].exitPlate.description == "1A8C234")
    }

    @Test func exactPairWinsOverAnEarlierLookAlike() {
        let r = records([("1ABC234", 1, 100), ("1A8C234", 3, 120), ("1ABC234", 3, 125)])
        #expect(r.count == 1 && r[0].review.isEmpty && r[0].exitNs == 125 * .second)
    }

    @Test func lostEndsAreCounted() {
        var counters = CorrelatorCounters()
        let r = records([("1ABC234", 1, 100), ("1XYZ999", 3, 100)], counters: &counters)
        #expect(r.isEmpty && counters.lostExits == 1 && counters.orphanExits == 1)
    }

    @Test func tooSlowIsNoPassage() {
        // 1 km at the least credible 5 km/h takes 720 s.
        #expect(records([("1ABC234", 1, 100), ("1ABC234", 3, 820)]).count == 1)
        #expect(records([("1ABC234", 1, 100), ("1ABC234", 3, 821)]).isEmpty)
    }

    @Test func twiceThroughTheSectionIsTwoRecords() {
        let r = records([("1ABC234", 1, 100), ("1ABC234", 3, 140), ("1ABC234", 1, 200), ("1ABC234", 3, 240)])
        #expect(r.count == 2 && r.allSatisfy { $0.review.isEmpty })
    }

    @Test func entryAndExitAtOneInstantNeverPair() {
        #expect(records([("1ABC234", 1, 100), ("1ABC234", 3, 100)]).isEmpty)
    }

    @Test func impossibleSpeedGoesToAHuman() {
        let r = records([("1ABC234", 1, 100), ("1ABC234", 3, 105)])
        #expect(r.count == 1 && r[0].review == .implausible && r[0].speedMkmh == 720_000)
    }
}
