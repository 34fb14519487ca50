/// Everything that a correlator's indices and judgements depend on, in 64 bits: a saved state of another fingerprint
/// would be read wrongly. What a section is called, or where it lies, does not matter.
struct CorrelatorFingerprint: BitwiseCopyable, Equatable {
    let word: UInt64

    /// Goes up when the layout or the meaning of a saved state changes.
    private static let version: UInt32 = 1
    /// Nobody's secret: a fingerprint tells states apart, it seals nothing.
    private static let key = SipKey(low: 0x616e_7072_642d_7365, high: 0x6374_696f_6e2d_7374)

    init(_ sections: SectionRegistry, judge: borrowing PassageJudge, settings: CorrelatorSettings) {
        var bytes = StateWriter()
        bytes.put(Self.version)
        bytes.put(MemoryLayout<SectionRead>.stride)
        bytes.put(MemoryLayout<Passage>.stride)
        Self.put(settings, to: &bytes)
        bytes.put(sections.sections.count)
        for section in sections.sections { Self.put(section, judge, to: &bytes) }
        word = SipHash.seal(bytes.bytes, key: Self.key).low
    }

    private static func put(_ settings: CorrelatorSettings, to bytes: inout StateWriter) {
        for ns in [settings.latenessNs, settings.crossingNs, settings.passageMaxNs] { bytes.put(ns) }
        let tolerance = settings.tolerance
        for number in [
            settings.speedMinKmh, settings.speedMaxKmh, tolerance.kmh, tolerance.percent, tolerance.percentAboveKmh,
            settings.pendingReads, settings.openPassages,
        ] { bytes.put(number) }
    }

    /// Cameras that stand at no section are nobody's business here.
    private static func put(_ section: Section, _ judge: borrowing PassageJudge, to bytes: inout StateWriter) {
        bytes.put(section.id)
        for cameras in [section.entryCameras, section.exitCameras] {
            bytes.put(cameras.count)
            for camera in cameras {
                bytes.put(camera)
                bytes.put(judge.toleranceNs(camera))
            }
        }
        bytes.put(section.lengthMm)
        bytes.put(section.lengthUncertaintyMm)
        bytes.put(section.confidenceFloor)
        bytes.put(section.limits.count)
        for limit in section.limits {
            bytes.put(limit.kmh)
            bytes.put(limit.fromNs)
            bytes.put(limit.toNs)
            bytes.put(limit.classes.count)
            for vehicleClass in limit.classes { bytes.put(vehicleClass.code) }
        }
        bytes.put(section.certificate != nil ? 1 as UInt8 : 0)
        bytes.put(section.certificate?.validFromNs ?? 0)
        bytes.put(section.certificate?.validToNs ?? 0)
    }
}
