/// Vehicles that drive a road network, as the cameras see them: seeded, in event time, without end until told.
///
/// A vehicle passes a site on one lane, whose camera reads it, then takes a link to the next site for length over
/// speed, in whole nanoseconds: so every section passage is physically consistent. Vehicles leave after some 20 sites
/// and others come, so that the number on the road stays. The first ones start spread over the links, as if traffic
/// had always been. Owned by one thread.
package struct Traffic: ~Copyable, ObservationSource {
    private let driver: Driver
    private var fleet: Fleet
    private let vehicles: Slab<Vehicle>
    private var calendar: EventCalendar
    private var random: Random
    private let endNs: Nanoseconds
    private var left: Int
    private let journeys: JourneyLog?

    package var vehiclesOnRoad: Int { vehicles.count }

    /// `journeys` is told of each passage: the physical truth, apart from any read.
    package init(
        _ network: RoadNetwork, options: TrafficOptions, journeys: JourneyLog? = nil
    ) throws(TrafficError) {
        guard options.readsPerSecond > 0, options.readsPerSecond.isFinite, options.durationNs > 0 else {
            throw .badRate
        }
        var random = Random(seed: options.seed)
        let driver = Driver(network, options: options)
        var pilotRandom = random.split()
        let pilot = Pilot(driver, &pilotRandom)
        let needed = options.readsPerSecond * Double(pilot.meanNs) / 1e9
        guard needed <= Double(TrafficOptions.vehiclesMax) else {
            throw .tooManyVehicles(needed: Int(min(needed, 1e15)))
        }
        let count = max(1, Int(needed.rounded()))
        fleet = Fleet(options: options, random: &random)
        vehicles = Slab(count: count)
        calendar = EventCalendar(actors: count, startNs: options.startNs, horizonNs: driver.horizonNs)
        for i in 0..<count {
            let (vehicle, restNs) = pilot.sample(&random)
            vehicles.base[i] = vehicle
            fleet.register(&vehicles.base[i], &random)
            calendar.insert(actor: i, atNs: options.startNs + restNs)
        }
        self.driver = driver
        self.random = random
        self.journeys = journeys
        endNs = options.startNs + options.durationNs
        left = options.readsMax
    }

    package mutating func next() -> Observation? {
        guard left > 0, let event = calendar.next() else { return nil }
        guard event.atNs < endNs else {
            left = 0
            return nil
        }
        left -= 1
        let vehicle = vehicles.base + event.actor
        let seen = observe(vehicle, atNs: event.atNs)
        if let journeys { journeys.passed(vehicle.pointee, atNs: event.atNs) }
        if let hopNs = driver.advance(&vehicle.pointee, &random) {
            calendar.insert(actor: event.actor, atNs: event.atNs + hopNs)
        } else {
            fleet.dismiss(vehicle.pointee)
            let gapNs = driver.place(&vehicle.pointee, &random)
            fleet.register(&vehicle.pointee, &random)
            calendar.insert(actor: event.actor, atNs: event.atNs + gapNs)
        }
        return seen
    }

    /// What the camera of the vehicle's lane makes of it.
    @inline(__always)
    private mutating func observe(_ vehicle: UnsafeMutablePointer<Vehicle>, atNs: Nanoseconds) -> Observation {
        let lane = driver.lane(of: vehicle.pointee, &random)
        let draw = random.next()
        // A spot speed within 2 % of the average; a vehicle from off the network has none.
        let speed = Int(vehicle.pointee.speedMkmh / 100) * (980 + Int(draw & 0xffff) * 41 >> 16) / 1000
        // One camera of four prints separators.
        let isSpaced = spread(UInt64(lane.camera)) & 3 == 0
        return Observation(
            read: WireRead(
                capturedNs: atNs, text: isSpaced ? vehicle.pointee.spacedText : vehicle.pointee.text,
                country: vehicle.pointee.country, lane: lane.lane,
                confidence: UInt8(80 + Int(draw >> 16 & 0xffff) * 20 >> 16),
                vehicleClass: vehicle.pointee.vehicleClass,
                flags: spread(UInt64(lane.camera)) & 4 == 0 ? .approaching : .receding,
                speedDecikmh: speed == 0 ? Read.speedUnknown : UInt16(speed)),
            camera: lane.camera, vehicle: vehicle.pointee.number, truePlate: vehicle.pointee.plate, trueNs: atNs,
            arrivalNs: atNs)
    }
}

/// One vehicle driven ahead of the run, to know how long a hop takes on average and where vehicles are at an instant.
struct Pilot {
    private var hops: [Vehicle] = []
    /// Time from the pilot's start to the end of each hop.
    private var endsNs: [Nanoseconds] = []
    let meanNs: Nanoseconds
    private static let hopsCount = 1 << 16

    init(_ driver: borrowing Driver, _ random: inout Random) {
        var vehicle = Vehicle()
        var totalNs = driver.place(&vehicle, &random)
        hops.append(vehicle)
        endsNs.append(totalNs)
        while hops.count < Self.hopsCount {
            if let hopNs = driver.advance(&vehicle, &random) {
                totalNs += hopNs
            } else {
                totalNs += driver.place(&vehicle, &random)
            }
            hops.append(vehicle)
            endsNs.append(totalNs)
        }
        meanNs = totalNs / Nanoseconds(Self.hopsCount)
    }

    /// A vehicle as it is at a random instant, and how long it has to its next site.
    func sample(_ random: inout Random) -> (Vehicle, Nanoseconds) {
        let instant = Nanoseconds(random.below(Int(endsNs[endsNs.count - 1])))
        var low = 0
        var high = endsNs.count - 1
        while low < high {
            let middle = (low + high) / 2
            if endsNs[middle] > instant { high = middle } else { low = middle + 1 }
        }
        return (hops[low], endsNs[low] - instant)
    }
}
