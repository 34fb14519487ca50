import ANPRCore
import Glibc

/// Signals as values: blocked everywhere, taken by the one thread that asks.
struct Signals {
    enum Event { case terminate, hangup, timeout }

    private var set = sigset_t()

    /// Before any thread is started: threads inherit the mask.
    init() {
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for a signal, at most so long.
    mutating func wait(milliseconds: Int) -> Event {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        let signal = sigtimedwait(&set, nil, &time)
        switch signal {
        case SIGHUP: return .hangup
        case SIGTERM, SIGINT: return .terminate
        default: return .timeout
        }
    }

    /// From now on a further SIGTERM or SIGINT ends the program at once.
    mutating func endAtOnceOnSecond() {
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(ExitCode.interrupted.rawValue) } }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
