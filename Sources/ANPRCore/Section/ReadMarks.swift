/// What a section record tells of a read beside its plate, time and identity, in one word.
///
/// WHY one word: it is copied as one from read to passage to record. Written field by field and loaded as a whole a
/// moment later, it would wait for the writes (a failed store forwarding, some twelve nanoseconds a record).
struct ReadMarks: BitwiseCopyable, Equatable {
    private let word: UInt64

    static let none = ReadMarks(word: 0)

    private init(word: UInt64) { self.word = word }

    @inline(__always)
    init(_ read: UnsafePointer<Read>) {
        word =
            UInt64(read.pointee.country.code) | UInt64(read.pointee.lane) << 16
            | UInt64(read.pointee.confidence) << 24 | UInt64(read.pointee.vehicleClass.code) << 32
    }

    var country: Country { Country(code: UInt16(truncatingIfNeeded: word)) }
    var lane: UInt8 { UInt8(truncatingIfNeeded: word >> 16) }
    /// Percent.
    var confidence: UInt8 { UInt8(truncatingIfNeeded: word >> 24) }
    var vehicleClass: VehicleClass { VehicleClass(code: UInt8(truncatingIfNeeded: word >> 32)) }
}
