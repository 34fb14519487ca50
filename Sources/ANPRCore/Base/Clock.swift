import Glibc

/// Nanoseconds since 1970-01-01T00:00:00Z: the unit of every instant in the engine, on the wire and on disk.
package typealias Nanoseconds = Int64

extension Nanoseconds {
    package static let microsecond: Nanoseconds = 1_000
    package static let millisecond: Nanoseconds = 1_000_000
    package static let second: Nanoseconds = 1_000_000_000
    package static let hour: Nanoseconds = 3_600 * second
    package static let day: Nanoseconds = 24 * hour
}

/// The machine's clocks. Read at the edge, once a turn; the engine's logic is handed instants.
package enum Clock {
    /// UTC; may jump.
    package static func wallNs() -> Nanoseconds { read(CLOCK_REALTIME) }
    /// Never goes back; for durations.
    package static func monotonicNs() -> Nanoseconds { read(CLOCK_MONOTONIC) }
    /// CPU time of this process.
    package static func processCPUNs() -> Nanoseconds { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Nanoseconds {
        var t = timespec()
        let result = clock_gettime(clock, &t)
        precondition(result == 0, "clock_gettime cannot fail with a clock that exists")
        return Nanoseconds(t.tv_sec) * .second + Nanoseconds(t.tv_nsec)
    }
}
