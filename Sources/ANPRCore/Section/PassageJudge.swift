/// Makes a section record of a finished passage: speed, limit, and what a human must look at. Pure.
struct PassageJudge: ~Copyable {
    private let facts: Slab<SectionFacts>
    /// Clock tolerance of each camera, by id.
    private let toleranceNs: Slab<Nanoseconds>
    private let cameraEnd: UInt32
    private let limits: LimitRules
    private let settings: CorrelatorSettings

    init(_ sections: SectionRegistry, cameras: CameraRegistry, settings: CorrelatorSettings) {
        limits = LimitRules(sections.sections)
        self.settings = settings
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

    private func toleranceNs(_ camera: UInt32) -> Nanoseconds {
        camera < cameraEnd ? toleranceNs.base[Int(camera)] : Camera.clockToleranceDefaultNs
    }

    /// `exitPlate` is the passage's own but for a look-alike pair.
    func record(of passage: Passage, exitPlate: Plate) -> SectionRecord {
        let fact = facts.base[Int(passage.section)]
        let creditedNs =
            passage.exitNs - passage.entryNs + toleranceNs(passage.entry.camera) + toleranceNs(passage.exit.camera)
        let speed = SpeedRule.speedMkmh(lengthMm: fact.creditedMm, timeNs: creditedNs)
        let corrected = SpeedRule.correctedKmh(speedMkmh: speed, tolerance: settings.tolerance)
        let vehicleClass = Self.agreed(passage.entryClass, passage.exitClass)
        let limit =
            fact.plainLimitKmh != 0
            ? fact.plainLimitKmh
            : limits.limitKmh(Int(passage.section), vehicleClass, fromNs: passage.entryNs, toNs: passage.exitNs)
        var review = passage.review
        let isInForce = passage.entryNs >= fact.certificateFromNs && passage.exitNs < fact.certificateToNs
        if !isInForce { review.insert(.certificateExpired) }
        if !fact.isCertified { review.insert(.uncertified) }
        if min(passage.entryConfidence, passage.exitConfidence) < fact.confidenceFloor { review.insert(.lowConfidence) }
        if speed > UInt32(clamping: settings.speedMaxKmh * 1000) { review.insert(.implausible) }
        if passage.country != passage.exitCountry, passage.country != .unknown, passage.exitCountry != .unknown {
            review.insert(.countryDiffers)
        }
        return SectionRecord(
            entryPlate: passage.plate, exitPlate: exitPlate, entryNs: passage.entryNs, exitNs: passage.exitNs,
            creditedNs: creditedNs, entry: passage.entry, exit: passage.exit, section: fact.id,
            creditedMm: fact.creditedMm, speedMkmh: speed, correctedKmh: corrected, limitKmh: limit,
            country: passage.country, exitCountry: passage.exitCountry, entryLane: passage.entryLane,
            exitLane: passage.exitLane, entryConfidence: passage.entryConfidence,
            exitConfidence: passage.exitConfidence, vehicleClass: vehicleClass,
            isOffence: corrected > limit && isInForce, review: review)
    }

    /// The class that both reads allow; unknown when they disagree.
    static func agreed(_ a: VehicleClass, _ b: VehicleClass) -> VehicleClass {
        a == b || b == .unknown ? a : a == .unknown ? b : .unknown
    }
}
