import Glibc
import Testing

@testable import ANPRCore

struct TruthTests {
    /// Reads of one camera, one a frame, as a truth sees them.
    private func truth(
        _ reads: [(plate: String, ns: Nanoseconds, country: String)], _ setup: Truth.Setup
    ) throws -> (Truth, TruthSummary) {
        let truth = Truth(setup)
        let camera = Camera(id: 7, name: "7", site: "a", lane: 1, xM: 0, yM: 0)
        var options = CameraBank.Options()
        options.frameReadsMax = 1
        var bank = CameraBank(CameraRegistry([camera]), options: options, truth: truth)
        var store = FrameStore()
        for read in reads {
            let wire = WireRead(capturedNs: read.ns, text: PlateText(read.plate), country: Country(read.country)!)
            try bank.accept(
                Observation(read: wire, camera: 7, trueNs: read.ns, arrivalNs: read.ns), into: &store)
        }
        try bank.finish(into: &store)
        return (truth, try truth.finish())
    }

    @Test func countsHitsByTheirBestKind() throws {
        var setup = Truth.Setup()
        setup.entries = [
            NaiveEntry(list: 0, mark: "1ABC234", country: Country("FR")!), NaiveEntry(list: 1, mark: "1ABC*"),
            NaiveEntry(list: 2, tolerance: .strict, mark: "8XYZ111"),
        ]
        let (truth, summary) = try truth(
            [("1-ABC-234", 0, "BE"), ("1ABC999", 0, "BE"), ("BXYZ111", 0, "BE"), ("??", 0, "BE"), ("QQQ", 0, "BE")],
            setup)
        #expect(summary.reads == 5 && summary.unparseable == 1)
        #expect([summary.hitsExact, summary.hitsLookAlike, summary.hitsPattern] == [1, 1, 1])
        #expect(summary.hits == 3 && summary.sources == 4 && summary.countryDiffers == 1)
        #expect(truth.hits.map { $0.read.id.sequence }.sorted() == [0, 1, 2])
    }

    /// Anchored at the last hit that was no repeat: with a window of 15 s, 14 repeats 0 and 29 repeats 15.
    @Test func marksRepeatsWithinTheWindow() throws {
        var setup = Truth.Setup()
        setup.entries = [NaiveEntry(mark: "ABC123")]
        let seconds: [Int64] = [29, 0, 14, 15]
        let (truth, summary) = try truth(seconds.map { ("ABC123", $0 * .second, "") }.sorted { $0.1 < $1.1 }, setup)
        #expect(summary.repeats == 2)
        #expect(truth.hits.map(\.isRepeat) == [false, true, false, true])
    }

    @Test func countsWatchedReadsWhileTheyAreWatched() throws {
        var setup = Truth.Setup()
        let plate = try Plate("ABC123")
        setup.watched = [WatchedPlate(plate: plate, fromNs: 10, toNs: 20), WatchedPlate(plate: plate, fromNs: 15)]
        let reads = [9, 10, 15, 19, 20].map { (plate: "ABC-123", ns: Nanoseconds($0), country: "") }
        #expect(try truth(reads, setup).1.watchedReads == 0 + 1 + 2 + 2 + 1)
    }

