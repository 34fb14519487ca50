@testable import ANPRCore

/// Events of which only the number matters.
enum StreamSample {
    static func read(_ number: Int) -> Read {
        Read(Plate(word: 1 << 40), sequence: UInt32(number), capturedNs: Nanoseconds(number))
    }

    static func hit(_ number: Int) -> Hit { Hit(read: read(number)) }

    static func record(_ number: Int, isOffence: Bool = false, review: ReviewReasons = []) -> SectionRecord {
        let read = read(number)
        return SectionRecord(
            entryPlate: read.plate, exitPlate: read.plate, entryNs: 1, exitNs: 2, creditedNs: 1, entry: read.id,
            exit: read.id, section: 1, creditedMm: 1, speedMkmh: 1, correctedKmh: 1, limitKmh: 1, country: .unknown,
            exitCountry: .unknown, entryLane: 1, exitLane: 1, entryConfidence: 99, exitConfidence: 99,
            vehicleClass: .car, isOffence: isOffence, review: review)
    }
}
