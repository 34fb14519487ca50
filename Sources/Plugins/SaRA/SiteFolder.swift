import ANPRCore
import Glibc

/// The site's folder: a file is there as a whole or not at all, and stays once `sync` has returned.
struct SiteFolder {
    let path: String
    /// Folders in which a name came or went since the last `sync`.
    private var changed: Set<String> = []

    init(path: String) { self.path = path }

    mutating func makeFolder(_ name: String) throws(SystemError) {
        let folder = path + (name.isEmpty ? "" : "/" + name)
        guard mkdir(folder, 0o755) == 0 else {
            if errno == EEXIST { return }
            // Those above it are made as well.
            if errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
                let above = String(folder[..<slash])
                var parent = SiteFolder(path: above)
                try parent.makeFolder("")
                guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                    throw SystemError("mkdir", code: errno, subject: folder)
                }
                return
            }
            throw SystemError("mkdir", code: errno, subject: folder)
        }
    }

    /// Nil when it is not there.
    func read(_ name: String) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) { return try FileBytes(path: path + "/" + name).array } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    /// False: it held that already, and nothing was done.
    @discardableResult
    mutating func write(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> Bool {
        if let there = try read(name), there == bytes { return false }
        let file = path + "/" + name
        let new = file + ".new"
        let fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: new) }
        let code = Self.fill(fd, bytes)
        close(fd)
        guard code == 0, rename(new, file) == 0 else {
            let failed = code == 0 ? errno : code
            unlink(new)
            throw SystemError("write", code: failed, subject: new)
        }
        note(name)
        return true
    }

    /// 0, or what went wrong.
    private static func fill(_ fd: CInt, _ bytes: [UInt8]) -> CInt {
        bytes.withUnsafeBytes { raw in
            var done = 0
            while done < raw.count {
                let count = Glibc.write(fd, raw.baseAddress.map { $0 + done }, raw.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count == 0 ? EIO : errno }
                done += count
            }
            return fdatasync(fd) == 0 ? 0 : errno
        }
    }

    /// It need not be there.
    mutating func remove(_ name: String) throws(SystemError) {
        guard unlink(path + "/" + name) == 0 else {
            if errno == ENOENT { return }
            throw SystemError("unlink", code: errno, subject: name)
        }
        note(name)
    }

    /// Names of a folder's files.
    func names(_ folder: String) throws(SystemError) -> [String] {
        guard let directory = opendir(path + "/" + folder) else {
            throw SystemError("opendir", code: errno, subject: folder)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private mutating func note(_ name: String) {
        changed.insert(name.split(separator: "/").count > 1 ? String(name.prefix { $0 != "/" }) : "")
    }

    mutating func sync() throws(SystemError) {
        for folder in changed.sorted() {
            let fd = open(path + "/" + folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard fd >= 0 else { throw SystemError("open", code: errno, subject: folder) }
            let code = fsync(fd) == 0 ? 0 : errno
            close(fd)
            guard code == 0 else { throw SystemError("fsync", code: code, subject: folder) }
            changed.remove(folder)
        }
    }
}