    /// Without noise, the records of what the cameras read are the passages that were driven, one for one.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func recordsAreThePassagesDriven(seed: UInt64) throws {
        let network = try Fixture.belgium()
        var setup = Truth.Setup()
        setup.cameras = network.registry
        setup.sections = try SectionRegistry(path: Fixture.seeds("network/sections.csv"), cameras: network.registry)
        let log = JourneyLog(network, sections: setup.sections.sections, settings: setup.correlation)
        setup.journeys = log
        let truth = Truth(setup)
        var run = Simulation.Setup()
        run.traffic = Fixture.options(seed: seed, readsPerSecond: 60, seconds: 1800)
        run.traffic.offenceShare = 0.1
        var store = FrameStore()
        _ = try Simulation.run(network, run, truth: truth, journeys: log, into: &store)
        let summary = try truth.finish()
        #expect(summary.records > 500 && summary.records == summary.passages)
        func key(_ section: UInt32, _ plate: Plate, _ entryNs: Nanoseconds, _ exitNs: Nanoseconds) -> String {
            "\(section) \(plate) \(entryNs) \(exitNs)"
        }
        let recorded = Set(truth.records.map { key($0.section, $0.entryPlate, $0.entryNs, $0.exitNs) })
        #expect(recorded == Set(log.passages.map { key($0.section, $0.plate, $0.entryNs, $0.exitNs) }))
        // Offences by the physical speeds: the surveyed length and the clocks' tolerance cost hardly any.
        let lengths = Dictionary(uniqueKeysWithValues: setup.sections.sections.map { ($0.id, $0) })
        let fast = log.passages.count {
            let section = lengths[$0.section]!
            let limit = Int(section.limits.map(\.kmh).max()!)
            return JourneyLog.correctedKmh($0, lengthMm: Int64(section.lengthMm)) > limit
        }
        #expect(summary.offences > fast * 8 / 10 && summary.offences <= fast + fast / 20)
    }

    /// Noise costs records and puts some before a human; it adds none that was not driven.
    @Test func noiseMakesNoPassages() throws {
        let network = try Fixture.belgium()
        var setup = Truth.Setup()
        setup.cameras = network.registry
        setup.sections = try SectionRegistry(path: Fixture.seeds("network/sections.csv"), cameras: network.registry)
        let log = JourneyLog(network, sections: setup.sections.sections, settings: setup.correlation)
        setup.journeys = log
        let truth = Truth(setup)
        var run = Simulation.Setup()
        run.traffic = Fixture.options(seed: 6, readsPerSecond: 60, seconds: 1800)
        run.noise = .usual
        var store = FrameStore()
        _ = try Simulation.run(network, run, truth: truth, journeys: log, into: &store)
        let summary = try truth.finish()
        #expect(summary.unparseable > 0)
        #expect(summary.reviews[0] > 0, "a misread look-alike at one end goes to a human")
        #expect(summary.records < summary.passages! && summary.records > summary.passages! * 9 / 10)
    }

    @Test func writesItselfAsJSONLines() throws {
        var path = Array("/tmp/truth-XXXXXX".utf8CString)
        close(mkstemp(&path))
        let name = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { unlink(name) }
        var setup = Truth.Setup()
        setup.entries = [NaiveEntry(mark: "ABC123")]
        setup.writer = try TruthWriter(path: name, writesReads: true)
        _ = try truth([("ABC-123", 5, "BE"), ("X", 6, "")], setup)
        let lines = try FileBytes(path: name).string.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(
            lines[0] == #"{"kind":"read","read":"7/1/0","text":"ABC-123","plate":"ABC123","country":"BE","#
                + #""captured_ns":5,"true_plate":"","true_ns":5,"vehicle":0}"#)
        #expect(lines[2].hasPrefix(#"{"kind":"hit","read":"7/1/0""#))
        #expect(
            lines[2].hasSuffix(
                #""best":"exact","sources":[{"list":0,"mark":"ABC123","match":"exact","priority":50}]}"#))
        #expect(lines[3].hasPrefix(#"{"kind":"summary","frames":2,"frames_lost":0,"reads":2"#))
    }
}

struct PlateMakerTests {
    @Test(arguments: [1, 2] as [UInt64])
    func makesEachPlateOnceByItsSyntax(seed: UInt64) {
        var random = Random(seed: seed)
        var maker = PlateMaker(mix: TrafficOptions.countriesDefault, random: &random)
        var plates: Set<Plate> = []
        var skeletons: [Country: Set<Skeleton>] = [:]
        var alike = 0
        for _ in 0..<50_000 {
            let made = maker.next(&random)
            #expect(plates.insert(made.plate).inserted)
            alike += skeletons[made.country, default: []].insert(made.plate.skeleton).inserted ? 0 : 1
        }
        #expect(skeletons.count == 5)
        // Only plates of two series of one country can look alike, like SSB123 and 558L23.
        #expect(alike <= 5)
    }

    @Test(arguments: ["1QZK?97", "1KQX*", "*ZZQ13", "??"])
    func makesPlatesForPatterns(pattern: String) {
        var random = Random(seed: 1)
        for _ in 0..<100 {
            let plate = PlateMaker.plate(matching: pattern, &random)
            #expect(plate.map { NaiveMatcher.matches(Array($0.description.utf8), Array(pattern.utf8)) } == true)
        }
    }
}
