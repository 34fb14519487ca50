import ANPRCore
import PluginKit

/// Police zones: where each is, by an area or by its cameras. The first one of the file that has a camera has it.
struct ZoneTable: Sendable {
    struct Zone: Equatable, Sendable {
        let code: String
        let name: String
        let postcode: String
        let cameras: Set<String>
        let area: Polygon?
    }

    let zones: [Zone]
    private let byCode: [String: Int]

    private static let columns = ["zone", "name", "postcode", "cameras", "area", "status", "source"]

    init(path: String) throws(InputProblems) {
        let file: FileBytes
        do throws(SystemError) { file = try FileBytes(path: path) } catch {
            throw InputProblems(file: path, "cannot be read: \(error)")
        }
        var reader = try CSVReader(file: path, bytes: file.bytes, required: Self.columns, optional: [])
        var problems = InputProblems()
        var zones: [Zone] = []
        var byCode: [String: Int] = [:]
        while reader.nextRow() {
            do throws(InputProblem) {
                let row = try CSVRow(reader)
                let zone = try Self.zone(row)
                guard byCode[zone.code] == nil else { throw row.problem("zone '\(zone.code)' is there already") }
                byCode[zone.code] = zones.count
                zones.append(zone)
            } catch { problems.add(error) }
        }
        if zones.isEmpty, problems.isEmpty { problems.add(InputProblem(file: path, line: 0, message: "holds no row")) }
        if zones.count > WorkloadBook.zonesMax {
            let message = "holds \(zones.count) zones; at most \(WorkloadBook.zonesMax)"
            problems.add(InputProblem(file: path, line: 0, message: message))
        }
        guard problems.isEmpty else { throw problems }
        self.zones = zones
        self.byCode = byCode
    }

    private static func zone(_ row: CSVRow) throws(InputProblem) -> Zone {
        _ = try row.status()
        for name in ["zone", "name", "source"] where row.text(name).isEmpty {
            throw row.problem("'\(name)' must not be empty")
        }
        let code = row.text("zone")
        guard code.utf8.count <= 20, code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f }), code != "*" else {
            throw row.problem("'zone' must be a code of at most 20 letters and digits, not '\(code)'")
        }
        let cameras = Set(row.text("cameras").split(separator: " ").map(String.init))
        let area = Polygon(row.text("area"))
        guard area != nil || row.text("area").isEmpty else {
            throw row.problem("'area' must be three corners or more, such as '0 0; 100 0; 0 100', in metres")
        }
        guard area != nil || !cameras.isEmpty else { throw row.problem("'area' or 'cameras' must say where it is") }
        return Zone(
            code: code, name: row.text("name"), postcode: row.text("postcode"), cameras: cameras, area: area)
    }

    func zone(_ code: String) -> Zone? { byCode[code].map { zones[$0] } }

    /// Nil: it stands in none.
    func zone(of camera: Camera) -> Zone? {
        if let named = zones.first(where: { $0.cameras.contains(camera.name) }) { return named }
        guard let point = Polygon.Point(xM: camera.xM, yM: camera.yM) else { return nil }
        return zones.first { $0.area?.contains(point) ?? false }
    }
}
