/// Sites with the cameras of their lanes, and the one-way links on which vehicles drive from site to site.
package struct RoadNetwork: Sendable {
    package struct Site: Equatable, Sendable {
        package let name: String
        /// Camera ids, a lane each.
        package let cameras: [UInt32]
    }

    package struct Link: Equatable, Sendable {
        /// Places in `sites`.
        package let from: Int
        package let to: Int
        package let lengthMm: Int64
        package let limitKmh: UInt16
        /// Place in `roads`.
        package let road: Int
        package let zone: RoadZone
    }

    package let registry: CameraRegistry
    package let sites: [Site]
    /// By the site that they leave.
    package let links: [Link]
    package let roads: [String]
    /// Place in `sites` of each camera.
    private let siteByCamera: [UInt32: Int]

    /// A link between two sites by name.
    package struct Route: Equatable, Sendable {
        package var from: String
        package var to: String
        package var lengthMm: Int64
        package var limitKmh: UInt16
        package var road: String
        package var zone: RoadZone

        package init(
            from: String, to: String, lengthMm: Int64, limitKmh: UInt16, road: String = "", zone: RoadZone = .elsewhere
        ) {
            self.from = from
            self.to = to
            self.lengthMm = lengthMm
            self.limitKmh = limitKmh
            self.road = road
            self.zone = zone
        }
    }

    /// Routes to or from a site that has no camera are left out.
    package init(registry: CameraRegistry, routes: [Route]) {
        var places: [String: Int] = [:]
        var names: [String] = []
        var cameras: [[UInt32]] = []
        var siteByCamera: [UInt32: Int] = [:]
        for camera in registry.cameras {
            // A camera without a site stands alone.
            let name = camera.site.isEmpty ? "camera \(camera.name)" : camera.site
            let place = places[name] ?? names.count
            if place == names.count {
                places[name] = place
                names.append(name)
                cameras.append([])
            }
            cameras[place].append(camera.id)
            siteByCamera[camera.id] = place
        }
        var roads: [String: Int] = [:]
        var links: [Link] = []
        for route in routes {
            guard let from = places[route.from], let to = places[route.to] else { continue }
            let road = roads[route.road] ?? roads.count
            roads[route.road] = road
            links.append(
                Link(
                    from: from, to: to, lengthMm: route.lengthMm, limitKmh: route.limitKmh, road: road,
                    zone: route.zone))
        }
        self.registry = registry
        self.siteByCamera = siteByCamera
        sites = zip(names, cameras).map { Site(name: $0, cameras: $1) }
        self.links = links.enumerated().sorted { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }
            .map(\.element)
        self.roads = roads.sorted { $0.value < $1.value }.map(\.key)
    }

    /// Place in `sites` of a camera's site.
    package func site(ofCamera id: UInt32) -> Int? { siteByCamera[id] }

    package var routes: [Route] {
        links.map {
            Route(
                from: sites[$0.from].name, to: sites[$0.to].name, lengthMm: $0.lengthMm, limitKmh: $0.limitKmh,
                road: roads[$0.road], zone: $0.zone)
        }
    }
}

extension RoadNetwork {
    /// From `camera,site,lane,x_m,y_m[,road,clock_tolerance_ms]` and `from_site,to_site,length_m,limit_kmh,road,zone`.
    package init(camerasPath: String, linksPath: String) throws {
        let registry = try CameraRegistry(path: camerasPath)
        let file = try FileBytes(path: linksPath)
        try self.init(registry: registry, linksFile: linksPath, bytes: file.bytes)
    }

    package init(registry: CameraRegistry, linksFile: String, bytes: UnsafeRawBufferPointer) throws(InputProblems) {
        var rows = try CSVReader(
            file: linksFile, bytes: bytes, required: ["from_site", "to_site", "length_m", "limit_kmh"],
            optional: ["road", "zone"])
        let sites = Set(registry.cameras.map(\.site))
        var problems = InputProblems()
        var routes: [Route] = []
        while rows.nextRow() {
            do throws(InputProblem) { routes.append(try Self.route(rows, sites: sites)) } catch { problems.add(error) }
        }
        if !problems.isEmpty { throw problems }
        self.init(registry: registry, routes: routes)
    }

    private static func route(_ rows: borrowing CSVReader, sites: Set<String>) throws(InputProblem) -> Route {
        guard rows.isComplete else {
            throw rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)")
        }
        let from = rows.text(rows.column("from_site")!)
        let to = rows.text(rows.column("to_site")!)
        for site in [from, to] where !sites.contains(site) {
            throw rows.problem("site '\(site)' has no camera in the cameras' file")
        }
        guard let metres = Double(rows.text(rows.column("length_m")!)), metres >= 1, metres <= 1_000_000 else {
            throw rows.problem("'length_m' must be 1 to 1000000")
        }
        guard let limit = UInt16(rows.text(rows.column("limit_kmh")!)), (5...250).contains(limit) else {
            throw rows.problem("'limit_kmh' must be 5 to 250")
        }
        let zoneName = rows.text(rows.column("zone")) ?? RoadZone.elsewhere.rawValue
        guard let zone = RoadZone(rawValue: zoneName) else {
            let known = RoadZone.allCases.map(\.rawValue).joined(separator: ", ")
            throw rows.problem("'zone' must be one of \(known), not '\(zoneName)'")
        }
        return Route(
            from: from, to: to, lengthMm: Int64((metres * 1000).rounded()), limitKmh: limit,
            road: rows.text(rows.column("road")) ?? "", zone: zone)
    }
}
