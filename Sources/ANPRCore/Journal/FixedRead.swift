/// A read as format 1 of the journal stored it: five words, or seven when its text is longer than 12 bytes or its time
/// is further than 39 hours from the block's base. Nothing is written so any more.
enum FixedRead {
    private static let longBit: UInt64 = 1 << 24
    static let bytesMin = 40
    static let longBytes = 56

    /// Length in bytes of the read at a place that holds at least the five words.
    @inline(__always)
    static func length(_ place: UnsafePointer<UInt64>) -> Int { place[1] & longBit == 0 ? bytesMin : longBytes }

    /// The read at a place of which `length` bytes were found to be there; its plate is left to be made of its text.
    @inline(__always)
    static func read(_ place: UnsafePointer<UInt64>, baseNs: Nanoseconds) -> Read {
        let isLong = place[1] & longBit != 0
        let delta = Int64(bitPattern: place[0] << 16) >> 16
        return Read(
            plate: .none, skeleton: Skeleton(word: 0),
            capturedNs: isLong ? Nanoseconds(bitPattern: place[5]) : baseNs &+ delta,
            camera: UInt32(truncatingIfNeeded: place[1] & 0xf_ffff), epoch: UInt32(truncatingIfNeeded: place[1] >> 32),
            sequence: UInt32(truncatingIfNeeded: place[2]),
            transitUs: Int32(truncatingIfNeeded: Int64(bitPattern: place[2]) >> 32),
            text: PlateText(low: place[3], high: place[4] & 0xffff_ffff | (isLong ? place[6] << 32 : 0)),
            country: Country(code: UInt16(truncatingIfNeeded: place[4] >> 32)),
            speedDecikmh: UInt16(truncatingIfNeeded: place[4] >> 48), lane: UInt8(truncatingIfNeeded: place[0] >> 56),
            confidence: UInt8(truncatingIfNeeded: place[1] >> 25 & 127),
            vehicleClass: VehicleClass(code: UInt8(truncatingIfNeeded: place[1] >> 20 & 15)),
            flags: ReadFlags(rawValue: UInt8(truncatingIfNeeded: place[0] >> 48)))
    }
}
