import Glibc

/// Folders.
package enum Directory {
    /// Makes a folder, and those above it, for its owner and group only; fine if it is there.
    package static func make(_ path: String) throws(SystemError) {
        var at = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            at += at.isEmpty || at == "/" ? String(part) : "/" + part
            if mkdir(at, 0o750) != 0, errno != EEXIST { throw SystemError("mkdir", code: errno, subject: at) }
        }
    }
    /// The names in a folder, in no order. Throws `ENOENT` when it is not there.
    package static func names(_ path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw SystemError("opendir", code: errno, subject: path) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw SystemError("readdir", code: errno, subject: path) }
        return names
    }

    /// Names that were made, changed or removed in a folder are on disk when this returns.
    package static func sync(_ path: String) throws(SystemError) {
        let fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw SystemError("open", code: errno, subject: path) }
        defer { close(fd) }
        guard fsync(fd) == 0 else { throw SystemError("fsync", code: errno, subject: path) }
    }
}
