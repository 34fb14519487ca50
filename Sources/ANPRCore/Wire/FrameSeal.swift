/// The tag at the end of every frame, of either kind: SipHash-2-4-128 of all that stands before it.
package enum FrameSeal {
    /// Whether the tag was made with the key. `bytes` has the shape of a frame.
    @inline(__always)
    package static func holds(_ bytes: UnsafeRawBufferPointer, by key: SipKey) -> Bool {
        let sealed = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - FrameLayout.tagBytes)])
        return SipHash.seal(sealed, key: key).matches(claimed(by: bytes))
    }

    /// The tag at a frame's end.
    @inline(__always)
    static func claimed(by bytes: UnsafeRawBufferPointer) -> Seal {
        let tag = bytes.baseAddress! + (bytes.count - FrameLayout.tagBytes)
        return Seal(low: tag.number(at: 0, UInt64.self), high: tag.number(at: 8, UInt64.self))
    }

    /// Writes the tag of a frame of `count` bytes; zeros without a key.
    @inline(__always)
    static func write(_ base: UnsafeMutableRawPointer, count: Int, key: SipKey?) {
        let sealed = count - FrameLayout.tagBytes
        let seal = key.map { SipHash.seal(UnsafeRawBufferPointer(start: base, count: sealed), key: $0) }
        base.put(seal?.low ?? 0, at: sealed)
        base.put(seal?.high ?? 0, at: sealed + 8)
    }
}
