import CLinux

/// What a packed read is told by: the read before it in its block; before the first, the block's base time.
/// Its `received_ns` is when the daemon received that read, as far as its transit tells: a frame's reads are received
/// at once, so a read's transit follows from its time.
typealias ReadContext = clinux_read_context

extension ReadContext {
    @inline(__always)
    init(baseNs: Nanoseconds) {
        self.init(camera: 0, epoch: 0, sequence: .max, captured_ns: baseNs, received_ns: baseNs, marks: 0)
    }

    /// Transit in microseconds of a read that was received with the one before. Any number where times are absurd, but
    /// always the same.
    @inline(__always)
    func transitUs(capturedNs: Nanoseconds) -> UInt32 {
        UInt32(truncatingIfNeeded: (received_ns &- capturedNs) / .microsecond)
    }

    /// WHY the later of two within a microsecond: a transit in whole microseconds places the instant at or before where
    /// it was, so the latest of a frame's comes nearest.
    @inline(__always)
    mutating func noteReceived(capturedNs: Nanoseconds, transitUs: Int32) {
        let ns = capturedNs &+ Nanoseconds(transitUs) &* .microsecond
        if UInt64(bitPattern: received_ns &- ns) >= UInt64(Nanoseconds.microsecond) { received_ns = ns }
    }
}
