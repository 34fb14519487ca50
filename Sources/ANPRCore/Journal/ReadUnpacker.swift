/// Reads what `ReadPacker` wrote, one read after the other.
struct ReadUnpacker {
    private var context: ReadContext
    private var transitUs: Int32 = 0
    private var text = PlateText(low: 0, high: 0)

    /// `baseNs` is the block's.
    init(baseNs: Nanoseconds) { context = ReadContext(baseNs: baseNs) }

    @inline(__always)
    static func head(_ place: UnsafeRawPointer) -> UInt32 {
        place.loadUnaligned(as: UInt32.self) & PackedRead.headMask
    }

    /// The read that was unpacked last; its plate is left to be made of its text.
    @inline(__always)
    var read: Read {
        let marks = context.marks
        return Read(
            plate: .none, skeleton: Skeleton(word: 0), capturedNs: context.captured_ns, camera: context.camera,
            epoch: context.epoch, sequence: context.sequence, transitUs: transitUs, text: text,
            country: Country(code: UInt16(truncatingIfNeeded: marks)),
            speedDecikmh: UInt16(truncatingIfNeeded: marks &>> 16), lane: UInt8(truncatingIfNeeded: marks &>> 32),
            confidence: UInt8(truncatingIfNeeded: marks &>> 40),
            vehicleClass: VehicleClass(code: UInt8(truncatingIfNeeded: marks &>> 48)),
            flags: ReadFlags(rawValue: UInt8(truncatingIfNeeded: marks &>> 56)))
    }

    @inline(__always)
    var id: ReadID { ReadID(camera: context.camera, epoch: context.epoch, sequence: context.sequence) }

    /// Unpacks the read at a place and returns where it ends. Behind that, `slackBytes` can be loaded.
    @inline(__always)
    mutating func unpack(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        let head = Self.head(place)
        var at = place + PackedRead.headBytes
        unpackID(head, &at)
        unpackTimes(head, &at)
        unpackMarks(head, &at)
        unpackText(head & 31, at)
        return at + PackedRead.textBytes(head & 31)
    }

    @inline(__always)
    private mutating func unpackID(_ head: UInt32, _ at: inout UnsafeRawPointer) {
        context.sequence &+= 1
        let codes = 3 &<< PackedRead.epochAt | 3 &<< PackedRead.sequenceAt | PackedRead.cameraBit
        guard head & codes != 0 else { return }
        if head & PackedRead.cameraBit != 0 {
            context.camera = at.loadUnaligned(as: UInt32.self) & (Limits.cameraIDEnd - 1)
            at += 3
        }
        context.epoch &+= UInt32(zigzag: Self.number(head &>> PackedRead.epochAt & 3, &at))
        context.sequence &+= UInt32(zigzag: Self.number(head &>> PackedRead.sequenceAt & 3, &at))
    }

    @inline(__always)
    private mutating func unpackTimes(_ head: UInt32, _ at: inout UnsafeRawPointer) {
        let bytes = PackedRead.wideBytes(head &>> PackedRead.capturedAt & 7)
        let word = at.loadUnaligned(as: UInt64.self)
        // WHY asked: a masking shift by 64 is one by 0.
        let delta = bytes == 0 ? 0 : word & .max &>> UInt64(64 &- 8 &* bytes)
        at += bytes
        context.captured_ns &+= Int64(zigzag: delta)
        let rest = UInt32(zigzag: Self.number(head &>> PackedRead.transitAt & 3, &at))
        transitUs = Int32(bitPattern: context.transitUs(capturedNs: context.captured_ns) &+ rest)
        context.noteReceived(capturedNs: context.captured_ns, transitUs: transitUs)
    }

    @inline(__always)
    private mutating func unpackMarks(_ head: UInt32, _ at: inout UnsafeRawPointer) {
        var marks = context.marks
        @inline(__always)
        func take(_ field: UInt64, bytes: Int, _ bit: UInt32, _ value: (UInt64) -> UInt64) {
            let isThere = head & bit != 0
            let word = UInt64(at.loadUnaligned(as: UInt16.self))
            marks = isThere ? marks & ~field | value(word) & field : marks
            at += isThere ? bytes : 0
        }
        take(PackedRead.countryField, bytes: 2, PackedRead.countryBit) { $0 }
        take(PackedRead.speedField, bytes: 2, PackedRead.speedBit) { $0 &<< 16 }
        take(PackedRead.confidenceField, bytes: 1, PackedRead.confidenceBit) { $0 &<< 40 }
        take(PackedRead.classField, bytes: 1, PackedRead.classBit) { $0 &<< 48 }
        take(PackedRead.laneField | PackedRead.flagsField, bytes: 2, PackedRead.laneBit) {
            $0 &<< 32 | $0 &<< 48
        }
        context.marks = marks
    }

    @inline(__always)
    private mutating func unpackText(_ form: UInt32, _ at: UnsafeRawPointer) {
        let low = at.loadUnaligned(as: UInt64.self)
        guard form > PackedRead.symbolsMax else {
            let high = form > 8 ? at.loadUnaligned(fromByteOffset: 6, as: UInt64.self) : 0
            text = PlateText(
                low: SixBits.unpacked(low, count: min(Int(form), 8)),
                high: SixBits.unpacked(high, count: max(Int(form) &- 8, 0)))
            return
        }
        let high = at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let bits = UInt64(8 &* PackedRead.textBytes(form))
        text = PlateText(
            low: bits < 64 ? low & (1 &<< bits &- 1) : low,
            high: bits <= 64 ? 0 : bits < 128 ? high & (1 &<< (bits &- 64) &- 1) : high)
    }

    /// A number of 32 bits by its code.
    @inline(__always)
    private static func number(_ code: UInt32, _ at: inout UnsafeRawPointer) -> UInt32 {
        let bytes = PackedRead.narrowBytes(code)
        let word = UInt64(at.loadUnaligned(as: UInt32.self))
        at += bytes
        return UInt32(truncatingIfNeeded: word & (1 &<< UInt64(8 &* bytes) &- 1))
    }
}
