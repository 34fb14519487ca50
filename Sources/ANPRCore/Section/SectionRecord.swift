/// One vehicle's entry read, exit read and average speed over a section: 128 bytes.
///
/// Every setting that influenced the measurement is in it (credited length and time, tolerance applied, limit), so that
/// it can be checked without the configuration of its day. Its identity is (section, entry read, exit read).
package struct SectionRecord: BitwiseCopyable, Equatable, Sendable {
    package var entryPlate: Plate
    package var exitPlate: Plate
    /// Capture time of the earliest credible read at the entry.
    package var entryNs: Nanoseconds
    /// Capture time of the latest credible read at the exit.
    package var exitNs: Nanoseconds
    /// Longest credible time: exit - entry + both clocks' tolerance.
    package var creditedNs: Nanoseconds
    package var entry: ReadID
    package var exit: ReadID
    /// `Section.id`.
    package var section: UInt32
    /// Shortest credible length.
    package var creditedMm: UInt32
    /// creditedMm over creditedNs, in 0.001 km/h, rounded down.
    package var speedMkmh: UInt32
    /// The speed less the technical tolerance, rounded down to a whole km/h.
    package var correctedKmh: UInt16
    /// The highest limit in force for the vehicle between entry and exit.
    package var limitKmh: UInt16
    package var country: Country
    package var exitCountry: Country
    package var entryLane: UInt8
    package var exitLane: UInt8
    package var entryConfidence: UInt8
    package var exitConfidence: UInt8
    package var vehicleClass: VehicleClass
    /// Corrected speed above the limit, and no certificate that was out of date.
    package var isOffence: Bool
    /// Why a human must look before anyone is charged; empty when it may go on by itself.
    package var review: ReviewReasons
    package var spare = Spare()

    /// Room for what a later version records, up to two cache lines.
    package struct Spare: BitwiseCopyable, Equatable, Sendable {
        private var a: UInt64 = 0
        private var b: UInt64 = 0
        private var c: UInt64 = 0
        private var d: UInt64 = 0

        package init() {}
    }

    package var id: SectionRecordID { SectionRecordID(section: section, entry: entry, exit: exit) }
    /// An offence that may become a fine without a human's verification.
    package var isAutomatic: Bool { isOffence && review.isEmpty }
    package var excessKmh: Int { max(0, Int(correctedKmh) - Int(limitKmh)) }
}

package struct SectionRecordID: BitwiseCopyable, Hashable, Sendable, CustomStringConvertible {
    package let section: UInt32
    package let entry: ReadID
    package let exit: ReadID
    package init(section: UInt32, entry: ReadID, exit: ReadID) {
        self.section = section
        self.entry = entry
        self.exit = exit
    }
    package var description: String { "\(section):\(entry):\(exit)" }
}

/// Why an attribution is not beyond doubt.
package struct ReviewReasons: OptionSet, BitwiseCopyable, Hashable, Sendable {
    package let rawValue: UInt16
    @inline(__always)
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The plates at both ends look alike but differ.
    package static let lookAlike = ReviewReasons(rawValue: 1 << 0)
    /// Several entries could have been this vehicle's; the earliest (slowest) was taken.
    package static let severalEntries = ReviewReasons(rawValue: 1 << 1)
    /// A confidence is below the section's floor.
    package static let lowConfidence = ReviewReasons(rawValue: 1 << 2)
    /// Faster than a vehicle can be: a clock, a clone or a misread.
    package static let implausible = ReviewReasons(rawValue: 1 << 3)
    /// The two reads name different countries.
    package static let countryDiffers = ReviewReasons(rawValue: 1 << 4)
    /// The instrument's certificate was not in force: never an offence.
    package static let certificateExpired = ReviewReasons(rawValue: 1 << 5)
    /// The section's definition names no certificate (a laboratory, a replay).
    package static let uncertified = ReviewReasons(rawValue: 1 << 6)
    /// Several exits could have been this vehicle's.
    package static let severalExits = ReviewReasons(rawValue: 1 << 7)

    /// In bit order; the words used in files.
    package static let names = [
        "look_alike", "several_entries", "low_confidence", "implausible", "country_differs", "certificate_expired",
        "uncertified", "several_exits",
    ]
    package var words: [String] { Self.names.indices.filter { rawValue & 1 << $0 != 0 }.map { Self.names[$0] } }
}
