import Glibc

/// A file that lines are appended to: buffered, written out whole lines at a time.
package final class LineFile {
    package let path: String
    private let fd: CInt
    private var buffer: [UInt8] = []
    package private(set) var linesWritten = 0

    /// Appends to the file, or makes it (readable by its owner and group only: it holds personal data).
    package init(path: String, truncate: Bool = false) throws(SystemError) {
        self.path = path
        let mode = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0)
        fd = open(path, mode, 0o640)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
    }

    deinit { close(fd) }

    package func append(_ line: JSONLine) {
        buffer.append(contentsOf: line.bytes)
        linesWritten += 1
    }

    package func append(_ line: String) {
        buffer.append(contentsOf: line.utf8)
        buffer.append(0x0a)
        linesWritten += 1
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
