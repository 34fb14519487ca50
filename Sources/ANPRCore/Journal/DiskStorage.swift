import CLinux
import Glibc

/// The system's files. Writes go past the page cache (`O_DIRECT`) where the file system knows how: on the machine at
/// hand a megabyte is then on disk four times as soon, for an eighth of the processor's time (docs/DECISIONS.md).
package final class DiskStorage: Storage {
    package init() {}

    package func list(_ folder: String) throws(SystemError) -> [String] {
        do throws(SystemError) { return try Directory.names(folder) } catch {
            if error.isNotFound { return [] }
            throw error
        }
    }

    package func makeFolder(_ path: String) throws(SystemError) { try Directory.make(path) }

    package func create(_ path: String, bytes: Int) throws(SystemError) -> StorageFile {
        let fd = try openFile(path, O_RDWR | O_CREAT | O_EXCL)
        let result = clinux_fallocate(fd, Int64(bytes))
        guard result == 0 else {
            Glibc.close(fd)
            unlink(path)
            throw SystemError("fallocate", code: -result, subject: path)
        }
        return StorageFile(number: fd)
    }

    package func open(_ path: String, writable: Bool) throws(SystemError) -> StorageFile {
        guard !writable else { return StorageFile(number: try openFile(path, O_RDWR)) }
        let fd = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        // Logs are read from one end to the other: the disk is asked for what comes next while the last is looked at.
        posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL)
        return StorageFile(number: fd)
    }

    /// Readable by its owner and group only: it holds personal data.
    private func openFile(_ path: String, _ mode: CInt) throws(SystemError) -> CInt {
        var fd = Glibc.open(path, mode | O_CLOEXEC | clinux_o_direct(), 0o640)
        if fd < 0, errno == EINVAL {
            // A file system without direct writes.
            if mode & O_CREAT != 0 { unlink(path) }
            fd = Glibc.open(path, mode | O_CLOEXEC, 0o640)
        }
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        return fd
    }

    package func close(_ file: StorageFile) { Glibc.close(file.number) }

    package func size(_ file: StorageFile) throws(SystemError) -> Int {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemError("fstat", code: errno) }
        return Int(status.st_size)
    }

    package func read(
        _ file: StorageFile, at offset: Int, into bytes: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        while true {
            let n = pread(file.number, bytes.baseAddress, bytes.count, off_t(offset))
            if n >= 0 { return n }
            if errno != EINTR { throw SystemError("pread", code: errno) }
        }
    }

    package func write(
        _ file: StorageFile, at offset: Int, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(SystemError) {
        var done = 0
        let total = first.count + second.count
        while done < total {
            let inFirst = min(done, first.count)
            var parts = (
                iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress.map { $0 + inFirst }),
                    iov_len: first.count - inFirst),
                iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress.map { $0 + (done - inFirst) }),
                    iov_len: second.count - (done - inFirst))
            )
            let n = withUnsafePointer(to: &parts) {
                $0.withMemoryRebound(to: iovec.self, capacity: 2) { pwritev(file.number, $0, 2, off_t(offset + done)) }
            }
            if n < 0 {
                if errno == EINTR { continue }
                throw SystemError("pwritev", code: errno)
            }
            // A short write of a direct file ends at a page; nothing more fits when it is 0.
            guard n > 0 else { throw SystemError("pwritev", code: ENOSPC) }
            done += n
        }
    }

    package func sync(_ file: StorageFile) throws(SystemError) {
        guard fdatasync(file.number) == 0 else { throw SystemError("fdatasync", code: errno) }
    }

    package func syncFolder(_ path: String) throws(SystemError) { try Directory.sync(path) }

    package func rename(_ from: String, to: String) throws(SystemError) {
        guard Glibc.rename(from, to) == 0 else { throw SystemError("rename", code: errno, subject: from) }
    }

    package func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 else { throw SystemError("unlink", code: errno, subject: path) }
    }
}
