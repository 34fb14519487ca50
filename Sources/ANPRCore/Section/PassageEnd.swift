/// The read at one end of a passage: 28 bytes.
struct PassageEnd: BitwiseCopyable {
    var ns: Nanoseconds
    var marks: ReadMarks
    var id: ReadID

    @inline(__always)
    init(_ read: UnsafePointer<SectionRead>) {
        ns = read.pointee.capturedNs
        marks = read.pointee.marks
        id = read.pointee.id
    }

    /// By time, then by identity.
    static func isBefore(_ a: PassageEnd, _ b: PassageEnd) -> Bool { a.ns != b.ns ? a.ns < b.ns : a.id < b.id }
}
