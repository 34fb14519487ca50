import CLinux
import Glibc

/// Keeps a second daemon off a data directory, for as long as this one lives; the kernel lets go when a process dies.
package final class DirectoryLock: Sendable {
    private let fd: CInt

    /// Throws `InputProblems` when another process has it, and has it still after so long: a command at a plugin's
    /// ledger needs it for a moment.
    package init(_ folder: String, withinNs: Nanoseconds = 0) throws {
        try Directory.make(folder)
        let path = "\(folder)/lock"
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        let endNs = Clock.monotonicNs() + withinNs
        var result = clinux_lock(fd)
        while result != 0, Clock.monotonicNs() < endNs {
            Parker().park(nanoseconds: 20 * .millisecond) { true }
            result = clinux_lock(fd)
        }
        guard result == 0 else {
            close(fd)
            throw InputProblems(
                file: path, "another anprd uses this data directory; stop it, or give this one another directory")
        }
    }

    deinit { close(fd) }
}
