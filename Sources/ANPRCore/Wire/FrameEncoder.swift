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
        FrameSeal.write(base, count: bytes, key: key)
        return bytes
    }

    /// Writes only the header.
    package static func write(_ header: FrameHeader, to base: UnsafeMutableRawPointer) {
        base.put(FrameLayout.magic, at: 0)
        base.put(FrameLayout.version, at: FrameLayout.versionAt)
        base.put(header.flags, at: FrameLayout.flagsAt)
        base.put(header.count, at: FrameLayout.countAt)
        base.put(header.keyID, at: FrameLayout.keyIDAt)
        base.put(header.camera, at: FrameLayout.cameraAt)
        base.put(header.epoch, at: FrameLayout.epochAt)
        base.put(header.sequence, at: FrameLayout.sequenceAt)
        base.put(UInt32(0), at: FrameLayout.reservedAt)
        base.put(header.sentNs, at: FrameLayout.sentAt)
    }
}
