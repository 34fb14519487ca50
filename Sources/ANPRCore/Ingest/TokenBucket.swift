/// How many frames a second someone may send, and how many at once.
package struct FrameQuota: BitwiseCopyable, Equatable, Sendable {
    package let framesPerSecond: UInt32
    /// Frames that may come at one instant after a pause.
    package let burst: UInt32

    package init(framesPerSecond: UInt32, burst: UInt32) {
        precondition(framesPerSecond >= 1 && burst >= 1)
        self.framesPerSecond = framesPerSecond
        self.burst = burst
    }
}

/// A token bucket in 16 bytes: what was drawn from it, and when that was. All zero: full.
///
/// What is drawn is counted in frames times nanoseconds a second, so that each rate that is a whole number is held
/// exactly, by integers, with no remainder that is lost between calls. Time is handed in.
package struct TokenBucket: BitwiseCopyable, Equatable, Sendable {
    /// 0: full; a frame is `frameWeight`. At most 2^32 * 10^9, which is below 2^62.
    private var drawn: UInt64 = 0
    private var atNs: Nanoseconds = 0

    private static let frameWeight: UInt64 = 1_000_000_000
    /// Receivers read their clocks once a turn, so instants of one bucket may come out of order by this much; a clock
    /// that goes back further was set.
    private static let disorderNs: Nanoseconds = .second

    package init() {}

    /// Draws for one frame, if there is enough.
    @inline(__always)
    package mutating func admits(_ quota: FrameQuota, nowNs: Nanoseconds) -> Bool {
        refill(quota, nowNs: nowNs)
        let after = drawn &+ Self.frameWeight
        guard after <= UInt64(quota.burst) &* Self.frameWeight else { return false }
        drawn = after
        return true
    }

    @inline(__always)
    package var isFull: Bool { drawn == 0 }

    @inline(__always)
    private mutating func refill(_ quota: FrameQuota, nowNs: Nanoseconds) {
        let (elapsedNs, overflow) = nowNs.subtractingReportingOverflow(atNs)
        // An overflow forwards is longer than any bucket takes to fill; backwards, a clock that was set.
        if elapsedNs < 0 && !overflow || overflow && nowNs < atNs {
            // Time that counted once must not count again when a clock lags; a clock that was set back would stop the
            // bucket for as long as it was set back, so time goes on from there.
            if overflow || elapsedNs < -Self.disorderNs { atNs = nowNs }
            return
        }
        atNs = nowNs
        let (filled, isMore) = UInt64(bitPattern: elapsedNs).multipliedReportingOverflow(
            by: UInt64(quota.framesPerSecond))
        drawn = overflow || isMore || filled >= drawn ? 0 : drawn &- filled
    }
}
