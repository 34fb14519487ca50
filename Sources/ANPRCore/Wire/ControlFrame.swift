/// Opens and makes control frames: the wire's way back, and a camera's question for it.
///
/// As with data frames, nothing is believed before the tag holds. Each call is bounded by one frame, allocates nothing
/// and never traps on what came, whatever the bytes.
package enum ControlFrame {
    /// Whether the bytes claim to be a control frame, so that whoever hears both kinds knows which parser to ask.
    @inline(__always)
    package static func isClaimed(by bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 4, let base = bytes.baseAddress else { return false }
        return load(base, 0, UInt32.self) == ControlLayout.magic
    }

    /// The header, if the bytes have the shape of a control frame of that kind: its ranges, too, are in order.
    package static func header(
        of bytes: UnsafeRawBufferPointer, taking kind: ControlKind
    ) throws(FrameRefusal) -> ControlHeader {
        guard bytes.count >= ControlLayout.frameBytesMin, let base = bytes.baseAddress else { throw .tooShort }
        guard bytes.count <= ControlLayout.frameBytesMax else { throw .tooLong }
        // SAFE: every offset below is inside the 32 bytes of header, and they are there.
        guard load(base, 0, UInt32.self) == ControlLayout.magic else { throw .badMagic }
        guard load(base, ControlLayout.versionAt, UInt8.self) == ControlLayout.version else { throw .badVersion }
        guard load(base, ControlLayout.kindAt, UInt8.self) == kind.rawValue else { throw .badFlags }
        var header = ControlHeader(
            kind, camera: load(base, ControlLayout.cameraAt, UInt32.self),
            epoch: load(base, ControlLayout.epochAt, UInt32.self),
            first: load(base, ControlLayout.firstAt, UInt32.self), next: load(base, ControlLayout.nextAt, UInt32.self),
            keyID: load(base, ControlLayout.keyIDAt, UInt8.self),
            sentNs: load(base, ControlLayout.sentAt, Nanoseconds.self))
        header.count = load(base, ControlLayout.countAt, UInt8.self)
        let countMax = kind == .heartbeat ? 0 : ControlLayout.rangesMax
        guard Int(header.count) <= countMax, header.first <= header.next else { throw .badCount }
        guard bytes.count == header.bytes else { throw .badLength }
        guard areInOrder(bytes, header) else { throw .badCount }
        return header
    }

    /// Ascending, none empty, none over another, all inside first ..< next.
    private static func areInOrder(_ bytes: UnsafeRawBufferPointer, _ header: ControlHeader) -> Bool {
        var from = UInt64(header.first)
        for i in 0..<Int(header.count) {
            let range = range(bytes, at: i)
            guard range.count > 0, UInt64(range.first) >= from, range.end <= UInt64(header.next) else { return false }
            from = range.end
        }
        return true
    }

    /// Range `index` of a frame. `index` is below the header's count.
    @inline(__always)
    package static func range(_ bytes: UnsafeRawBufferPointer, at index: Int) -> SequenceRange {
        // SAFE: header(of:taking:) held the length against the count.
        let base = bytes.baseAddress! + ControlLayout.headerBytes + index &* ControlLayout.rangeBytes
        return SequenceRange(first: load(base, 0, UInt32.self), count: load(base, 4, UInt32.self))
    }

    /// Whether the tag was made with the key. `bytes` has the shape of a control frame.
    package static func isSealed(_ bytes: UnsafeRawBufferPointer, by key: SipKey) -> Bool {
        // The tag is made and placed as a data frame's.
        FrameDecoder.isSealed(bytes, by: key)
    }

    /// Writes one frame and returns its length in bytes. The header's count is taken from the ranges.
    ///
    /// The ranges must be such as `header(of:taking:)` takes. Without a key the tag is zero, which only a laboratory
    /// takes.
    package static func encode(
        _ header: ControlHeader, ranges: UnsafeBufferPointer<SequenceRange>, key: SipKey?,
        into out: UnsafeMutableRawBufferPointer
    ) -> Int {
        precondition(ranges.count <= (header.kind == .heartbeat ? 0 : ControlLayout.rangesMax))
        let bytes = ControlLayout.frameBytes(ranges: ranges.count)
        precondition(out.count >= bytes, "the buffer is too small for the frame")
        let base = out.baseAddress!
        store(ControlLayout.magic, base, 0)
        store(ControlLayout.version, base, ControlLayout.versionAt)
        store(header.kind.rawValue, base, ControlLayout.kindAt)
        store(UInt8(ranges.count), base, ControlLayout.countAt)
        store(header.keyID, base, ControlLayout.keyIDAt)
        store(header.camera, base, ControlLayout.cameraAt)
        store(header.epoch, base, ControlLayout.epochAt)
        store(header.first, base, ControlLayout.firstAt)
        store(header.next, base, ControlLayout.nextAt)
        store(header.sentNs, base, ControlLayout.sentAt)
        for i in 0..<ranges.count {
            let at = ControlLayout.headerBytes + i * ControlLayout.rangeBytes
            store(ranges[i].first, base, at)
            store(ranges[i].count, base, at + 4)
        }
        let sealed = bytes - ControlLayout.tagBytes
        let seal = key.map { SipHash.seal(UnsafeRawBufferPointer(start: base, count: sealed), key: $0) }
        store(seal?.low ?? 0, base, sealed)
        store(seal?.high ?? 0, base, sealed + 8)
        return bytes
    }

    @inline(__always)
    private static func load<T: FixedWidthInteger & BitwiseCopyable>(
        _ base: UnsafeRawPointer, _ at: Int, _ type: T.Type
    ) -> T { T(littleEndian: (base + at).loadUnaligned(as: T.self)) }

    @inline(__always)
    private static func store<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T, _ base: UnsafeMutableRawPointer, _ at: Int
    ) { (base + at).storeBytes(of: value.littleEndian, as: T.self) }
}
