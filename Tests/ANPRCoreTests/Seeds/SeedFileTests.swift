import Testing

@testable import ANPRCore

/// What the files in seeds/ promise, held to by reading them as the engine does.
@Suite struct SeedFileTests {
    typealias Row = [String: String]

    static func rows(_ name: String) throws -> [Row] {
        let path = SeedFolder.path(name)
        let file = try FileBytes(path: path)
        // Every column is allowed here; the header is read first to know them.
        let header = String(
            decoding: file.string.split(separator: "\n").first { !$0.hasPrefix("#") }.map { Array($0.utf8) } ?? [],
            as: UTF8.self)
        let columns = header.split(separator: ",").map(String.init)
        var reader = try CSVReader(file: path, bytes: file.bytes, required: columns, optional: [])
        var out: [Row] = []
        while reader.nextRow() {
            let (isComplete, line) = (reader.isComplete, reader.line)
            #expect(isComplete, "\(path):\(line)")
            out.append(Dictionary(uniqueKeysWithValues: columns.indices.map { (columns[$0], reader.text($0)) }))
        }
        return out
    }

    static let zones = Set(RoadZone.allCases.map(\.rawValue))

    @Test func theCamerasAre1531() throws {
        let registry = try CameraRegistry(path: SeedFolder.path("network/cameras.csv"))
        #expect(registry.cameras.count == 1531)
        #expect(registry.idEnd == 1532)
        for (i, camera) in registry.cameras.enumerated() {
            #expect(camera.id == UInt32(i + 1))
            #expect((0...280_000).contains(camera.xM) && (0...180_000).contains(camera.yM), "\(camera)")
        }
        for (site, cameras) in Dictionary(grouping: registry.cameras, by: \.site) {
            #expect(cameras.map { Int($0.lane) } == Array(1...cameras.count), "\(site)")
        }
        #expect(try Self.rows("figures/shield.csv").first?["value"] == "1531")
    }

