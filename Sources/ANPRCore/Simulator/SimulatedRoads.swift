/// A few cameras, two sections, a list, and vehicles: small, so that much happens to each.
struct SimulatedRoads {
    let site: SimulatedDaemon.Site
    private var plannedReads: [(atNs: Nanoseconds, camera: Int, read: WireRead)] = []
    private var nextVehicleNs: Nanoseconds?

    private static let cameras = 8
    /// The list's content: exact and look-alike marks, and a pattern.
    package static let list = """
        plate,country,reason,case
        1ABC234,BE,stolen,1
        2XYZ991,,missing,2
        0BO8S5,,look-alike,3
        1QQ*,,pattern,4

        """

    private static let plates = [
        "1ABC234", "1-ABC-234", "2XYZ991", "OB08S5", "0BO8S5", "1QQ777", "1QQ778", "3CAR001", "3CAR002", "3CAR003",
        "3CAR004", "4TRU100", "4TRU101", "5VAN55", "B-MW-1234", "GE 22119", "not a plate at all", "AA-229-AA",
    ]

    init(_ random: inout Random, _ weather: SimulatedWeather, lists path: String) {
        let cameras = (1...Self.cameras).map {
            Camera(id: UInt32($0), name: "\($0)", site: "s\($0)", lane: 1, xM: Double($0), yM: 0)
        }
        let sections = [
            Section(
                id: 0, name: "A", entryCameras: [1, 2], exitCameras: [3], lengthMm: 300_000,
                limits: [SpeedLimit(kmh: 50)]),
            Section(
                id: 1, name: "B", entryCameras: [3], exitCameras: [4, 5], lengthMm: 500_000,
                limits: [SpeedLimit(kmh: 70)]),
        ]
        var settings = CorrelatorSettings()
        settings.latenessNs = weather.latenessNs
        settings.passageMaxNs = 120 * .second
        // A bucket takes a chunk, however few reads are in it.
        settings.pendingReads = 1 << 18
        settings.openPassages = 4096
        // So few, that time leaps often.
        settings.leapReads = 8
        var options = JournalOptions()
        options.bufferBytes = 128 << 10
        options.blockBytes = 4 << 10
        options.eventBytes = 16 << 10
        options.segmentBytes = 256 << 10
        site = SimulatedDaemon.Site(
            cameras: CameraRegistry(cameras), keys: KeyRing(master: SipKey(low: 1, high: 2)),
            sections: SectionRegistry(sections), settings: settings,
            lists: [BlacklistConfiguration(name: "list", path: path, tolerance: .balanced)],
            suppressionNs: 5 * .second, receivers: weather.receivers, shards: weather.shards, options: options,
            ringReads: 256, backlog: random.below(2) == 0 ? 4 : 256, checkpointNs: 2 * .second)
    }

    /// The reads that cameras make up to now.
    mutating func reads(until nowNs: Nanoseconds, _ random: inout Random) -> [(Int, WireRead)] {
        while (nextVehicleNs ?? nowNs) <= nowNs {
            plan(nextVehicleNs ?? nowNs, &random)
            nextVehicleNs = (nextVehicleNs ?? nowNs) + Nanoseconds(20 + random.below(200)) * .millisecond
        }
        let due = plannedReads.filter { $0.atNs <= nowNs }
        guard !due.isEmpty else { return [] }
        plannedReads.removeAll { $0.atNs <= nowNs }
        return due.sorted { $0.atNs < $1.atNs }.map { ($0.camera, $0.read) }
    }

    /// A vehicle's way: by section A, then perhaps B; or past a camera on no section.
    private mutating func plan(_ startNs: Nanoseconds, _ random: inout Random) {
        let text = Self.plates[random.below(Self.plates.count)]
        let speedMs = 8 + random.below(25)
        var atNs = startNs + Nanoseconds(random.below(1_000_000))
        guard random.below(3) > 0 else { return add(atNs, 5 + random.below(3), text, &random) }
        add(atNs, random.below(2), text, &random)
        // Now and then a second read of the same crossing.
        if random.below(5) == 0 { add(atNs + 700 * .millisecond, random.below(2), text, &random) }
        atNs += Nanoseconds(300 * 1000 / speedMs) * .millisecond + Nanoseconds(random.below(1_000_000))
        if random.below(10) > 0 { add(atNs, 2, text, &random) }
        guard random.below(2) == 0 else { return }
        atNs += Nanoseconds(500 * 1000 / speedMs) * .millisecond + Nanoseconds(random.below(1_000_000))
        add(atNs, 3 + random.below(2), text, &random)
    }

    private mutating func add(_ atNs: Nanoseconds, _ camera: Int, _ text: String, _ random: inout Random) {
        var wasCut = false
        let plate = PlateText(text, wasCut: &wasCut)
        let read = WireRead(
            capturedNs: atNs, text: plate, country: Country("BE") ?? .unknown, lane: 1,
            confidence: UInt8(60 + random.below(41)), vehicleClass: .car, flags: wasCut ? .textCut : [])
        plannedReads.append((atNs, camera, read))
    }
}
