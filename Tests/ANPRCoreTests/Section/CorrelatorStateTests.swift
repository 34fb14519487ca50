import Testing

@testable import ANPRCore

/// A correlator that was saved and restored against one that was not interrupted.
@Suite struct CorrelatorStateTests {
    /// What is done to a correlator, in order.
    private enum Step {
        case reads([Read])
        case advance(Nanoseconds)
    }

    /// Batches of reads in disorder, some of them too late, and the clock's word in between.
    private static func steps(_ scene: SectionScene, _ random: inout Random) -> [Step] {
        var arrivals = scene.arrivals(&random)
        // A read that comes a while after its time: late, or only just not.
        for _ in 0..<arrivals.count / 20 {
            let from = random.below(arrivals.count)
            let read = arrivals.remove(at: from)
            arrivals.insert(read, at: min(arrivals.count, from + random.below(arrivals.count / 4)))
        }
        var steps: [Step] = []
        var at = 0
        while at < arrivals.count {
            let n = min(1 + random.below(50), arrivals.count - at)
            steps.append(.reads(Array(arrivals[at..<at + n])))
            at += n
            if random.chance(0.2), let latest = arrivals[0..<at].map(\.capturedNs).max() {
                steps.append(.advance(latest + Nanoseconds(random.below(20) - 10) * .second))
            }
        }
        return steps
    }

    private static func take(
        _ steps: ArraySlice<Step>, _ correlator: inout Correlator, _ sink: inout RecordCollector
    ) {
        for step in steps {
            switch step {
            case .reads(let reads): reads.withUnsafeBufferPointer { correlator.accept($0, into: &sink) }
            case .advance(let ns): correlator.advance(toNs: ns, into: &sink)
            }
        }
    }

    private static func saved(_ correlator: borrowing Correlator) -> [UInt8] {
        var writer = StateWriter()
        correlator.save(to: &writer)
        return writer.array()
    }

    private static func restore(_ correlator: inout Correlator, _ bytes: [UInt8]) throws -> Int {
        try bytes.withUnsafeBytes { (bytes) throws in
            var reader = StateReader(bytes)
            try correlator.restore(from: &reader)
            return reader.remaining
        }
    }

    private static func correlator(_ scene: SectionScene) -> Correlator {
        Correlator(scene.sections, cameras: scene.cameras, settings: scene.settings)
    }