    @Test func aVehicleCanDriveForEver() throws {
        let sites = Set(try Self.rows("network/cameras.csv").compactMap { $0["site"] })
        let links = try Self.rows("network/links.csv")
        var next: [String: [String]] = [:]
        var previous: [String: [String]] = [:]
        for link in links {
            let (from, to) = (link["from_site"] ?? "", link["to_site"] ?? "")
            #expect(sites.contains(from) && sites.contains(to) && from != to, "\(link)")
            #expect(Int(link["length_m"] ?? "").map { $0 > 0 } == true, "\(link)")
            #expect(Int(link["limit_kmh"] ?? "").map { (20...120).contains($0) } == true, "\(link)")
            #expect(Self.zones.contains(link["zone"] ?? ""), "\(link)")
            next[from, default: []].append(to)
            previous[to, default: []].append(from)
        }
        #expect(links.count > sites.count)
        for edges in [next, previous] { #expect(Self.reached(from: sites.min() ?? "", by: edges) == sites) }
    }

    static func reached(from start: String, by edges: [String: [String]]) -> Set<String> {
        var reached: Set = [start]
        var rest = [start]
        while let site = rest.popLast() {
            for other in edges[site] ?? [] where reached.insert(other).inserted { rest.append(other) }
        }
        return reached
    }

    @Test func theSectionsLieOnTheLinks() throws {
        let registry = try CameraRegistry(path: SeedFolder.path("network/cameras.csv"))
        let bySite = Dictionary(grouping: registry.cameras, by: \.site)
        var links: [String: [(to: String, lengthM: Int)]] = [:]
        for link in try Self.rows("network/links.csv") {
            links[link["from_site"] ?? "", default: []].append(
                (link["to_site"] ?? "", Int(link["length_m"] ?? "") ?? 0))
        }
        let sections = try Self.rows("network/sections.csv")
        #expect(sections.count == 280)
        #expect(Set(sections.map { $0["section"] }).count == 280)
        for section in sections {
            let ends = ["entry_cameras", "exit_cameras"].map { column in
                (section[column] ?? "").split(separator: " ").compactMap { UInt32($0) }.compactMap { registry[$0] }
            }
            // All lanes of one site at each end.
            for cameras in ends { #expect(cameras == bySite[cameras.first?.site ?? ""], "\(section)") }
            let entry = ends[0].first?.site ?? ""
            let exit = ends[1].first?.site ?? ""
            let lengthM = Int(section["length_m"] ?? "") ?? 0
            #expect((500...20_000).contains(lengthM), "\(section)")
            let direct = (links[entry] ?? []).filter { $0.to == exit }.map(\.lengthM)
            let overOne = (links[entry] ?? []).flatMap { first in
                (links[first.to] ?? []).filter { $0.to == exit }.map { first.lengthM + $0.lengthM }
            }
            #expect((direct.isEmpty ? overOne : direct) == [lengthM], "\(section)")
            #expect(links[entry]?.count == 1, "\(section) can be left after its entry")
        }
    }

    @Test func theSectionsAreComplete() throws {
        let sections = try Self.rows("network/sections.csv")
        let start = try #require(Instant.parse("2026-01-01"))
        let end = try #require(Instant.parse("2028-01-01"))
        var expired = 0
        for section in sections {
            #expect(Self.zones.contains(section["zone"] ?? ""), "\(section)")
            #expect(UInt8(section["confidence_floor"] ?? "").map { $0 <= 100 } == true, "\(section)")
            #expect(UInt32(section["length_uncertainty_m"] ?? "") != nil, "\(section)")
            #expect(section["certificate_serial"] != "" && section["certificate_approval"] != "", "\(section)")
            let from = try #require(Instant.parse(section["certificate_from"] ?? ""))
            let to = try #require(Instant.parse(section["certificate_to"] ?? ""))
            #expect(from < to)
            if to <= start { expired += 1 } else { #expect(from <= start && to >= end, "\(section)") }
        }
        #expect(expired == 3)
        // The ten published ones, by length and limit.
        let published = sections.prefix(10).map { [$0["length_m"] ?? "", $0["limit_kmh"] ?? ""] }
        #expect(
            published == [
                ["4400", "70"], ["3100", "70"], ["4200", "70"], ["4200", "70"], ["3200", "70"], ["7700", "120"],
                ["5800", "120"], ["5600", "120"], ["4700", "120"], ["3600", "70"],
            ])
        let entries = Set(sections.compactMap { $0["entry_cameras"] })
        #expect(sections.filter { entries.contains($0["exit_cameras"] ?? "") }.count >= 80)  // chained
        #expect(Set(sections.compactMap { $0["limits"] }).count > 3)
    }

    @Test(arguments: [("stolen", 3000), ("wanted", 600), ("insurance", 8000), ("inspection", 4000), ("patterns", 20)])
    func theListsHoldPlates(name: String, count: Int) throws {
        let listed = try Self.rows("blacklists/lists.csv").first { $0["list"] == name }
        #expect(listed?["file"] == "\(name).csv")
        #expect(listed?["tolerance"].flatMap { Tolerance(name: $0) } != nil)
        let rows = try Self.rows("blacklists/\(name).csv")
        #expect(rows.count == count)
        var marks: Set<PlatePattern> = []
        var notInForce = 0
        let now = try #require(Instant.parse("2026-11-23"))
        for row in rows {
            let mark = try PlatePattern(row["plate"] ?? "")
            #expect(mark.isLiteral == (name != "patterns"), "\(row)")
            #expect(marks.insert(mark).inserted, "\(row) stands twice")
            #expect(Country(row["country"] ?? "") != nil, "\(row)")
            #expect(row["reason"] != "" && row["case"]?.hasPrefix("INV-") == true, "\(row)")
            #expect(UInt8(row["priority"] ?? "").map { $0 <= 100 } == true, "\(row)")
            #expect(["observe", "intercept", "seize", "check"].contains(row["action"] ?? ""), "\(row)")
            #expect(["yes", "no"].contains(row["covert"] ?? ""), "\(row)")
            let from = try #require(Instant.parse(row["valid_from"] ?? ""))
            let to = row["valid_to"] == "" ? .max : try #require(Instant.parse(row["valid_to"] ?? ""))
            #expect(from < to, "\(row)")
            if !(from...to).contains(now) { notInForce += 1 }
        }
        #expect(notInForce > 0 && notInForce * 10 < count)
    }

    @Test func theEngineLoadsTheLists() throws {
        var lists: [BlacklistConfiguration] = []
        for row in try Self.rows("blacklists/lists.csv") {
            let tolerance = try #require(Tolerance(name: row["tolerance"] ?? ""))
            let path = SeedFolder.path("blacklists/\(row["file"] ?? "")")
            lists.append(BlacklistConfiguration(name: row["list"] ?? "", path: path, tolerance: tolerance))
        }
        #expect(lists.count == 5)
        let blacklists = Blacklists(shards: 2)
        try blacklists.load(lists)
        #expect(blacklists.listName(0) == "stolen")
        #expect(blacklists.details(of: 0)?.caseNumber == "INV-S00001")
    }

    @Test func theProportionsAddUp() throws {
        func sum(_ rows: [Row], _ column: String) -> Int { rows.reduce(0) { $0 + (Int($1[column] ?? "") ?? 0) } }
        #expect(sum(try Self.rows("figures/excess.csv"), "permille") == 1000)
        let countries = try Self.rows("figures/countries.csv")
        #expect(sum(countries, "reads_permille") == 1000)
        #expect(sum(countries, "speeders_permille") == 1000)
        let foreign = sum(countries.filter { $0["country"] != "BE" }, "speeders_permille")
        #expect(foreign == 333)
        let hits = try Self.rows("figures/hit_rates.csv")
        let all = hits.filter { $0["list"] == "all" }
        #expect(
            sum(hits, "reads_per_million") - sum(all, "reads_per_million") == 7000
                && sum(all, "reads_per_million") == 7000)
        let lists = Set(try Self.rows("blacklists/lists.csv").compactMap { $0["list"] })
        #expect(lists == Set(hits.compactMap { $0["list"] }).subtracting(["all"]))
        let pacos = try Self.rows("figures/pacos.csv")
        for year in ["2019", "2020"] {
            func value(_ name: String) -> Int {
                sum(pacos.filter { $0["year"] == year && $0["number_of"] == name }, "value")
            }
            #expect(value("exhibits") == value("exhibits_police") + value("exhibits_justice"))
        }
    }

    /// Dated rows of one key follow each other without a gap, and the last is open.
    @Test(arguments: [("tariffs", "zone_kind"), ("fees", ""), ("tolerances", ""), ("deadlines", "deadline")])
    func theLawHasNoGap(name: String, key: String) throws {
        let rows = try Self.rows("law/\(name).csv")
        for (_, dated) in Dictionary(grouping: rows, by: { $0[key] ?? "" }) {
            for (a, b) in zip(dated, dated.dropFirst()) { #expect(a["valid_to"] == b["valid_from"], "\(a) \(b)") }
            #expect(dated.last?["valid_to"] == "")
            for row in dated {
                #expect(Instant.parse(row["valid_from"] ?? "") != nil, "\(row)")
                #expect(["confirmed", "unconfirmed"].contains(row["status"] ?? ""), "\(row)")
                #expect(row["source"] != "", "\(row)")
            }
        }
    }

    @Test func theConditionsNamePersonsAndCameras() throws {
        let registry = try CameraRegistry(path: SeedFolder.path("network/cameras.csv"))
        let persons = try Self.rows("psc/persons.csv")
        #expect(persons.count == 40)
        for person in persons {
            #expect(person["name"]?.hasSuffix("(invented)") == true)
            for mark in (person["plates"] ?? "").split(separator: " ") {
                let parts = mark.split(separator: "@")
                #expect((try? Plate(parts[0])) != nil, "\(mark)")
                let days = parts.count == 2 ? parts[1].split(separator: "/") : []
                for day in days { #expect(Instant.parse(day) != nil, "\(mark)") }
            }
        }
        let conditions = try Self.rows("psc/conditions.csv")
        #expect(conditions.count == 60)
        let ids = Set(persons.compactMap { $0["person"] })
        for condition in conditions {
            #expect(ids.contains(condition["person"] ?? ""), "\(condition)")
            let cameras = (condition["cameras"] ?? "").split(separator: " ")
            for camera in cameras { #expect(registry[name: String(camera)] != nil, "\(condition)") }
            let corners = (condition["area"] ?? "").split(separator: ";")
            let kind = condition["kind"]
            #expect((kind == "forbidden_cameras") == !cameras.isEmpty, "\(condition)")
            #expect((kind == "forbidden_area") == (corners.count >= 3), "\(condition)")
            #expect(kind != "curfew" || condition["hours"]?.count == 11, "\(condition)")
        }
    }
}
