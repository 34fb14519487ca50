import Glibc

/// A file that lines are appended to: buffered, written out whole lines at a time.
package final class LineFile {
    package let path: String
    private let fd: CInt
    private var buffer: [UInt8] = []
    package private(set) var linesWritten = 0
    /// Of the file, with what waits to be flushed.
    package private(set) var bytes = 0

    /// Appends to the file, or makes it (readable by its owner and group only: it holds personal data).
    package init(path: String, truncate: Bool = false) throws(SystemError) {
        self.path = path
        let mode = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0)
        fd = open(path, mode, 0o640)
        guard fd >= 0 else { throw SystemError("create", code: errno, subject: path) }
        bytes = Int(lseek(fd, 0, SEEK_END))
    }

    deinit { close(fd) }

    package func append(_ line: JSONLine) {
        buffer.append(contentsOf: line.bytes)
        bytes += line.bytes.count
        linesWritten += 1
    }

    package func append(_ line: String) {
        buffer.append(contentsOf: line.utf8)
        buffer.append(0x0a)
        bytes += line.utf8.count + 1
        linesWritten += 1
    }

    /// Cuts the file off, and forgets what waits.
    package func cut(to count: Int) throws(SystemError) {
        buffer.removeAll()
        guard ftruncate(fd, off_t(count)) == 0 else { throw SystemError("ftruncate", code: errno, subject: path) }
        bytes = count
    }

    /// What was flushed is on disk when this returns.
    package func sync() throws(SystemError) {
        guard fdatasync(fd) == 0 else { throw SystemError("fdatasync", code: errno, subject: path) }
    }

    /// Hands everything to the kernel. After an error nothing is forgotten: the rest is tried again next time.
    package func flush() throws(SystemError) {
        var done = 0
        defer { buffer.removeFirst(done) }
        while done < buffer.count {
            let n = buffer.withUnsafeBytes { write(fd, $0.baseAddress! + done, $0.count - done) }
            if n < 0 {
                if errno == EINTR { continue }
                throw SystemError("write", code: errno, subject: path)
            }
            done += n
        }
    }
}
