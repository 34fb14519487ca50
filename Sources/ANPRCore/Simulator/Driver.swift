/// Drives vehicles over a network: which link next, how fast, when they leave. Flat, so that millions of them do.
struct Driver: ~Copyable {
    struct SiteRow: BitwiseCopyable {
        var firstCamera: UInt32
        var cameras: UInt32
        var firstLink: UInt32
        var links: UInt32
    }

    struct LinkRow: BitwiseCopyable {
        var to: UInt32
        var road: UInt32
        var lengthMm: Int64
        var limitKmh: UInt16
    }

    /// A lane of a site.
    struct Lane: BitwiseCopyable {
        var camera: UInt32
        var lane: UInt8
    }

    private let sites: Slab<SiteRow>
    private let links: Slab<LinkRow>
    private let lanes: Slab<Lane>
    private let options: TrafficOptions

    /// No vehicle is on its way to a site longer than this.
    let horizonNs: Nanoseconds

    init(_ network: RoadNetwork, options: TrafficOptions) {
        sites = Slab(count: network.sites.count)
        links = Slab(count: max(1, network.links.count))
        lanes = Slab(count: network.registry.cameras.count)
        self.options = options
        var lane = 0
        var link = 0
        var horizonNs = Self.gapMaxNs
        for (i, site) in network.sites.enumerated() {
            let firstLane = lane
            let firstLink = link
            for camera in site.cameras {
                lanes.base[lane] = Lane(camera: camera, lane: network.registry[camera]!.lane)
                lane += 1
            }
            while link < network.links.count, network.links[link].from == i {
                let l = network.links[link]
                links.base[link] = LinkRow(
                    to: UInt32(l.to), road: UInt32(l.road), lengthMm: l.lengthMm, limitKmh: l.limitKmh)
                // The slowest style is 80 % of the limit, of the trucks' own if that is lower.
                let slowest = Int64(min(l.limitKmh, DrivingStyle.truckMaxKmh)) * 700
                horizonNs = max(horizonNs, DrivingStyle.travelNs(lengthMm: l.lengthMm, speedMkmh: slowest))
                link += 1
            }
            sites.base[i] = SiteRow(
                firstCamera: UInt32(firstLane), cameras: UInt32(lane - firstLane), firstLink: UInt32(firstLink),
                links: UInt32(link - firstLink))
        }
        self.horizonNs = horizonNs
    }

    /// Between a vehicle's end and the first read of the one that takes its place, at most.
    static let gapMaxNs = 60 * Nanoseconds.second

    /// The lane on which a vehicle passes a site: trucks keep to the first.
    @inline(__always)
    func lane(of vehicle: borrowing Vehicle, _ random: inout Random) -> Lane {
        let site = sites.base[Int(vehicle.site)]
        let n = vehicle.vehicleClass == .truck ? min(site.cameras, 2) : site.cameras
        return lanes.base[Int(site.firstCamera) + (n <= 1 ? 0 : random.below(Int(n)))]
    }

    /// Puts a new vehicle on the roads. Returns how long until its first site.
    func place(_ vehicle: inout Vehicle, _ random: inout Random) -> Nanoseconds {
        vehicle = Vehicle()
        // By camera, so that wide roads get more.
        let lane = UInt32(random.below(lanes.count))
        var low = 0
        var high = sites.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if sites.base[middle].firstCamera <= lane { low = middle } else { high = middle - 1 }
        }
        vehicle.site = UInt32(low)
        vehicle.hopsLeft = UInt16(4 + random.below(28))
        let u = random.unit()
        vehicle.vehicleClass =
            u < options.truckShare
            ? .truck
            : u < options.truckShare + options.vanShare
                ? .van
                : u < options.truckShare + options.vanShare + options.motorcycleShare ? .motorcycle : .car
        return 1 + Nanoseconds(random.below(Int(Self.gapMaxNs) - 1))
    }

    /// Sends a vehicle on from the site that it has reached. Returns how long it takes to the next; nil when it leaves.
    @inline(__always)
    func advance(_ vehicle: inout Vehicle, _ random: inout Random) -> Nanoseconds? {
        let site = sites.base[Int(vehicle.site)]
        guard vehicle.hopsLeft > 0, site.links > 0 else { return nil }
        vehicle.hopsLeft -= 1
        let link = links.base[chosenLink(site, road: vehicle.road, &random)]
        if link.road != vehicle.road || link.limitKmh != vehicle.limitKmh {
            vehicle.road = link.road
            vehicle.limitKmh = link.limitKmh
            vehicle.style = .drawn(
                limitKmh: link.limitKmh, vehicleClass: vehicle.vehicleClass, options: options, &random)
        }
        let speedMkmh = vehicle.style.speedMkmh(limitKmh: link.limitKmh, vehicleClass: vehicle.vehicleClass)
        vehicle.speedMkmh = UInt32(speedMkmh)
        vehicle.site = link.to
        return DrivingStyle.travelNs(lengthMm: link.lengthMm, speedMkmh: speedMkmh)
    }

    /// Three of four times straight on, where the road goes on.
    @inline(__always)
    private func chosenLink(_ site: SiteRow, road: UInt32, _ random: inout Random) -> Int {
        let first = Int(site.firstLink)
        let count = Int(site.links)
        guard count > 1 else { return first }
        let draw = random.below(4 * count)
        if draw >= count {
            for i in first..<first + count where links.base[i].road == road { return i }
        }
        return first + draw % count
    }
}
