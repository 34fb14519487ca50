/// A frame's reads whose plates are prepared, to be written into slots; which of them are plain, so that `write` makes
/// of them what `FrameDecoder.decode` would.
struct FrameReads {
    /// A bit for each read with nothing about it that is out of the ordinary: its plate is known, it was captured
    /// within the frame's span, and its fields hold what the protocol defines, the whole of its text among them.
    let plain: UInt64
    private let base: UnsafeRawPointer
    private let plates: UnsafePointer<UInt64>
    private let skeletons: UnsafePointer<UInt64>
    private let camera: UInt32
    private let epoch: UInt32
    private let sequence: UInt32
    private let receivedNs: Nanoseconds
    /// What the engine remarks on each, where a read has its marks.
    private let remarks: UInt64

    /// `prepared` has a bit for each read whose plate and skeleton are known. A time within `spanNs` is so near to
    /// `receivedNs` that the difference is no overflow.
    @inline(__always)
    init(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, prepared: UInt64, plates: UnsafePointer<UInt64>,
        skeletons: UnsafePointer<UInt64>, receivedNs: Nanoseconds, spanNs: ClosedRange<Nanoseconds>,
        remarks: ReadFlags
    ) {
        // SAFE: header(of:) held the length against the count.
        base = bytes.baseAddress! + FrameLayout.headerBytes
        self.plates = plates
        self.skeletons = skeletons
        camera = header.camera
        epoch = header.epoch
        sequence = header.sequence
        self.receivedNs = receivedNs
        self.remarks = UInt64(remarks.rawValue) &<< 56
        plain = prepared & Self.usual(base, count: Int(header.count), spanNs)
    }

    @inline(__always)
    private static func usual(_ base: UnsafeRawPointer, count: Int, _ spanNs: ClosedRange<Nanoseconds>) -> UInt64 {
        let earliestNs = spanNs.lowerBound
        let lengthNs = UInt64(bitPattern: spanNs.upperBound &- earliestNs)
        var usual: UInt64 = 0
        for i in 0..<count {
            let wire = base + i &* FrameLayout.readBytes
            let ageNs = UInt64(bitPattern: wire.loadUnaligned(as: Nanoseconds.self) &- earliestNs)
            let odd = oddBits(wire.loadUnaligned(fromByteOffset: FrameLayout.marksAt, as: UInt64.self))
            // WHY no `&&`: a branch for each costs more than both.
            let isUsual: UInt64 = (ageNs <= lengthNs ? 1 : 0) & (odd == 0 ? 1 : 0)
            usual |= isUsual &<< UInt64(i)
        }
        return usual
    }

    /// Of a read's last eight bytes in a frame, country 2, lane, confidence, class, flags, speed 2: not 0 where a byte
    /// has a value that the protocol does not define, or the text was cut. All bytes at once.
    @inline(__always)
    static func oddBits(_ marks: UInt64) -> UInt64 {
        // No country is as good as "AA".
        let word = marks | (marks & 0xffff == 0 ? 0x4141 : 0)
        let low = word & 0x7f7f_7f7f_7f7f_7f7f
        // Bit 7 of a byte: above "Z", 100, 5 and 3.
        let above = (low &+ 0x0000_7c7a_1b00_2525 | word) & 0x0000_8080_8000_8080
        // Not below "A".
        let notBelow = low &+ 0x3f3f
        return above | ~notBelow & 0x8080
    }

    @inline(__always)
    func skeleton(_ index: Int) -> Skeleton { Skeleton(word: skeletons[index]) }

    /// Writes a plain read.
    @inline(__always)
    func write(_ index: Int, into slot: UnsafeMutablePointer<Read>) {
        let wire = base + index &* FrameLayout.readBytes
        let capturedNs = wire.loadUnaligned(as: Nanoseconds.self)
        let marks = wire.loadUnaligned(fromByteOffset: FrameLayout.marksAt, as: UInt64.self)
        slot.pointee.plate = Plate(word: plates[index])
        slot.pointee.skeleton = Skeleton(word: skeletons[index])
        slot.pointee.capturedNs = capturedNs
        slot.pointee.camera = camera
        slot.pointee.epoch = epoch
        slot.pointee.sequence = sequence &+ UInt32(truncatingIfNeeded: index)
        slot.pointee.transitUs = Int32(clamping: (receivedNs &- capturedNs) / .microsecond)
        slot.pointee.text = wire.loadUnaligned(fromByteOffset: FrameLayout.textAt, as: PlateText.self)
        // In a read the speed follows the country.
        let inOrder = marks & 0xffff | (marks &>> 48) &<< 16 | (marks &>> 16) &<< 32 | remarks
        UnsafeMutableRawPointer(slot).storeBytes(of: inOrder, toByteOffset: ReadMarks.offset, as: UInt64.self)
    }
}
