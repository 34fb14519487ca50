@testable import ANPRCore

/// Random traffic over a few sections, from a small alphabet of plates so that look-alikes and clones are many.
struct SectionScene {
    var cameras: CameraRegistry
    var sections: SectionRegistry
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
        var sink = RecordCollector()
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
