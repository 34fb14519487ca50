/// Makes a section record of a finished passage: speed, limit, and what a human must look at. Pure.
struct PassageJudge: ~Copyable {
    private let facts: Slab<SectionFacts>
    /// Clock tolerance of each camera, by id.
    private let toleranceNs: Slab<Nanoseconds>
    private let cameraEnd: UInt32
    private let limits: LimitRules
    private let settings: CorrelatorSettings
    private let speedMaxMkmh: UInt32

    init(_ sections: SectionRegistry, cameras: CameraRegistry, settings: CorrelatorSettings) {
        limits = LimitRules(sections.sections)
        self.settings = settings
        speedMaxMkmh = UInt32(clamping: settings.speedMaxKmh * 1000)
        facts = Slab(count: max(1, sections.sections.count))
        for (i, section) in sections.sections.enumerated() {
            (facts.base + i).initialize(to: SectionFacts(section, settings))
        }
        cameraEnd = cameras.idEnd
        toleranceNs = Slab(count: Int(cameraEnd))
        for camera in cameras.cameras { toleranceNs.base[Int(camera.id)] = camera.clockToleranceNs }
    }

    @inline(__always)
    func credibleNs(_ section: UInt16) -> Nanoseconds { facts.base[Int(section)].credibleNs }

    func toleranceNs(_ camera: UInt32) -> Nanoseconds {
        camera < cameraEnd ? toleranceNs.base[Int(camera)] : Camera.clockToleranceDefaultNs
    }

    /// `exitPlate` is the passage's own but for a look-alike pair; `section` an index.
    @inline(__always)
    func record(
        section: UInt16, plate: Plate, exitPlate: Plate, entry: PassageEnd, exit: PassageEnd,
        review already: ReviewReasons
    ) -> SectionRecord {
        let fact = facts.base + Int(section)
        // SAFE: the difference is at most `passageMaxNs`, a tolerance at most a minute.
        let creditedNs = exit.ns &- entry.ns &+ toleranceNs(entry.id.camera) &+ toleranceNs(exit.id.camera)
        let speed = SpeedRule.speedMkmh(lengthMm: fact.pointee.creditedMm, timeNs: creditedNs)
        let corrected = SpeedRule.correctedKmh(speedMkmh: speed, tolerance: settings.tolerance)
        let vehicleClass = Self.agreed(entry.marks.vehicleClass, exit.marks.vehicleClass)
        let limit =
            fact.pointee.plainLimitKmh != 0
            ? fact.pointee.plainLimitKmh
            : limits.limitKmh(Int(section), vehicleClass, fromNs: entry.ns, toNs: exit.ns)
        var review = already
        let isInForce = entry.ns >= fact.pointee.certificateFromNs && exit.ns < fact.pointee.certificateToNs
        if !isInForce { review.insert(.certificateExpired) }
        if !fact.pointee.isCertified { review.insert(.uncertified) }
        if min(entry.marks.confidence, exit.marks.confidence) < fact.pointee.confidenceFloor {
            review.insert(.lowConfidence)
        }
        if speed > speedMaxMkmh { review.insert(.implausible) }
        if entry.marks.country != exit.marks.country, entry.marks.country != .unknown, exit.marks.country != .unknown {
            review.insert(.countryDiffers)
        }
        return SectionRecord(
            entryPlate: plate, exitPlate: exitPlate, entryNs: entry.ns, exitNs: exit.ns, creditedNs: creditedNs,
            entry: entry.id, exit: exit.id, section: fact.pointee.id, creditedMm: fact.pointee.creditedMm,
            speedMkmh: speed, correctedKmh: corrected, limitKmh: limit, country: entry.marks.country,
            exitCountry: exit.marks.country, entryLane: entry.marks.lane, exitLane: exit.marks.lane,
            entryConfidence: entry.marks.confidence, exitConfidence: exit.marks.confidence, vehicleClass: vehicleClass,
            isOffence: corrected > limit && isInForce, review: review)
    }

    /// The class that both reads allow; unknown when they disagree.
    static func agreed(_ a: VehicleClass, _ b: VehicleClass) -> VehicleClass {
        a == b || b == .unknown ? a : a == .unknown ? b : .unknown
    }
}