    /// The scene of a seed; every third has bounds so narrow that it has to evict, and every third such crowds that a
    /// bucket takes several chunks.
    private static func scene(_ seed: UInt64) -> SectionScene {
        switch seed % 3 {
        case 0:
            var scene = SectionScene(seed: seed, count: 900)
            scene.settings.pendingReads = 64
            scene.settings.openPassages = [16, 64, 256][Int(seed / 3 % 3)]
            return scene
        case 1:
            var scene = SectionScene(seed: seed, count: 4000)
            let crowdNs = 60 * Nanoseconds.second
            for i in scene.reads.indices {
                let ns = scene.reads[i].capturedNs
                scene.reads[i].capturedNs = ns / crowdNs * crowdNs + ns % crowdNs / 6000
            }
            return scene
        default: return SectionScene(seed: seed, count: 900)
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func anInterruptionChangesNothing(seed: UInt64) throws {
        let scene = Self.scene(seed)
        var random = Random(seed: seed &+ 77)
        let steps = Self.steps(scene, &random)
        var whole = Self.correlator(scene)
        var expected = RecordCollector()
        Self.take(steps[...], &whole, &expected)
        whole.finish(into: &expected)
        for _ in 0..<3 {
            let cut = random.below(steps.count + 1)
            var first = Self.correlator(scene)
            var sink = RecordCollector()
            Self.take(steps[..<cut], &first, &sink)
            let bytes = Self.saved(first)
            let atCut = first.counters
            // The restored one may have been in use.
            var second = Self.correlator(scene)
            if random.chance(0.5) {
                var nobody = RecordCollector()
                Self.take(steps[random.below(steps.count)...], &second, &nobody)
            }
            let rest = try Self.restore(&second, bytes)
            #expect(rest == 0)
            #expect(second.counters == atCut)
            let again = Self.saved(second)
            #expect(again.count == bytes.count)
            Self.take(steps[cut...], &second, &sink)
            second.finish(into: &sink)
            #expect(sink.records == expected.records)
            #expect(second.counters == whole.counters)
        }
    }

    @Test func scenesReachEveryCase() {
        var seen = CorrelatorCounters()
        var most = CorrelatorCounters()
        var reviews = ReviewReasons()
        for seed in 1...60 as ClosedRange<UInt64> {
            let scene = Self.scene(seed)
            var random = Random(seed: seed &+ 77)
            let steps = Self.steps(scene, &random)
            var correlator = Self.correlator(scene)
            var sink = RecordCollector()
            for step in steps {
                Self.take([step], &correlator, &sink)
                most.pendingReads = max(most.pendingReads, correlator.counters.pendingReads)
                most.openPassages = max(most.openPassages, correlator.counters.openPassages)
            }
            correlator.finish(into: &sink)
            seen.lateReads += correlator.counters.lateReads
            seen.duplicatesMerged += correlator.counters.duplicatesMerged
            seen.evicted += correlator.counters.evicted
            for record in sink.records { reviews.formUnion(record.review) }
        }
        #expect(seen.lateReads > 100 && seen.duplicatesMerged > 1000 && seen.evicted > 1000)
        #expect(most.pendingReads > 100 && most.openPassages > 50)
        #expect(reviews.isSuperset(of: [.lookAlike, .severalEntries, .severalExits]))
    }

    @Test func anEmptyStateIsAState() throws {
        let scene = Self.scene(1)
        var random = Random(seed: 1)
        let steps = Self.steps(scene, &random)
        let bytes = Self.saved(Self.correlator(scene))
        #expect(bytes.count < 400)
        var whole = Self.correlator(scene)
        var restored = Self.correlator(scene)
        _ = try Self.restore(&restored, bytes)
        var expected = RecordCollector()
        var sink = RecordCollector()
        Self.take(steps[...], &whole, &expected)
        Self.take(steps[...], &restored, &sink)
        #expect(sink.records == expected.records && restored.counters == whole.counters)
    }

    /// What waits costs what it is, not what there is room for.
    @Test func theSizeIsThatOfWhatWaits() {
        var scene = Self.scene(1)
        scene.settings.pendingReads = 1 << 18
        scene.settings.openPassages = 1 << 18
        var random = Random(seed: 1)
        var correlator = Self.correlator(scene)
        var sink = RecordCollector()
        let steps = Self.steps(scene, &random)
        Self.take(steps[..<(steps.count / 2)], &correlator, &sink)
        let counters = correlator.counters
        let most = 400 + counters.pendingReads * (48 + 12) + counters.openPassages * (68 + 40)
        #expect(Self.saved(correlator).count <= most)
    }

    // MARK: What is no state of this correlator

    private static let changed = StateProblem("the sections or their settings have changed")

    /// Each is another place for what was saved to go wrong.
    private static let changes: [@Sendable (inout SectionScene) -> Void] = [
        { $0.settings.latenessNs += 1 }, { $0.settings.crossingNs += 1 }, { $0.settings.passageMaxNs += 1 },
        { $0.settings.speedMinKmh += 1 }, { $0.settings.speedMaxKmh += 1 }, { $0.settings.tolerance.kmh += 1 },
        { $0.settings.tolerance.percent += 1 }, { $0.settings.tolerance.percentAboveKmh += 1 },
        { $0.settings.pendingReads *= 2 }, { $0.settings.openPassages *= 2 },
        { $0.sections = SectionRegistry($0.sections.sections.reversed()) },
        { $0.sections = SectionRegistry($0.sections.sections.dropLast()) },
        { $0.sections = SectionRegistry([]) },
        {
            $0.cameras = CameraRegistry(
                $0.cameras.cameras.map {
                    Camera(
                        id: $0.id, name: $0.name, site: $0.site, lane: $0.lane, xM: 0, yM: 0,
                        clockToleranceNs: $0.clockToleranceNs + ($0.id == 8 ? 1 : 0))
                })
        },
    ]

    @Test(arguments: changes.indices)
    func aStateOfOtherSectionsIsRefused(change: Int) throws {
        let scene = Self.scene(2)
        var random = Random(seed: 2)
        let steps = Self.steps(scene, &random)
        var correlator = Self.correlator(scene)
        var sink = RecordCollector()
        Self.take(steps[..<(steps.count / 2)], &correlator, &sink)
        let bytes = Self.saved(correlator)
        var other = scene
        Self.changes[change](&other)
        var second = Self.correlator(other)
        #expect(throws: Self.changed) { try Self.restore(&second, bytes) }
        expectNew(&second, other, steps)
    }

    @Test func whatMeasuresNothingMayChange() throws {
        var scene = Self.scene(2)
        let bytes = Self.saved(Self.correlator(scene))
        scene.cameras = CameraRegistry(
            scene.cameras.cameras + [Camera(id: 12, name: "12", site: "", lane: 1, xM: 0, yM: 0, clockToleranceNs: 5)])
        var other = Self.correlator(scene)
        _ = try Self.restore(&other, bytes)
    }

    /// As if it had just been made.
    private func expectNew(_ correlator: inout Correlator, _ scene: SectionScene, _ steps: [Step]) {
        #expect(correlator.counters == CorrelatorCounters())
        var fresh = Self.correlator(scene)
        var expected = RecordCollector()
        Self.take(steps[...], &fresh, &expected)
        fresh.finish(into: &expected)
        var sink = RecordCollector()
        Self.take(steps[...], &correlator, &sink)
        correlator.finish(into: &sink)
        #expect(sink.records == expected.records && correlator.counters == fresh.counters)
    }

    private static func smallState(_ seed: UInt64) -> (scene: SectionScene, steps: [Step], bytes: [UInt8]) {
        var scene = SectionScene(seed: seed, count: 120)
        scene.settings.pendingReads = 2048
        scene.settings.openPassages = 64
        var random = Random(seed: seed)
        let steps = Self.steps(scene, &random)
        var correlator = Self.correlator(scene)
        var sink = RecordCollector()
        Self.take(steps[..<(steps.count * 2 / 3)], &correlator, &sink)
        return (scene, steps, saved(correlator))
    }

    @Test func everyTruncationIsRefused() {
        let (scene, steps, bytes) = Self.smallState(5)
        var correlator = Self.correlator(scene)
        for end in 0..<bytes.count {
            #expect(throws: StateProblem.self) { try Self.restore(&correlator, Array(bytes[..<end])) }
        }
        expectNew(&correlator, scene, steps)
    }

    /// Bytes changed at random: it throws and is as new, or it takes them and goes on without a trap.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func aDamagedStateTrapsNobody(seed: UInt64) {
        let (scene, steps, bytes) = Self.smallState(seed)
        var random = Random(seed: seed)
        var refused = 0
        var correlator = Self.correlator(scene)
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<1 + random.below(3) {
                // The fingerprint is left as it is, or nothing past it would be looked at.
                let at = 16 + random.below(damaged.count - 16)
                damaged[at] = random.chance(0.5) ? damaged[at] ^ 1 << UInt8(random.below(8)) : UInt8(random.below(256))
            }
            var sink = RecordCollector()
            do {
                _ = try Self.restore(&correlator, damaged)
                Self.take(steps[(steps.count * 2 / 3)...], &correlator, &sink)
                correlator.finish(into: &sink)
            } catch {
                refused += 1
                #expect(correlator.counters == CorrelatorCounters())
            }
        }
        #expect(refused > 20 && refused < 150)
    }
}
