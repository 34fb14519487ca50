/// Opens frames: shape first, then (by the caller) camera and key, then the tag, then the reads.
///
/// Nothing of a frame is believed before its tag holds; until then only its shape is looked at, and nothing is written.
/// Each call is bounded by one frame, allocates nothing and never traps, whatever the bytes.
package struct FrameDecoder: ~Copyable {
    private let symbols = SymbolTable()
    /// Of the frame that was prepared last.
    private let memory = Slab<UInt64>(count: 3 * FrameWords.readsMax)

    package init() {}

    /// The header, if the bytes have the shape of a frame.
    @inline(__always)
    package static func header(of bytes: UnsafeRawBufferPointer) throws(FrameRefusal) -> FrameHeader {
        guard bytes.count >= FrameLayout.frameBytesMin, let base = bytes.baseAddress else { throw .tooShort }
        guard bytes.count <= FrameLayout.frameBytesMax else { throw .tooLong }
        // SAFE: every offset below is inside the 32 bytes of header, and at least one whole frame is there.
        guard base.number(at: 0, UInt32.self) == FrameLayout.magic else { throw .badMagic }
        guard base.number(at: FrameLayout.versionAt, UInt8.self) == FrameLayout.version else { throw .badVersion }
        guard base.number(at: FrameLayout.flagsAt, UInt8.self) == 0,
            base.number(at: FrameLayout.reservedAt, UInt32.self) == 0
        else { throw .badFlags }
        let header = FrameHeader(
            camera: base.number(at: FrameLayout.cameraAt, UInt32.self),
            epoch: base.number(at: FrameLayout.epochAt, UInt32.self),
            sequence: base.number(at: FrameLayout.sequenceAt, UInt32.self),
            count: base.number(at: FrameLayout.countAt, UInt8.self),
            keyID: base.number(at: FrameLayout.keyIDAt, UInt8.self),
            sentNs: base.number(at: FrameLayout.sentAt, Nanoseconds.self))
        // The last sequence of an epoch must be a sequence too: a camera that gets there starts a new epoch.
        guard header.count >= 1, header.count <= UInt8(Limits.frameReadsMax),
            header.sequence <= UInt32.max - UInt32(header.count)
        else { throw .badCount }
        guard bytes.count == header.bytes else { throw .badLength }
        return header
    }

    /// Read `index` of a frame as it stands in it. `index` is below the header's count.
    @inline(__always)
    package static func wireRead(_ bytes: UnsafeRawBufferPointer, at index: Int) -> WireRead {
        // SAFE: header(of:) held the length against the count.
        (bytes.baseAddress! + FrameLayout.headerBytes + index &* FrameLayout.readBytes).loadUnaligned(as: WireRead.self)
    }

    /// Reads the texts of a frame that `header(of:)` has held, side by side, and finds out which of its reads are
    /// plain. What it returns is good until the next call.
    @inline(__always)
    func reads(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, receivedNs: Nanoseconds,
        spanNs: ClosedRange<Nanoseconds>, remarks: ReadFlags
    ) -> FrameReads {
        // SAFE: header(of:) held the length against the count; a text is the 16 bytes from `textAt` on of its read.
        let texts = bytes.baseAddress! + (FrameLayout.headerBytes + FrameLayout.textAt)
        let words = FrameWords(memory.base)
        let prepared = symbols.plates(
            of: texts, stride: FrameLayout.readBytes, count: Int(header.count), words.plates, words.skeletons)
        return FrameReads(
            header, bytes, prepared: prepared, words, receivedNs: receivedNs, spanNs: spanNs, remarks: remarks)
    }

    /// Turns a read of a frame into a read of the engine: the text becomes a plate and its skeleton.
    ///
    /// `receivedNs` is the daemon's clock. A text that is no plate is kept and flagged. A value that the protocol does
    /// not define is flagged too, and becomes unknown (class, country) or the nearest that is defined (confidence).
    @inline(__always)
    package func decode(
        _ wire: WireRead, camera: UInt32, epoch: UInt32, sequence: UInt32, receivedNs: Nanoseconds,
        into slot: UnsafeMutablePointer<Read>
    ) {
        var flags = ReadFlags(rawValue: wire.flags.rawValue & ReadFlags.wireMask)
        let isOdd = wire.flags.rawValue & ~ReadFlags.wireMask != 0 || wire.confidence > 100
        if isOdd || !wire.vehicleClass.isDefined || !wire.country.isDefined { flags.insert(.oddField) }
        // A text that was cut is not the plate: its beginning could be another vehicle's.
        let (plate, skeleton) = flags.contains(.textCut) ? (.none, Skeleton(word: 0)) : symbols.plate(of: wire.text)
        if plate.isNone { flags.insert(.unparseable) }
        let (transitNs, overflow) = receivedNs.subtractingReportingOverflow(wire.capturedNs)
        let transitUs = overflow ? (wire.capturedNs < 0 ? .max : .min) : transitNs / .microsecond
        slot.pointee = Read(
            plate: plate, skeleton: skeleton, capturedNs: wire.capturedNs, camera: camera, epoch: epoch,
            sequence: sequence, transitUs: Int32(clamping: transitUs), text: wire.text,
            country: wire.country.isDefined ? wire.country : .unknown,
            speedDecikmh: wire.speedDecikmh, lane: wire.lane, confidence: min(wire.confidence, 100),
            vehicleClass: wire.vehicleClass.isDefined ? wire.vehicleClass : .unknown, flags: flags)
    }
}

extension VehicleClass {
    @inline(__always)
    fileprivate var isDefined: Bool { code <= VehicleClass.motorcycle.code }
}

extension Country {
    /// Unknown, or two upper-case letters: whatever else came would go on into files and messages.
    @inline(__always)
    fileprivate var isDefined: Bool {
        let first = UInt8(truncatingIfNeeded: code)
        let second = UInt8(truncatingIfNeeded: code &>> 8)
        // SAFE: below "A" wraps to far above 25.
        return code == 0 || (first &- 0x41 < 26 && second &- 0x41 < 26)
    }
}
