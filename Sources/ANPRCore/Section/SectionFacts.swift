/// What a correlator needs of a section on the way of a read: flat.
struct SectionFacts: BitwiseCopyable {
    var id: UInt32
    var creditedMm: UInt32
    var credibleNs: Nanoseconds
    var certificateFromNs: Nanoseconds
    var certificateToNs: Nanoseconds
    /// The one limit; 0 when limits depend on class or time.
    var plainLimitKmh: UInt16
    var confidenceFloor: UInt8
    var isCertified: Bool

    init(_ section: Section, _ settings: CorrelatorSettings) {
        id = section.id
        creditedMm = section.creditedMm
        credibleNs = min(
            settings.passageMaxNs,
            SpeedRule.credibleNs(lengthMm: section.lengthMm, speedMinKmh: settings.speedMinKmh))
        certificateFromNs = section.certificate?.validFromNs ?? .min
        certificateToNs = section.certificate?.validToNs ?? .max
        isCertified = section.certificate != nil
        let ordinary = section.limits[0]
        let isPlain =
            section.limits.count == 1 && ordinary.classes.isEmpty && ordinary.fromNs == .min && ordinary.toNs == .max
        plainLimitKmh = isPlain ? ordinary.kmh : 0
        confidenceFloor = section.confidenceFloor
    }
}
