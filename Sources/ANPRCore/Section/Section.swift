/// A stretch of road with entry cameras, exit cameras, a surveyed length and limits. Immutable; cold.
package struct Section: Equatable, Sendable {
    package let id: UInt32
    /// As the file names it.
    package let name: String
    /// Camera ids of all lanes of the entry site and of the exit site; no camera stands at both ends.
    package let entryCameras: [UInt32]
    package let exitCameras: [UInt32]
    package let lengthMm: UInt32
    /// How much shorter the stretch may be than surveyed.
    package let lengthUncertaintyMm: UInt32
    /// Limits by vehicle class and time; the first is the section's ordinary limit.
    package let limits: [SpeedLimit]
    /// Both reads need at least this confidence (percent), or a human looks.
    package let confidenceFloor: UInt8
    package let zone: RoadZone
    package let road: String
    package let place: String
    package let certificate: Certificate?

    package init(
        id: UInt32, name: String, entryCameras: [UInt32], exitCameras: [UInt32], lengthMm: UInt32,
        lengthUncertaintyMm: UInt32 = 0, limits: [SpeedLimit], confidenceFloor: UInt8 = Section.confidenceFloorDefault,
        zone: RoadZone = .elsewhere, road: String = "", place: String = "", certificate: Certificate? = nil
    ) {
        self.id = id
        self.name = name
        self.entryCameras = entryCameras
        self.exitCameras = exitCameras
        self.lengthMm = lengthMm
        self.lengthUncertaintyMm = lengthUncertaintyMm
        self.limits = limits
        self.confidenceFloor = confidenceFloor
        self.zone = zone
        self.road = road
        self.place = place
        self.certificate = certificate
    }

    package static let confidenceFloorDefault: UInt8 = 70
}

/// A limit for some vehicle classes during some time.
package struct SpeedLimit: Equatable, Sendable {
    package let kmh: UInt16
    /// Empty: every class.
    package let classes: [VehicleClass]
    /// In force from (inclusive) and to (exclusive).
    package let fromNs: Nanoseconds
    package let toNs: Nanoseconds

    package init(kmh: UInt16, classes: [VehicleClass] = [], fromNs: Nanoseconds = .min, toNs: Nanoseconds = .max) {
        self.kmh = kmh
        self.classes = classes
        self.fromNs = fromNs
        self.toNs = toNs
    }
}

/// What kind of road, as the tariff of immediate perceptions tells them apart.
package enum RoadZone: String, Sendable, CaseIterable {
    case builtUp = "built_up"
    case zone30 = "zone_30"
    case school
    case residential
    case meeting
    case elsewhere

    /// The dearer row of the tariff: built-up areas, zone 30, school, residential and meeting zones.
    package var isProtected: Bool { self != .elsewhere }
}

/// The approval of a section's instrument and how long its check is valid.
package struct Certificate: Equatable, Sendable {
    package let serial: String
    package let approval: String
    package let validFromNs: Nanoseconds
    package let validToNs: Nanoseconds

    package init(serial: String, approval: String, validFromNs: Nanoseconds, validToNs: Nanoseconds) {
        self.serial = serial
        self.approval = approval
        self.validFromNs = validFromNs
        self.validToNs = validToNs
    }
}
