import ANPRCore
import CLinux
import Glibc

/// A file descriptor, closed when nobody has it any more.
final class Descriptor {
    let number: CInt

    init(_ number: CInt) { self.number = number }

    deinit { close(number) }

    /// Neither is handed on to a program that is started, nor one of the first three.
    static func pipe() throws(SystemError) -> (read: Descriptor, write: Descriptor) {
        var ends: [CInt] = [-1, -1]
        _ = try checked("pipe2", "", clinux_pipe(&ends))
        let (read, write) = (Descriptor(ends[0]), Descriptor(ends[1]))
        return (try read.pastTheFirst(), try write.pastTheFirst())
    }

    // WHY: a daemon may run with its first three closed; a pipe's end there would be written over in the child before
    // it is put where it belongs.
    private func pastTheFirst() throws(SystemError) -> Descriptor {
        if number > 2 { return self }
        let other = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard other >= 0 else { throw SystemError("fcntl", code: errno, subject: "pipe") }
        return Descriptor(other)
    }

    func doNotWait() throws(SystemError) {
        guard fcntl(number, F_SETFL, O_NONBLOCK) == 0 else { throw SystemError("fcntl", code: errno, subject: "pipe") }
    }
}
