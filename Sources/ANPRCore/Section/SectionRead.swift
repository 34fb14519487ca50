/// A read in one of its camera's roles: 48 bytes, what a correlator needs of it.
struct SectionRead: BitwiseCopyable {
    var plate: Plate
    var capturedNs: Nanoseconds
    var marks: ReadMarks
    var id: ReadID
    /// Where passages of its skeleton and section are found.
    var head: UInt32
    /// Index of the section in the correlator, and which end the camera stands at.
    var section: UInt16
    var isEntry: Bool

    /// WHY field by field into its place: built as a value and then copied, it would wait for its own writes.
    @inline(__always)
    static func write(
        _ read: UnsafePointer<Read>, _ role: CameraRoles.Role, head: UInt32, to place: UnsafeMutablePointer<SectionRead>
    ) {
        place.pointee.plate = read.pointee.plate
        place.pointee.capturedNs = read.pointee.capturedNs
        place.pointee.marks = ReadMarks(read)
        place.pointee.id = read.pointee.id
        place.pointee.head = head
        place.pointee.section = role.section
        place.pointee.isEntry = role.isEntry
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
