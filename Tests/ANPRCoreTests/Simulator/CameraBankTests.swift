import Testing

@testable import ANPRCore

struct CameraBankTests {
    private static let key = CameraBank.Key(id: 3, key: SipKey(low: 11, high: 22))

    private func frames(_ setup: Simulation.Setup) throws -> (FrameStore, Simulation.Report) {
        var store = FrameStore()
        let report = try Simulation.run(Fixture.ring(), setup, keys: { _ in Self.key }, into: &store)
        return (store, report)
    }

    private func setup(seed: UInt64, noise: NoiseOptions = NoiseOptions()) -> Simulation.Setup {
        var setup = Simulation.Setup()
        setup.traffic = Fixture.options(seed: seed)
        setup.noise = noise
        return setup
    }

    @Test(arguments: [1, 2] as [UInt64])
    func sendsTheSameBytesFromTheSameSeed(seed: UInt64) throws {
        let (a, _) = try frames(setup(seed: seed, noise: .usual))
        let (b, _) = try frames(setup(seed: seed, noise: .usual))
        #expect(a.bytes == b.bytes && a.dueNs == b.dueNs && a.count > 1000)
    }

    /// Decoded, the frames give the observations back, numbered without gaps for each camera, in order of due times.
    @Test func framesDecodeBackWithoutGaps() throws {
        let (store, report) = try frames(setup(seed: 4))
        let observations = try Fixture.observations(Fixture.ring(), Fixture.options(seed: 4))
        var expected: [UInt32: [WireRead]] = [:]
        for o in observations { expected[o.camera, default: []].append(o.read) }
        var found: [UInt32: [WireRead]] = [:]
        var lastDueNs = Nanoseconds.min
        try store.forEach { frame, dueNs in
            let header = try FrameDecoder.header(of: frame)
            #expect(FrameSeal.holds(frame, by: Self.key.key) && header.keyID == 3 && header.epoch == 1)
            #expect(header.sentNs == dueNs && dueNs >= lastDueNs)
            lastDueNs = dueNs
            #expect(Int(header.sequence) == found[header.camera, default: []].count)
            for i in 0..<Int(header.count) {
                let read = FrameDecoder.wireRead(frame, at: i)
                // Nothing lingers longer than it may.
                #expect(dueNs - read.capturedNs <= 500 * .millisecond && dueNs >= read.capturedNs)
                found[header.camera, default: []].append(read)
            }
        }
        #expect(found == expected)
        #expect(report.reads == observations.count && report.frames == store.count && report.bytes == store.bytes.count)
    }

    @Test func endsEarlyWhenItIsTold() throws {
        var store = FrameStore()
        let report = try Simulation.run(Fixture.ring(), setup(seed: 1), into: &store, while: { $0.reads < 3000 })
        #expect(report.reads >= 3000 && report.reads < 5000 && report.frames == store.count)
    }

    @Test func sealsWithTheRingsKeys() throws {
        let ring = KeyRing(master: SipKey(low: 1, high: 2))
        var store = FrameStore()
        _ = try Simulation.run(Fixture.ring(), setup(seed: 1), keys: CameraBank.keys(of: ring), into: &store)
        try store.forEach { frame, _ in
            let header = try FrameDecoder.header(of: frame)
            #expect(FrameSeal.holds(frame, by: ring.keys(of: header.camera)[0].key))
        }
    }

    @Test func sendsAFrameWhenItIsFull() throws {
        let camera = Camera(id: 1, name: "1", site: "a", lane: 1, xM: 0, yM: 0)
        var options = CameraBank.Options()
        options.firstSequence = 100
        options.epoch = 9
        options.lingerNs = .hour
        var bank = CameraBank(CameraRegistry([camera]), options: options)
        var store = FrameStore()
        for i in 0..<100 {
            let ns = Nanoseconds(i)
            try bank.accept(
                Observation(
                    read: WireRead(capturedNs: ns, text: PlateText("ABC123")), camera: 1, trueNs: ns, arrivalNs: ns),
                into: &store)
        }
        #expect(store.count == 2)
        try bank.finish(into: &store)
        var headers: [FrameHeader] = []
        try store.forEach { frame, _ in headers.append(try FrameDecoder.header(of: frame)) }
        #expect(headers.map(\.count) == [43, 43, 14])
        #expect(headers.map(\.sequence) == [100, 143, 186])
        #expect(headers.map(\.sentNs) == [42, 85, 86 + .hour])
        #expect(headers.allSatisfy { $0.epoch == 9 })
    }
}

