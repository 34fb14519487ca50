/// A read in one of its camera's roles: 48 bytes, what a correlator needs of it.
struct SectionRead: BitwiseCopyable {
    var plate: Plate
    var skeleton: Skeleton
    var capturedNs: Nanoseconds
    var id: ReadID
    /// Index of the section in the correlator, and which end the camera stands at.
    var section: UInt16
    var isEntry: Bool
    var lane: UInt8
    var country: Country
    var confidence: UInt8
    var vehicleClass: VehicleClass

    /// The one order in which reads are processed: time, then exits before entries (an exit pairs only with an
    /// earlier entry), then identity, then section. No two are equal.
    @inline(__always)
    static func isBefore(_ a: SectionRead, _ b: SectionRead) -> Bool {
        if a.capturedNs != b.capturedNs { return a.capturedNs < b.capturedNs }
        if a.isEntry != b.isEntry { return b.isEntry }
        if a.id != b.id { return a.id < b.id }
        return a.section < b.section
    }
}
