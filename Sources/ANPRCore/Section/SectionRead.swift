/// A read in one of its camera's roles: 48 bytes, what a correlator needs of it.
struct SectionRead: BitwiseCopyable {
    var plate: Plate
    var skeleton: Skeleton
    var capturedNs: Nanoseconds
    var id: ReadID
    /// Index of the section in the correlator, and which end the camera stands at.
    var section: UInt16
    var isEntry: Bool
    var marks: ReadMarks

    init(_ read: UnsafePointer<Read>, _ role: CameraRoles.Role) {
        plate = read.pointee.plate
        skeleton = read.pointee.skeleton
        capturedNs = read.pointee.capturedNs
        id = read.pointee.id
        section = role.section
        isEntry = role.isEntry
        marks = ReadMarks(read)
    }

    /// The one order in which reads are processed: time, then exits before entries (an exit pairs only with an
    /// earlier entry), then identity, then section. No two are equal.
    @inline(__always)
    static func isBefore(_ a: UnsafePointer<SectionRead>, _ b: UnsafePointer<SectionRead>) -> Bool {
        if a.pointee.capturedNs != b.pointee.capturedNs { return a.pointee.capturedNs < b.pointee.capturedNs }
        return isBeforeAtOnce(a.pointee, b.pointee)
    }

    /// Of two reads of the same instant.
    @inline(never)
    private static func isBeforeAtOnce(_ a: SectionRead, _ b: SectionRead) -> Bool {
        if a.isEntry != b.isEntry { return b.isEntry }
        if a.id != b.id { return a.id < b.id }
        return a.section < b.section
    }
}