struct NoiseTests {
    private func store(_ noise: NoiseOptions) throws -> (FrameStore, NoisyFrames<FrameStore>.Counts, ReadNoiseCounts) {
        var setup = Simulation.Setup()
        setup.traffic = Fixture.options(seed: 8)
        setup.noise = noise
        var sink = NoisyFrames(FrameStore(), options: noise)
        let report = try Simulation.run(Fixture.ring(), setup, into: &sink)
        let counts = sink.counts
        return (sink.intoSink(), counts, report.readNoise)
    }

    private func frames(_ store: borrowing FrameStore) -> [[UInt8]] {
        var all: [[UInt8]] = []
        store.forEach { frame, _ in all.append(Array(frame)) }
        return all
    }

    /// What goes out is what came in, but for the frames that were counted as lost or doubled.
    @Test func countsWhatItDoesToFrames() throws {
        var noise = NoiseOptions()
        let clean = frames(try store(noise).0)
        noise.frameTwice = 0.05
        noise.frameReordered = 0.05
        noise.frameDelayed = 0.05
        let (disturbed, counts, _) = try store(noise)
        let all = frames(disturbed)
        #expect(counts.taken == clean.count && counts.lost == 0)
        #expect(counts.delivered == all.count && all.count == clean.count + counts.twice)
        #expect(Set(all) == Set(clean) && all != clean)
        for count in [counts.twice, counts.reordered, counts.delayed] {
            #expect(abs(Double(count) - Double(clean.count) * 0.05) < 4 * (Double(clean.count) * 0.05).squareRoot())
        }
        #expect(zip(disturbed.dueNs, disturbed.dueNs.dropFirst()).allSatisfy { $0 <= $1 })
        // Late, but no later than allowed (and a frame's linger).
        disturbed.forEach { frame, dueNs in
            let sentNs = frame.loadUnaligned(fromByteOffset: FrameLayout.sentAt, as: Int64.self)
            #expect(dueNs - sentNs <= noise.frameDelayMaxNs + 10 * .second)
        }
    }

    @Test func losesFramesAndSaysSoToTheTruth() throws {
        var setup = Simulation.Setup()
        setup.traffic = Fixture.options(seed: 8)
        setup.noise.frameLost = 0.1
        var sink = NoisyFrames(FrameStore(), options: setup.noise)
        let truth = Truth(Truth.Setup())
        let report = try Simulation.run(Fixture.ring(), setup, truth: truth, into: &sink)
        let summary = try truth.finish()
        #expect(sink.counts.lost > 0 && summary.framesLost == sink.counts.lost)
        #expect(sink.counts.delivered == sink.counts.taken - sink.counts.lost)
        var delivered = 0
        let store = sink.intoSink()
        try store.forEach { frame, _ in delivered += Int(try FrameDecoder.header(of: frame).count) }
        #expect(summary.reads == report.reads && summary.reads - summary.readsLost == delivered)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func countsWhatItDoesToReads(seed: UInt64) throws {
        let network = Fixture.ring()
        let options = Fixture.options(seed: seed)
        let clean = try Fixture.observations(network, options)
        var noise = NoiseOptions.usual
        noise.seed = seed
        noise.clockOffsetMaxNs = 8 * .millisecond
        var noisy = NoisyReads(try Traffic(network, options: options), options: noise)
        var all: [Observation] = []
        while let o = noisy.next() { all.append(o) }
        #expect(all.count == clean.count + noisy.counts.twice)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.arrivalNs <= $1.arrivalNs })
        var misread = 0
        for o in all {
            let plate = try? Plate(o.read.text.string)
            misread += plate != o.truePlate ? 1 : 0
            #expect(o.read.capturedNs - o.trueNs == noisy.clockOffsetNs(camera: o.camera))
            #expect(abs(o.read.capturedNs - o.trueNs) <= 8 * .millisecond)
        }
        // A dropped separator is counted as misread, though the plate stays.
        #expect(misread <= noisy.counts.misreadTotal && misread > noisy.counts.misreadTotal * 9 / 10)
        #expect(noisy.counts.misread.allSatisfy { $0 > 0 })
        // The same vehicles drive, noise or none.
        let passages = Set(all.map { "\($0.vehicle) \($0.camera)" })
        #expect(passages == Set(clean.map { "\($0.vehicle) \($0.camera)" }))
    }

    @Test func leavesEverythingAloneByDefault() throws {
        let network = Fixture.ring()
        let clean = try Fixture.observations(network, Fixture.options())
        let through = Fixture.observations(
            NoisyReads(try Traffic(network, options: Fixture.options()), options: NoiseOptions()))
        #expect(clean == through)
    }
}
