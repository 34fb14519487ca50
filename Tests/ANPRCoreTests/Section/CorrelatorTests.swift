import Testing

@testable import ANPRCore

@Suite struct CorrelatorTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func anyOrderOfArrivalGivesTheRecordsOfTheNaiveTwin(seed: UInt64) {
        let scene = SectionScene(seed: seed, count: 600)
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
            let scene = SectionScene(seed: seed, count: 600)
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
        let scene = SectionScene(seed: 7, count: 50)
        var correlator = Correlator(scene.sections, cameras: scene.cameras, settings: scene.settings)
        var sink = RecordCollector()
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
        var scene = SectionScene(seed: seed, count: 4000)
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
        var sink = RecordCollector()
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
