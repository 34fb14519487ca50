extension SectionRegistry {
    package static let required = ["section", "entry_cameras", "exit_cameras", "length_m", "limit_kmh"]
    package static let optional = [
        "length_uncertainty_m", "confidence_floor", "zone", "road", "place", "limits", "certificate_serial",
        "certificate_approval", "certificate_from", "certificate_to",
    ]

    /// From a CSV file with the columns above.
    ///
    /// Cameras are names of the registry, separated by blanks. Lengths are metres with at most three decimals. Where
    /// every
    /// `section` is a decimal number that is its id; otherwise ids are given by row, from 1. `limits` holds further
    /// limits, separated by `;`, each `classes=kmh`, `from/to=kmh` or `classes@from/to=kmh`, with classes joined by `+`
    /// (`truck+bus=90; 2026-07-01T00:00:00Z/2026-07-08T00:00:00Z=50`); the last that covers a class and an instant
    /// counts.
    package init(path: String, cameras: CameraRegistry) throws {
        let file = try FileBytes(path: path)
        try self.init(file: path, bytes: file.bytes, cameras: cameras)
    }

    package init(file: String, bytes: UnsafeRawBufferPointer, cameras: CameraRegistry) throws(InputProblems) {
        var rows = try CSVReader(file: file, bytes: bytes, required: Self.required, optional: Self.optional)
        var problems = InputProblems()
        var read: [(line: Int, section: Section)] = []
        var seen: [String: Int] = [:]
        while rows.nextRow() {
            do throws(InputProblem) {
                let section = try SectionRow(rows, cameras).section(id: UInt32(clamping: read.count + 1))
                if let before = seen.updateValue(rows.line, forKey: section.name) {
                    throw rows.problem("section '\(section.name)' stands on line \(before) already")
                }
                read.append((rows.line, section))
            } catch {
                problems.add(error)
            }
        }
        if read.count > Limits.sectionsMax {
            problems.add(InputProblem(file: file, line: 0, message: "more than \(Limits.sectionsMax) sections"))
        }
        let numbers = read.map { UInt32($0.section.name) }
        if numbers.allSatisfy({ $0 != nil }) {
            if Set(numbers).count != numbers.count {
                problems.add(InputProblem(file: file, line: 0, message: "two sections have one number"))
            } else {
                for i in read.indices { read[i].section = read[i].section.withID(numbers[i]!) }
            }
        }
        if !problems.isEmpty { throw problems }
        self.init(read.map(\.section))
    }
}

/// One line of a section file, being read.
private struct SectionRow: ~Copyable {
    let fields: [String: String]
    let file: String
    let line: Int
    let cameras: CameraRegistry

