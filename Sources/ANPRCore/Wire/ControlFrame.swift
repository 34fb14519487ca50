/// Opens and makes control frames: the wire's way back, and a camera's question for it.
///
/// As with data frames, nothing is believed before the tag holds. Each call is bounded by one frame, allocates nothing
/// and never traps on what came, whatever the bytes.
package enum ControlFrame {
    /// Whether the bytes claim to be a control frame, so that whoever hears both kinds knows which parser to ask.
    @inline(__always)
    package static func isClaimed(by bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 4, let base = bytes.baseAddress else { return false }
        return base.number(at: 0, UInt32.self) == ControlLayout.magic
    }

    /// The header, if the bytes have the shape of a control frame of that kind: its ranges, too, are in order.
    package static func header(
        of bytes: UnsafeRawBufferPointer, taking kind: ControlKind
    ) throws(FrameRefusal) -> ControlHeader {
        guard bytes.count >= ControlLayout.frameBytesMin, let base = bytes.baseAddress else { throw .tooShort }
        guard bytes.count <= ControlLayout.frameBytesMax else { throw .tooLong }
        // SAFE: every offset below is inside the 32 bytes of header, and they are there.
        guard base.number(at: 0, UInt32.self) == ControlLayout.magic else { throw .badMagic }
        guard base.number(at: ControlLayout.versionAt, UInt8.self) == ControlLayout.version else { throw .badVersion }
        guard base.number(at: ControlLayout.kindAt, UInt8.self) == kind.rawValue else { throw .badFlags }
        var header = ControlHeader(
            kind, camera: base.number(at: ControlLayout.cameraAt, UInt32.self),
            epoch: base.number(at: ControlLayout.epochAt, UInt32.self),
            first: base.number(at: ControlLayout.firstAt, UInt32.self),
            next: base.number(at: ControlLayout.nextAt, UInt32.self),
            keyID: base.number(at: ControlLayout.keyIDAt, UInt8.self),
            sentNs: base.number(at: ControlLayout.sentAt, Nanoseconds.self))
        header.count = base.number(at: ControlLayout.countAt, UInt8.self)
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
        return SequenceRange(first: base.number(at: 0, UInt32.self), count: base.number(at: 4, UInt32.self))
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
        base.put(ControlLayout.magic, at: 0)
        base.put(ControlLayout.version, at: ControlLayout.versionAt)
        base.put(header.kind.rawValue, at: ControlLayout.kindAt)
        base.put(UInt8(ranges.count), at: ControlLayout.countAt)
        base.put(header.keyID, at: ControlLayout.keyIDAt)
        base.put(header.camera, at: ControlLayout.cameraAt)
        base.put(header.epoch, at: ControlLayout.epochAt)
        base.put(header.first, at: ControlLayout.firstAt)
        base.put(header.next, at: ControlLayout.nextAt)
        base.put(header.sentNs, at: ControlLayout.sentAt)
        for i in 0..<ranges.count {
            let at = ControlLayout.headerBytes + i * ControlLayout.rangeBytes
            base.put(ranges[i].first, at: at)
            base.put(ranges[i].count, at: at + 4)
        }
        FrameSeal.write(base, count: bytes, key: key)
        return bytes
    }
}
