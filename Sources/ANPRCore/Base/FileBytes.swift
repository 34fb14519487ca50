import Glibc

/// A whole file in memory, read-only (mmap), or a plain error that names it.
package struct FileBytes: ~Copyable {
    /// Valid as long as this is: of one that has no name, use `array` or `string`.
    package let bytes: UnsafeRawBufferPointer

    package init(path: String) throws(SystemError) {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        defer { close(fd) }
        var status = stat()
        guard fstat(fd, &status) == 0 else { throw SystemError("fstat", code: errno, subject: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("open", code: EISDIR, subject: path) }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, fd, 0), base != MAP_FAILED else {
            throw SystemError("mmap", code: errno, subject: path)
        }
        madvise(base, size, MADV_SEQUENTIAL)
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }

    package var array: [UInt8] { Array(bytes) }
    package var string: String { String(decoding: bytes, as: UTF8.self) }
}
