/// All cameras of a deployment, by id and by name. Immutable: a reload makes a new one.
package struct CameraRegistry: Sendable {
    package let cameras: [Camera]
    private let byName: [String: Int]
    private let byID: [UInt32: Int]

    package init(_ cameras: [Camera]) {
        self.cameras = cameras
        byName = Dictionary(uniqueKeysWithValues: cameras.indices.map { (cameras[$0].name, $0) })
        byID = Dictionary(uniqueKeysWithValues: cameras.indices.map { (cameras[$0].id, $0) })
    }

    package subscript(id: UInt32) -> Camera? { byID[id].map { cameras[$0] } }
    package subscript(name name: String) -> Camera? { byName[name].map { cameras[$0] } }
    /// One past the highest id.
    package var idEnd: UInt32 { (cameras.map(\.id).max() ?? 0) + 1 }
}

extension CameraRegistry {
    /// From `camera,site,lane,x_m,y_m[,road,clock_tolerance_ms]`.
    ///
    /// Where every `camera` is a decimal number below `Limits.cameraIDEnd`, that is its id on the wire. Otherwise ids
    /// are given by row, from 1, so that a sender and a daemon that read the same file agree.
    package init(path: String) throws {
        let file = try FileBytes(path: path)
        try self.init(file: path, bytes: file.bytes)
    }

    package init(file: String, bytes: UnsafeRawBufferPointer) throws(InputProblems) {
        var rows = try CSVReader(
            file: file, bytes: bytes, required: ["camera", "site", "lane", "x_m", "y_m"],
            optional: ["road", "clock_tolerance_ms"])
        var problems = InputProblems()
        var read: [(line: Int, camera: Camera)] = []
        var seen: [String: Int] = [:]
        while rows.nextRow() {
            do throws(InputProblem) {
                let camera = try Self.camera(rows, row: UInt32(clamping: read.count + 1))
                if let before = seen.updateValue(rows.line, forKey: camera.name) {
                    throw rows.problem("camera '\(camera.name)' stands on line \(before) already")
                }
                read.append((rows.line, camera))
            } catch {
                problems.add(error)
            }
        }
        let ids = read.map { UInt32($0.camera.name) }
        if ids.allSatisfy({ $0 != nil && $0! < Limits.cameraIDEnd }) {
            for i in read.indices { read[i].camera = read[i].camera.withID(ids[i]!) }
            if Set(ids).count != ids.count {
                problems.add(InputProblem(file: file, line: 0, message: "two cameras have one number"))
            }
        }
        if read.count >= Int(Limits.cameraIDEnd) {
            problems.add(InputProblem(file: file, line: 0, message: "more than \(Limits.cameraIDEnd - 1) cameras"))
        }
        if read.isEmpty { problems.add(InputProblem(file: file, line: 0, message: "holds no camera")) }
        if !problems.isEmpty { throw problems }
        self.init(read.map(\.camera))
    }

    private static func camera(_ rows: borrowing CSVReader, row: UInt32) throws(InputProblem) -> Camera {
        guard rows.isComplete else {
            throw rows.problem("\(rows.fieldCount) fields where the header has \(rows.header.count)")
        }
        let name = rows.text(rows.column("camera")!)
        guard !name.isEmpty, !name.contains(" ") else { throw rows.problem("'camera' must be a name without blanks") }
        guard let lane = UInt8(rows.text(rows.column("lane")!)) else { throw rows.problem("'lane' must be 0 to 255") }
        guard let x = Double(rows.text(rows.column("x_m")!)), let y = Double(rows.text(rows.column("y_m")!)),
            x.isFinite, y.isFinite
        else { throw rows.problem("'x_m' and 'y_m' must be metres") }
        var toleranceNs = Camera.clockToleranceDefaultNs
        if let text = rows.text(rows.column("clock_tolerance_ms")) {
            guard let ms = Int64(text), (0...60_000).contains(ms) else {
                throw rows.problem("'clock_tolerance_ms' must be 0 to 60000")
            }
            toleranceNs = ms * .millisecond
        }
        return Camera(
            id: row, name: name, site: rows.text(rows.column("site")!), lane: lane, xM: x, yM: y,
            road: rows.text(rows.column("road")) ?? "", clockToleranceNs: toleranceNs)
    }
}

extension Camera {
    fileprivate func withID(_ id: UInt32) -> Camera {
        Camera(
            id: id, name: name, site: site, lane: lane, xM: xM, yM: yM, road: road, clockToleranceNs: clockToleranceNs)
    }
}
