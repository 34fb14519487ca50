/// A network of another size, made of copies: for loads that the real one does not give.
///
/// Copy 0 keeps its names and numbers; the sites of copy n are called `name-n` and stand n times the network's width
/// further east. A part of a copy keeps the sites that come first. Copies are not joined by roads.
package struct NetworkSize: Sendable {
    package let original: RoadNetwork
    package let network: RoadNetwork
    /// New name of each camera, by copy.
    private let names: [[String: String]]

    /// `cameras` is at least 1, and below `Limits.cameraIDEnd`.
    package init(_ original: RoadNetwork, cameras count: Int) {
        precondition(count >= 1 && count < Int(Limits.cameraIDEnd))
        self.original = original
        let cameras = original.registry.cameras
        let isNumbered = cameras.allSatisfy { UInt32($0.name) == $0.id }
        let stride = isNumbered ? original.registry.idEnd : 0
        let width = (cameras.map(\.xM).max() ?? 0) - (cameras.map(\.xM).min() ?? 0) + 1000
        var made: [Camera] = []
        var names: [[String: String]] = []
        var copy = 0
        while made.count < count {
            var byName: [String: String] = [:]
            for camera in cameras.prefix(count - made.count) {
                let id = isNumbered ? camera.id + UInt32(copy) * stride : UInt32(made.count + 1)
                let name = isNumbered ? String(id) : Self.name(camera.name, copy)
                byName[camera.name] = name
                made.append(
                    Camera(
                        id: id, name: name, site: Self.name(camera.site, copy), lane: camera.lane,
                        xM: camera.xM + Double(copy) * width, yM: camera.yM, road: camera.road,
                        clockToleranceNs: camera.clockToleranceNs))
            }
            names.append(byName)
            copy += 1
        }
        precondition(made.allSatisfy { $0.id < Limits.cameraIDEnd }, "the copies' numbers do not fit")
        let routes = original.routes
        var copies: [RoadNetwork.Route] = []
        for copy in 0..<names.count {
            for var route in routes {
                route.from = Self.name(route.from, copy)
                route.to = Self.name(route.to, copy)
                copies.append(route)
            }
        }
        self.names = names
        network = RoadNetwork(registry: CameraRegistry(made), routes: copies)
    }

    private static func name(_ name: String, _ copy: Int) -> String {
        copy == 0 || name.isEmpty ? name : "\(name)-\(copy)"
    }

    /// The cameras as a file from which a registry with the same ids is read.
    package var camerasCSV: String {
        var text = "camera,site,lane,x_m,y_m,road,clock_tolerance_ms\n"
        for c in network.registry.cameras {
            let tolerance = c.clockToleranceNs / .millisecond
            text += "\(c.name),\(Self.cell(c.site)),\(c.lane),\(c.xM),\(c.yM),\(Self.cell(c.road)),\(tolerance)\n"
        }
        return text
    }

    /// A file of sections with a row for each copy of a section that has cameras left at both ends. Columns other than
    /// the section's name and its cameras stay as they are.
    package func sectionsCSV(file: String, bytes: UnsafeRawBufferPointer) throws(InputProblems) -> String {
        var text = ""
        for copy in names.indices {
            var rows = try CSVReader(
                file: file, bytes: bytes, required: Self.sectionColumns, optional: Self.sectionExtras)
            if copy == 0 { text = rows.header.joined(separator: ",") + "\n" }
            while rows.nextRow() {
                guard rows.isComplete else {
                    throw InputProblems(
                        rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)"))
                }
                if let row = row(rows, copy) { text += row + "\n" }
            }
        }
        return text
    }

    private func row(_ rows: borrowing CSVReader, _ copy: Int) -> String? {
        var cells: [String] = []
        for i in 0..<rows.header.count {
            let value = rows.text(i)
            switch rows.header[i] {
            case "section": cells.append(Self.cell(Self.name(value, copy)))
            case "entry_cameras", "exit_cameras":
                let kept = value.split(separator: " ").compactMap { names[copy][String($0)] }
                if kept.isEmpty { return nil }
                cells.append(kept.joined(separator: " "))
            default: cells.append(Self.cell(value))
            }
        }
        return cells.joined(separator: ",")
    }

    private static let sectionColumns = ["section", "entry_cameras", "exit_cameras", "length_m", "limit_kmh"]
    private static let sectionExtras = [
        "length_uncertainty_m", "confidence_floor", "zone", "road", "place", "limits", "certificate_serial",
        "certificate_approval", "certificate_from", "certificate_to",
    ]

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
