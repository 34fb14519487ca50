/// A read as it stands in the log: five words, or seven when its text is longer than 12 bytes or its time is further
/// than 39 hours from the block's base. Plate and skeleton follow from the text, as at the door.
enum StoredRead {
    /// Captured less base, in 48 bits.
    private static let deltaEnd: Nanoseconds = 1 << 47
    private static let longBit: UInt64 = 1 << 24

    /// Writes a read and returns its length in bytes. The place is aligned to 8 bytes and has room for a long read.
    @inline(__always)
    static func write(
        _ read: UnsafePointer<Read>, baseNs: Nanoseconds, to place: UnsafeMutablePointer<UInt64>
    ) -> Int {
        let delta = read.pointee.capturedNs &- baseNs
        let text = read.pointee.text
        place[0] =
            UInt64(bitPattern: delta) & (1 << 48 - 1) | UInt64(read.pointee.flags.rawValue) << 48
            | UInt64(read.pointee.lane) << 56
        let marks =
            UInt64(read.pointee.camera) | UInt64(read.pointee.vehicleClass.code & 15) << 20
            | UInt64(read.pointee.confidence & 127) << 25 | UInt64(read.pointee.epoch) << 32
        place[2] = UInt64(read.pointee.sequence) | UInt64(UInt32(bitPattern: read.pointee.transitUs)) << 32
        place[3] = text.low
        place[4] =
            text.high & 0xffff_ffff | UInt64(read.pointee.country.code) << 32
            | UInt64(read.pointee.speedDecikmh) << 48
        if delta >= -deltaEnd && delta < deltaEnd && text.high >> 32 == 0 {
            place[1] = marks
            return JournalLayout.readBytes
        }
        place[1] = marks | longBit
        place[5] = UInt64(bitPattern: read.pointee.capturedNs)
        place[6] = text.high >> 32
        return JournalLayout.longReadBytes
    }

    /// Length in bytes of the read at a place that holds at least the five words.
    @inline(__always)
    static func length(_ place: UnsafePointer<UInt64>) -> Int {
        place[1] & longBit == 0 ? JournalLayout.readBytes : JournalLayout.longReadBytes
    }

    @inline(__always)
    static func camera(_ place: UnsafePointer<UInt64>) -> UInt32 {
        UInt32(truncatingIfNeeded: place[1] & 0xf_ffff)
    }

    /// Which read it is.
    @inline(__always)
    static func id(_ place: UnsafePointer<UInt64>) -> ReadID {
        ReadID(
            camera: camera(place), epoch: UInt32(truncatingIfNeeded: place[1] >> 32),
            sequence: UInt32(truncatingIfNeeded: place[2]))
    }

    /// The read at a place of which `length` bytes were found to be there.
    @inline(__always)
    static func read(_ place: UnsafePointer<UInt64>, baseNs: Nanoseconds, symbols: borrowing SymbolTable) -> Read {
        let isLong = place[1] & longBit != 0
        let delta = Int64(bitPattern: place[0] << 16) >> 16
        let high = place[4] & 0xffff_ffff | (isLong ? place[6] << 32 : 0)
        let text = PlateText(low: place[3], high: high)
        let flags = ReadFlags(rawValue: UInt8(truncatingIfNeeded: place[0] >> 48))
        let (plate, skeleton) =
            flags.isDisjoint(with: [.textCut, .unparseable])
            ? symbols.plate(of: text) : (.none, Skeleton(word: 0))
        return Read(
            plate: plate, skeleton: skeleton,
            capturedNs: isLong ? Nanoseconds(bitPattern: place[5]) : baseNs &+ delta,
            camera: camera(place), epoch: UInt32(truncatingIfNeeded: place[1] >> 32),
            sequence: UInt32(truncatingIfNeeded: place[2]),
            transitUs: Int32(truncatingIfNeeded: Int64(bitPattern: place[2]) >> 32), text: text,
            country: Country(code: UInt16(truncatingIfNeeded: place[4] >> 32)),
            speedDecikmh: UInt16(truncatingIfNeeded: place[4] >> 48), lane: UInt8(truncatingIfNeeded: place[0] >> 56),
            confidence: UInt8(truncatingIfNeeded: place[1] >> 25 & 127),
            vehicleClass: VehicleClass(code: UInt8(truncatingIfNeeded: place[1] >> 20 & 15)), flags: flags)
    }
}