    init(_ rows: borrowing CSVReader, _ cameras: CameraRegistry) throws(InputProblem) {
        guard rows.isComplete else {
            throw rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)")
        }
        var fields: [String: String] = [:]
        for (i, column) in rows.header.enumerated() { fields[column] = rows.text(i) }
        self.fields = fields
        file = rows.file
        line = rows.line
        self.cameras = cameras
    }

    func section(id: UInt32) throws(InputProblem) -> Section {
        guard let name = value("section") else { throw problem("'section' is empty") }
        let entry = try cameraIDs("entry_cameras")
        let exit = try cameraIDs("exit_cameras")
        if let both = entry.first(where: { exit.contains($0) }) {
            throw problem("camera '\(cameras[both]?.name ?? "")' stands at both ends")
        }
        let lengthMm = try millimetres("length_m") ?? 0
        guard (50_000...100_000_000).contains(lengthMm) else { throw problem("'length_m' must be 50 to 100000") }
        let uncertaintyMm = try millimetres("length_uncertainty_m") ?? 0
        guard uncertaintyMm * 2 < lengthMm else {
            throw problem("'length_uncertainty_m' must be less than half the length")
        }
        guard let floor = UInt8(value("confidence_floor") ?? String(Section.confidenceFloorDefault)), floor <= 100
        else {
            throw problem("'confidence_floor' must be 0 to 100")
        }
        guard let zone = RoadZone(rawValue: value("zone") ?? RoadZone.elsewhere.rawValue) else {
            throw problem("'zone' must be one of \(RoadZone.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return Section(
            id: id, name: name, entryCameras: entry, exitCameras: exit, lengthMm: lengthMm,
            lengthUncertaintyMm: uncertaintyMm,
            limits: [SpeedLimit(kmh: try kmh(value("limit_kmh") ?? "", "limit_kmh"))] + (try furtherLimits()),
            confidenceFloor: floor, zone: zone, road: value("road") ?? "", place: value("place") ?? "",
            certificate: try certificate())
    }

    private func value(_ column: String) -> String? { fields[column].flatMap { $0.isEmpty ? nil : $0 } }

    private func problem(_ message: String) -> InputProblem { InputProblem(file: file, line: line, message: message) }

    private func cameraIDs(_ column: String) throws(InputProblem) -> [UInt32] {
        var ids: [UInt32] = []
        for name in (value(column) ?? "").split(separator: " ") {
            guard let camera = cameras[name: String(name)] else {
                throw problem("'\(column)': camera '\(name)' is not in the registry")
            }
            guard !ids.contains(camera.id) else { throw problem("'\(column)': camera '\(name)' stands twice") }
            ids.append(camera.id)
        }
        guard !ids.isEmpty else { throw problem("'\(column)' names no camera") }
        return ids
    }

    /// Metres with at most three decimals, exactly.
    private func millimetres(_ column: String) throws(InputProblem) -> UInt32? {
        guard let text = value(column) else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : ""
        let padded = decimals + String(repeating: "0", count: max(0, 3 - decimals.count))
        guard let metres = UInt32(parts[0]), metres <= 1_000_000, padded.count == 3, let rest = UInt32(padded) else {
            throw problem("'\(column)' must be metres with at most three decimals, not '\(text)'")
        }
        return metres * 1000 + rest
    }

    private func kmh(_ text: some StringProtocol, _ column: String) throws(InputProblem) -> UInt16 {
        guard let value = UInt16(text), (5...300).contains(value) else {
            throw problem("'\(column)' must be 5 to 300 km/h, not '\(text)'")
        }
        return value
    }

    private func furtherLimits() throws(InputProblem) -> [SpeedLimit] {
        var limits: [SpeedLimit] = []
        for rule in (value("limits") ?? "").split(separator: ";") {
            limits.append(try limit(String(rule.filter { $0 != " " })))
        }
        return limits
    }

    private func limit(_ rule: String) throws(InputProblem) -> SpeedLimit {
        let halves = rule.split(separator: "=", omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[0].isEmpty else {
            throw problem("'limits': '\(rule)' is not classes=kmh, from/to=kmh or classes@from/to=kmh")
        }
        let condition = halves[0].split(separator: "@", omittingEmptySubsequences: false)
        let hasSpan = condition.last!.contains("/")
        guard condition.count == 1 || (condition.count == 2 && hasSpan) else {
            throw problem("'limits': '\(rule)' has more than one '@', or no from/to after it")
        }
        var classes: [VehicleClass] = []
        if condition.count == 2 || !hasSpan {
            for name in condition[0].split(separator: "+") {
                guard let c = VehicleClass(name: name), c != .unknown else {
                    throw problem(
                        "'limits': '\(name)' is no class; known: "
                            + VehicleClass.names.dropFirst().joined(separator: ", ")
                    )
                }
                classes.append(c)
            }
        }
        guard hasSpan else { return SpeedLimit(kmh: try kmh(halves[1], "limits"), classes: classes) }
        let span = condition.last!.split(separator: "/", omittingEmptySubsequences: false)
        guard span.count == 2, let from = Instant.parse(span[0]), let to = Instant.parse(span[1]), from < to else {
            throw problem("'limits': '\(condition.last!)' is not from/to with from before to")
        }
        return SpeedLimit(kmh: try kmh(halves[1], "limits"), classes: classes, fromNs: from, toNs: to)
    }

    private func certificate() throws(InputProblem) -> Certificate? {
        let columns = ["certificate_serial", "certificate_approval", "certificate_from", "certificate_to"]
        let values = columns.compactMap { value($0) }
        if values.isEmpty { return nil }
        guard values.count == 4 else { throw problem("a certificate needs all of \(columns.joined(separator: ", "))") }
        guard let from = Instant.parse(values[2]), let to = Instant.parse(values[3]), from < to else {
            throw problem("'certificate_from' and 'certificate_to' must be dates or instants in order")
        }
        return Certificate(serial: values[0], approval: values[1], validFromNs: from, validToNs: to)
    }
}

extension Section {
    fileprivate func withID(_ id: UInt32) -> Section {
        Section(
            id: id, name: name, entryCameras: entryCameras, exitCameras: exitCameras, lengthMm: lengthMm,
            lengthUncertaintyMm: lengthUncertaintyMm, limits: limits, confidenceFloor: confidenceFloor, zone: zone,
            road: road, place: place, certificate: certificate)
    }
}
