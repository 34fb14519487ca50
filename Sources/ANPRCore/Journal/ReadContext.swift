/// What a packed read is told by: the read before it in its block; before the first, the block's base time.
struct ReadContext: BitwiseCopyable {
    var camera: UInt32 = 0
    var epoch: UInt32 = 0
    var sequence: UInt32 = .max
    var capturedNs: Nanoseconds
    /// When the daemon received the read before, as far as its transit tells: a frame's reads are received at once, so
    /// a read's transit follows from its time.
    private var receivedNs: Nanoseconds
    /// The last eight bytes of a `Read`: country, speed, lane, confidence, class, flags.
    var marks: UInt64 = 0

    @inline(__always)
    init(baseNs: Nanoseconds) {
        capturedNs = baseNs
        receivedNs = baseNs
    }

    /// Transit in microseconds of a read that was received with the one before. Any number where times are absurd, but
    /// always the same.
    @inline(__always)
    func transitUs(capturedNs: Nanoseconds) -> UInt32 {
        UInt32(truncatingIfNeeded: (receivedNs &- capturedNs) / .microsecond)
    }

    /// WHY the later of two within a microsecond: a transit in whole microseconds places the instant at or before where
    /// it was, so the latest of a frame's comes nearest.
    @inline(__always)
    mutating func noteReceived(capturedNs: Nanoseconds, transitUs: Int32) {
        let ns = capturedNs &+ Nanoseconds(transitUs) &* .microsecond
        if UInt64(bitPattern: receivedNs &- ns) >= UInt64(Nanoseconds.microsecond) { receivedNs = ns }
    }
}
