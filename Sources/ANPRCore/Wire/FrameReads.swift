import CLinux

/// A frame's reads whose plates are prepared, to be written into slots; which of them are plain, so that `write` makes
/// of them what `FrameDecoder.decode` would.
struct FrameReads {
    /// A bit for each read with nothing about it that is out of the ordinary: its plate is known, it was captured
    /// within the frame's span, and its fields hold what the protocol defines, the whole of its text among them.
    let plain: UInt64
    private let frame: clinux_frame
    private let words: FrameWords
    /// The machine takes them side by side, and has begun to: the frame's heads are there.
    private let isSideBySide: Bool

    /// `prepared` has a bit for each read whose plate and skeleton are among the words. A time within `spanNs` is so
    /// near to `receivedNs` that the difference is no overflow.
    @inline(__always)
    init(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, prepared: UInt64, _ words: FrameWords,
        receivedNs: Nanoseconds, spanNs: ClosedRange<Nanoseconds>, remarks: ReadFlags
    ) {
        self.words = words
        // SAFE: header(of:) held the length against the count.
        frame = clinux_frame(
            reads: bytes.baseAddress! + FrameLayout.headerBytes, count: UInt32(header.count), camera: header.camera,
            epoch: header.epoch, sequence: header.sequence, received_ns: receivedNs, earliest_ns: spanNs.lowerBound,
            length_ns: UInt64(bitPattern: spanNs.upperBound &- spanNs.lowerBound),
            remarks: UInt64(remarks.rawValue) &<< 56)
        var usual: UInt64 = 0
        isSideBySide = withUnsafePointer(to: frame) { clinux_usual_reads($0, words.heads, &usual) != 0 }
        plain = prepared & (isSideBySide ? usual : Self.usual(frame))
    }

    /// One by one.
    static func usual(_ frame: clinux_frame) -> UInt64 {
        var usual: UInt64 = 0
        for i in 0..<Int(frame.count) {
            let wire = frame.reads + i &* FrameLayout.readBytes
            let ageNs = UInt64(bitPattern: wire.loadUnaligned(as: Nanoseconds.self) &- frame.earliest_ns)
            let odd = oddBits(wire.loadUnaligned(fromByteOffset: FrameLayout.marksAt, as: UInt64.self))
            // WHY no `&&`: a branch for each costs more than both.
            let isUsual: UInt64 = (ageNs <= frame.length_ns ? 1 : 0) & (odd == 0 ? 1 : 0)
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
    func skeleton(_ index: Int) -> Skeleton { Skeleton(word: words.skeletons[index]) }

    /// Writes reads that are all plain.
    @inline(__always)
    func write(from first: Int, into slots: UnsafeMutableBufferPointer<Read>) {
        guard isSideBySide else {
            for i in 0..<slots.count { write(first &+ i, into: slots.baseAddress! + i) }
            return
        }
        withUnsafePointer(to: frame) {
            clinux_write_reads(
                $0, words.heads, words.plates, words.skeletons, UInt32(truncatingIfNeeded: first),
                UInt32(truncatingIfNeeded: slots.count), slots.baseAddress)
        }
    }

    /// Writes a plain read.
    @inline(__always)
    func write(_ index: Int, into slot: UnsafeMutablePointer<Read>) {
        let wire = frame.reads + index &* FrameLayout.readBytes
        let capturedNs = wire.loadUnaligned(as: Nanoseconds.self)
        let marks = wire.loadUnaligned(fromByteOffset: FrameLayout.marksAt, as: UInt64.self)
        slot.pointee.plate = Plate(word: words.plates[index])
        slot.pointee.skeleton = Skeleton(word: words.skeletons[index])
        slot.pointee.capturedNs = capturedNs
        slot.pointee.camera = frame.camera
        slot.pointee.epoch = frame.epoch
        slot.pointee.sequence = frame.sequence &+ UInt32(truncatingIfNeeded: index)
        slot.pointee.transitUs = Int32(clamping: (frame.received_ns &- capturedNs) / .microsecond)
        slot.pointee.text = wire.loadUnaligned(fromByteOffset: FrameLayout.textAt, as: PlateText.self)
        // In a read the speed follows the country.
        let inOrder = marks & 0xffff | (marks &>> 48) &<< 16 | (marks &>> 16) &<< 32 | frame.remarks
        UnsafeMutableRawPointer(slot).storeBytes(of: inOrder, toByteOffset: ReadMarks.offset, as: UInt64.self)
    }
}

/// What is worked out of a frame's reads before they are written: of each its plate, its skeleton, and its sequence and
/// transit.
struct FrameWords: BitwiseCopyable {
    let plates: UnsafeMutablePointer<UInt64>
    let skeletons: UnsafeMutablePointer<UInt64>
    let heads: UnsafeMutablePointer<UInt64>

    static let readsMax = 64

    /// In memory for three words of each read.
    init(_ base: UnsafeMutablePointer<UInt64>) {
        plates = base
        skeletons = base + Self.readsMax
        heads = base + 2 * Self.readsMax
    }
}
