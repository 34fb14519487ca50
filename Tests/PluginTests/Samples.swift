@testable import ANPRCore

/// What an engine would know: handed in, never changing.
struct FixedKnowledge: EngineKnowledge {
    var cameras: [UInt32: Camera] = [:]
    var sections: [UInt32: Section] = [:]
    var entries: [UInt32: EntryDetails] = [:]

    func camera(_ id: UInt32) -> Camera? { cameras[id] }
    func camera(named name: String) -> Camera? { cameras.values.first { $0.name == name } }
    func section(_ id: UInt32) -> Section? { sections[id] }
    func entry(_ number: UInt32, run: UInt32) -> EntryDetails? { entries[number] }
}

enum Samples {
    /// 2026-11-23T08:15:30Z, a Monday in winter time.
    static let noonishNs = ns("2026-11-23T08:15:30Z")

    static func ns(_ text: String) -> Nanoseconds {
        guard let ns = Instant.parse(text) else { preconditionFailure("no instant: \(text)") }
        return ns
    }

    static func plate(_ text: String) -> Plate {
        guard let plate = try? Plate(text) else { preconditionFailure("no plate: \(text)") }
        return plate
    }

    static func camera(_ id: UInt32, _ name: String, xM: Double = 0, yM: Double = 0) -> Camera {
        Camera(id: id, name: name, site: "site-" + name, lane: 1, xM: xM, yM: yM, road: "E40")
    }

    static let certificate = Certificate(
        serial: "SC-0042", approval: "B-2024-117", validFromNs: ns("2020-01-01"), validToNs: ns("2030-01-01"))

    static func section(
        _ id: UInt32 = 12, zone: RoadZone = .elsewhere, limitKmh: UInt16 = 120, certificate: Certificate? = certificate
    ) -> Section {
        Section(
            id: id, name: "E40-Aalter", entryCameras: [3], exitCameras: [7], lengthMm: 5_800_000,
            limits: [SpeedLimit(kmh: limitKmh)], zone: zone, road: "E40", place: "Aalter", certificate: certificate)
    }

    static var knowledge: FixedKnowledge {
        var knowledge = FixedKnowledge()
        knowledge.cameras = [3: camera(3, "E40-01-1"), 7: camera(7, "E40-02-1")]
        knowledge.sections = [12: section()]
        return knowledge
    }

    /// An offence that nothing is wrong with: 129 measured where 120 is allowed.
    static func record(
        correctedKmh: UInt16 = 121, limitKmh: UInt16 = 120, country: String = "BE", exitNs: Nanoseconds = noonishNs,
        sequence: UInt32 = 90, section: UInt32 = 12, isOffence: Bool? = nil, review: ReviewReasons = []
    ) -> SectionRecord {
        let code = Country(country) ?? .unknown
        return SectionRecord(
            entryPlate: plate("1-ABC-234"), exitPlate: plate("1-ABC-234"), entryNs: exitNs - 161_730_000_000,
            exitNs: exitNs, creditedNs: 161_750_000_000, entry: ReadID(camera: 3, epoch: 1, sequence: 44),
            exit: ReadID(camera: 7, epoch: 1, sequence: sequence), section: section, creditedMm: 5_800_000,
            speedMkmh: 129_088, correctedKmh: correctedKmh, limitKmh: limitKmh, country: code, exitCountry: code,
            entryLane: 1, exitLane: 2, entryConfidence: 97, exitConfidence: 95, vehicleClass: .car,
            isOffence: isOffence ?? (correctedKmh > limitKmh), review: review)
    }

    static func read(
        _ plate: String, camera: UInt32 = 3, at capturedNs: Nanoseconds = noonishNs, sequence: UInt32 = 1
    ) -> Read {
        let mark = Self.plate(plate)
        return Read(
            plate: mark, skeleton: mark.skeleton, capturedNs: capturedNs, camera: camera, epoch: 1, sequence: sequence,
            text: PlateText(plate), country: Country("BE") ?? .unknown, lane: 1, confidence: 93)
    }
}
