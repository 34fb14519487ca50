/// The last word of a read: what a section record tells of it beside its plate, time and identity.
///
/// WHY one word: it is copied as one from read to passage to record. Written field by field and loaded as a whole a
/// moment later, it would wait for the writes (a failed store forwarding, some twelve nanoseconds a record).
struct ReadMarks: BitwiseCopyable, Equatable {
    private let word: UInt64

    static let none = ReadMarks(word: 0)

    private init(word: UInt64) { self.word = word }

    /// The last eight bytes of a read: country, speed, lane, confidence, class, flags.
    static let offset = 56

    @inline(__always)
    init(_ read: UnsafePointer<Read>) {
        // SAFE: eight bytes of a read's 64; `LayoutTests` holds where its fields stand.
        word = (UnsafeRawPointer(read) + Self.offset).load(as: UInt64.self)
    }

    // Little endian, as every machine that this runs on.
    var country: Country { Country(code: UInt16(truncatingIfNeeded: word)) }
    var lane: UInt8 { UInt8(truncatingIfNeeded: word >> 32) }
    /// Percent.
    var confidence: UInt8 { UInt8(truncatingIfNeeded: word >> 40) }
    var vehicleClass: VehicleClass { VehicleClass(code: UInt8(truncatingIfNeeded: word >> 48)) }
}
