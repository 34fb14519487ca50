import Glibc

/// Small files that are written as a whole.
package enum TextFile {
    /// An existing file is written over.
    package static func write(_ text: String, path: String) throws(SystemError) {
        let fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        defer { close(fd) }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let n = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress! + done, $0.count - done) }
            if n < 0, errno != EINTR { throw SystemError("write", code: errno, subject: path) }
            done += max(0, n)
        }
    }
}
