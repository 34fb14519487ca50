import Glibc

/// A folder of a file system.
package final class DiskLedgerStorage: LedgerStorage {
    private let folder: String
    private var pages: [String: UnsafeMutableRawBufferPointer] = [:]
    private var opened: Set<LedgerFile> = []

    /// The folder is made when it is not there.
    package init(folder: String) throws(SystemError) {
        self.folder = folder
        try Directory.make(folder)
    }

    deinit {
        for page in pages.values { munmap(page.baseAddress!, page.count) }
        for file in opened { Glibc.close(CInt(file.number)) }
    }

    private func path(_ name: String) -> String { folder + "/" + name }

    package func list() throws(SystemError) -> [String] { try Directory.names(folder) }

    /// Readable by its owner and group only: it holds personal data.
    package func open(_ name: String) throws(SystemError) -> LedgerFile {
        let fd = Glibc.open(path(name), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path(name)) }
        do { try Directory.sync(folder) } catch {
            Glibc.close(fd)
            throw error
        }
        let file = LedgerFile(number: Int(fd))
        opened.insert(file)
        return file
    }

    package func close(_ file: LedgerFile) {
        if opened.remove(file) != nil { Glibc.close(CInt(file.number)) }
    }

    package func append(_ bytes: UnsafeRawBufferPointer, to file: LedgerFile) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let n = write(CInt(file.number), bytes.baseAddress! + done, bytes.count - done)
            if n < 0 {
                if errno == EINTR { continue }
                throw SystemError("write", code: errno, subject: folder)
            }
            done += n
        }
    }

    package func sync(_ file: LedgerFile) throws(SystemError) {
        guard fdatasync(CInt(file.number)) == 0 else { throw SystemError("fdatasync", code: errno, subject: folder) }
    }

    package func truncate(_ file: LedgerFile, to count: Int) throws(SystemError) {
        guard ftruncate(CInt(file.number), off_t(count)) == 0 else {
            throw SystemError("ftruncate", code: errno, subject: folder)
        }
    }

    package func rename(_ name: String, to newName: String) throws(SystemError) {
        guard Glibc.rename(path(name), path(newName)) == 0 else {
            throw SystemError("rename", code: errno, subject: path(name))
        }
        try Directory.sync(folder)
    }

    package func remove(_ name: String) throws(SystemError) {
        guard unlink(path(name)) == 0 || errno == ENOENT else {
            throw SystemError("unlink", code: errno, subject: path(name))
        }
        try Directory.sync(folder)
    }

    package func read(_ name: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        let path = path(name)
        let fd = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        defer { Glibc.close(fd) }
        var failure: CInt?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let n = pread(fd, buffer.baseAddress! + done, count - done, off_t(offset + done))
                if n < 0, errno == EINTR { continue }
                if n < 0 { failure = errno }
                if n <= 0 { break }
                done += n
            }
        }
        if let failure { throw SystemError("pread", code: failure, subject: path) }
        return bytes
    }

    package func page(_ name: String) throws(SystemError) -> UnsafeMutableRawBufferPointer {
        if let page = pages[name] { return page }
        let fd = Glibc.open(path(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path(name)) }
        defer { Glibc.close(fd) }
        // Blocks and not only a size: a store into a page that the disk has no room for would end the process.
        let problem = posix_fallocate(fd, 0, off_t(Self.pageBytes))
        guard problem == 0 else { throw SystemError("posix_fallocate", code: problem, subject: path(name)) }
        guard let base = mmap(nil, Self.pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), base != MAP_FAILED
        else { throw SystemError("mmap", code: errno, subject: path(name)) }
        let page = UnsafeMutableRawBufferPointer(start: base, count: Self.pageBytes)
        pages[name] = page
        return page
    }
}
