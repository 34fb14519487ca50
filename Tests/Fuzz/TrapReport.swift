import Glibc

/// Names the frame on which the process died, so that it can be replayed alone.
enum TrapReport {
    /// The frame that is being opened. Written by the one thread, read by its own signal handler.
    // SAFE: one thread; a signal handler runs on it and sees its own stores.
    nonisolated(unsafe) static let current = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    static func install() {
        current.pointee = -1
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
            signal(number) { number in
                // Only calls that are safe in a signal handler: write and _exit.
                TrapReport.write("anprfuzz: trapped on frame ")
                TrapReport.write(TrapReport.current.pointee)
                TrapReport.write("; replay it with --from and --count 1\n")
                _exit(128 + number)
            }
        }
    }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func write(_ value: Int) {
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            var digit = UInt8(truncatingIfNeeded: 0x30 + value / divisor % 10)
            _ = Glibc.write(STDERR_FILENO, &digit, 1)
            divisor /= 10
        }
    }
}
