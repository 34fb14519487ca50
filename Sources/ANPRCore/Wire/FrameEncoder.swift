/// Makes frames, as a camera does. The inverse of `FrameDecoder`.
package enum FrameEncoder {
    /// Writes one frame and returns its length in bytes.
    ///
    /// `header.count` must be `reads.count`, 1 to `Limits.frameReadsMax`. Without a key the tag is zero, which only a
    /// daemon in laboratory mode takes.
    package static func encode(
        _ reads: UnsafeBufferPointer<WireRead>, header: FrameHeader, key: SipKey?,
        into out: UnsafeMutableRawBufferPointer
    ) -> Int {
        let bytes = header.bytes
        precondition(reads.count == Int(header.count) && reads.count >= 1 && reads.count <= Limits.frameReadsMax)
        precondition(out.count >= bytes, "the buffer is too small for the frame")
        let base = out.baseAddress!
        write(header, to: base)
        // SAFE: WireRead's layout is the wire's on a little-endian machine (LayoutTests); the room was checked above.
        (base + FrameLayout.headerBytes).copyMemory(
            from: reads.baseAddress!, byteCount: reads.count * FrameLayout.readBytes)
        let sealed = bytes - FrameLayout.tagBytes
        let seal = key.map { SipHash.seal(UnsafeRawBufferPointer(start: base, count: sealed), key: $0) }
        store(seal?.low ?? 0, base, sealed)
        store(seal?.high ?? 0, base, sealed + 8)
        return bytes
    }

    /// Writes only the header.
    package static func write(_ header: FrameHeader, to base: UnsafeMutableRawPointer) {
        store(FrameLayout.magic, base, 0)
        store(FrameLayout.version, base, FrameLayout.versionAt)
        store(header.flags, base, FrameLayout.flagsAt)
        store(header.count, base, FrameLayout.countAt)
        store(header.keyID, base, FrameLayout.keyIDAt)
        store(header.camera, base, FrameLayout.cameraAt)
        store(header.epoch, base, FrameLayout.epochAt)
        store(header.sequence, base, FrameLayout.sequenceAt)
        store(UInt32(0), base, FrameLayout.reservedAt)
        store(header.sentNs, base, FrameLayout.sentAt)
    }

    @inline(__always)
    private static func store<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T, _ base: UnsafeMutableRawPointer, _ at: Int
    ) { (base + at).storeBytes(of: value.littleEndian, as: T.self) }
}
