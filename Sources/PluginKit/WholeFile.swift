import ANPRCore
import Glibc

/// Files that are there as a whole or not at all, also through a crash. Waits for the disk: for a courier's thread.
package enum WholeFile {
    /// In its place and on disk when this returns; folders that are missing are made. Another file of that name is
    /// replaced. One writer a file.
    package static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let folder = path.contains("/") ? path[..<(path.lastIndex(of: "/") ?? path.startIndex)] : "."
        try Directory.make(String(folder))
        let temporary = path + ".new"
        do throws(SystemError) {
            try put(bytes, temporary)
            guard rename(temporary, path) == 0 else { throw SystemError("rename", code: errno, subject: path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try Directory.sync(String(folder))
    }

    private static func put(_ bytes: [UInt8], _ path: String) throws(SystemError) {
        let fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        defer { close(fd) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno != EINTR { throw SystemError("write", code: errno, subject: path) }
            done += max(0, count)
        }
        guard fsync(fd) == 0 else { throw SystemError("fsync", code: errno, subject: path) }
    }
}
