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
}
