import Glibc

/// How fast the traffic's time runs.
package enum Pace: Sendable, Equatable {
    /// As fast as it can be sent.
    case flatOut
    /// So many times real time; 1 is real time.
    case times(Double)
}

/// Says how long to wait until an instant of the traffic's time has come on the machine's clock.
///
/// Its zero is the instant given, or else the first that it is asked about; that is the machine's time when it is first
/// asked.
package struct Pacer {
    private let pace: Pace
    private var firstDueNs: Nanoseconds?
    private var firstWallNs: Nanoseconds?

    init(_ pace: Pace, fromNs: Nanoseconds? = nil) {
        self.pace = pace
        firstDueNs = fromNs
    }

    /// Nanoseconds from `nowNs` (monotonic) until `dueNs`; 0 or less when it is past.
    mutating func waitNs(dueNs: Nanoseconds, nowNs: Nanoseconds) -> Nanoseconds {
        guard case .times(let factor) = pace else { return 0 }
        let fromNs = firstDueNs ?? dueNs
        let sinceNs = firstWallNs ?? nowNs
        firstDueNs = fromNs
        firstWallNs = sinceNs
        return sinceNs + Nanoseconds(Double(dueNs - fromNs) / factor) - nowNs
    }

    /// Sleeps: an instant is what is awaited.
    static func pause(_ ns: Nanoseconds) { pauseUntil(Clock.monotonicNs() + ns) }

    /// Until an instant of the monotonic clock.
    package static func pauseUntil(_ untilNs: Nanoseconds) {
        var until = timespec(tv_sec: Int(untilNs / .second), tv_nsec: Int(untilNs % .second))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nil) == EINTR {}
    }
}
