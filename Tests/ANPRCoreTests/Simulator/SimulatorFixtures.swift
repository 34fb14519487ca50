import Testing

@testable import ANPRCore

/// Networks, files and cameras that the simulator's tests share.
enum Fixture {
    /// A ring of sites with two lanes each, one-way, links of 1 to 8 km, limits 70 and 120 in turns of four.
    static func ring(sites: Int = 24) -> RoadNetwork {
        var cameras: [Camera] = []
        var routes: [RoadNetwork.Route] = []
        for i in 0..<sites {
            for lane in 1...2 {
                let id = UInt32(cameras.count + 1)
                cameras.append(
                    Camera(
                        id: id, name: "\(id)", site: "s\(i)", lane: UInt8(lane), xM: Double(i) * 5000,
                        yM: Double(lane)))
            }
            let isFast = i / 4 % 2 == 0
            routes.append(
                RoadNetwork.Route(
                    from: "s\(i)", to: "s\((i + 1) % sites)", lengthMm: Int64(1_000_000 + i % 8 * 1_000_000),
                    limitKmh: isFast ? 120 : 70, road: isFast ? "E\(i / 4)" : "N\(i / 4)"))
        }
        return RoadNetwork(registry: CameraRegistry(cameras), routes: routes)
    }

    /// Each link of a network that satisfies a condition, as a section.
    static func sections(of network: RoadNetwork, where isSection: (Int) -> Bool = { $0 % 2 == 0 }) -> [Section] {
        network.links.enumerated().filter { isSection($0.offset) }.map { i, link in
            Section(
                id: UInt32(i), name: "S\(i)", entryCameras: network.sites[link.from].cameras,
                exitCameras: network.sites[link.to].cameras, lengthMm: UInt32(link.lengthMm),
                limits: [SpeedLimit(kmh: link.limitKmh)])
        }
    }

    static func options(seed: UInt64 = 1, readsPerSecond: Double = 200, seconds: Int64 = 600) -> TrafficOptions {
        var options = TrafficOptions()
        options.seed = seed
        options.readsPerSecond = readsPerSecond
        options.durationNs = seconds * .second
        return options
    }

    static func observations<Source: ObservationSource & ~Copyable>(_ source: consuming Source) -> [Observation] {
        var source = source
        var all: [Observation] = []
        while let next = source.next() { all.append(next) }
        return all
    }

    static func observations(_ network: RoadNetwork, _ options: TrafficOptions) throws -> [Observation] {
        observations(try Traffic(network, options: options))
    }

    /// A file below seeds/.
    static func seeds(_ path: String) -> String {
        let here = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(here)/seeds/\(path)"
    }

    static func bytes(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try Array(text.utf8).withUnsafeBytes(body)
    }

    static func belgium() throws -> RoadNetwork {
        try RoadNetwork(camerasPath: seeds("network/cameras.csv"), linksPath: seeds("network/links.csv"))
    }

    /// Columns of a file of figures, row by row.
    static func figures(_ path: String, _ columns: [String]) throws -> [[String]] {
        let file = try FileBytes(path: seeds(path))
        var header = ""
        for line in file.string.split(separator: "\n") where !line.hasPrefix("#") {
            header = String(line)
            break
        }
        let names = header.split(separator: ",").map(String.init)
        var rows = try CSVReader(file: path, bytes: file.bytes, required: names, optional: [])
        var out: [[String]] = []
        while rows.nextRow() {
            var row: [String] = []
            for column in columns { row.append(rows.text(rows.column(column)!)) }
            out.append(row)
        }
        return out
    }

    /// The sections of seeds/, by their ordinary limit.
    static func belgianSections(_ network: RoadNetwork) throws -> [Section] {
        let rows = try figures(
            "network/sections.csv", ["section", "entry_cameras", "exit_cameras", "length_m", "limit_kmh"])
        return rows.enumerated().map { i, row in
            Section(
                id: UInt32(i), name: row[0], entryCameras: row[1].split(separator: " ").map { UInt32($0)! },
                exitCameras: row[2].split(separator: " ").map { UInt32($0)! },
                lengthMm: UInt32(Double(row[3])! * 1000), limits: [SpeedLimit(kmh: UInt16(row[4])!)])
        }
    }
}
