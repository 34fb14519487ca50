import Glibc

/// A stream socket in a folder, reached through the folder's descriptor: a path in an address has 108 bytes at most.
package struct LocalSocket: Sendable {
    package let fd: CInt
    package static let fileName = "control.sock"

    package init(fd: CInt) { self.fd = fd }

    /// Waits for connections; a socket that a dead process left behind is replaced. The caller holds the folder's lock.
    static func listen(_ folder: String) throws(SystemError) -> LocalSocket {
        let path = "\(folder)/\(fileName)"
        if unlink(path) != 0, errno != ENOENT { throw SystemError("unlink", code: errno, subject: path) }
        let socket = try make(folder)
        // Before the name is there: its mode is the descriptor's.
        fchmod(socket.fd, 0o660)
        try socket.atAddress("bind", folder) { bind(socket.fd, $0, $1) }
        guard Glibc.listen(socket.fd, 64) == 0 else {
            let code = errno
            socket.close()
            throw SystemError("listen", code: code, subject: path)
        }
        return socket
    }

    package static func connect(_ folder: String) throws(SystemError) -> LocalSocket {
        let socket = try make(folder)
        try socket.atAddress("connect", folder) { Glibc.connect(socket.fd, $0, $1) }
        return socket
    }

    private static func make(_ folder: String) throws(SystemError) -> LocalSocket {
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let fd = socket(AF_UNIX, type, 0)
        guard fd >= 0 else { throw SystemError("socket", code: errno, subject: folder) }
        return LocalSocket(fd: fd)
    }

    /// Closes the socket when the call fails.
    private func atAddress(
        _ call: String, _ folder: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(SystemError) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else {
            let code = errno
            close()
            throw SystemError("open", code: code, subject: folder)
        }
        defer { Glibc.close(directory) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: "/proc/self/fd/\(directory)/\(Self.fileName)".utf8)
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close()
            throw SystemError(call, code: code, subject: "\(folder)/\(Self.fileName)")
        }
    }

    /// Nil once the socket was shut down.
    func accept() -> LocalSocket? {
        while true {
            let fd = Glibc.accept(fd, nil, nil)
            if fd >= 0 {
                _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
                return LocalSocket(fd: fd)
            }
            // A caller that went away at once, or too many open files: the next one may be served.
            guard [EINTR, ECONNABORTED, EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) else { return nil }
        }
    }

    package func close() { Glibc.close(fd) }
    /// Whoever waits on it wakes up.
    func shutDown() { shutdown(fd, CInt(SHUT_RDWR)) }

    /// False when the other side is gone.
    package func send(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let n = bytes.withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress! + done, $0.count - done, CInt(MSG_NOSIGNAL))
            }
            if n < 0, errno == EINTR { continue }
            if n <= 0 { return false }
            done += n
        }
        return true
    }

    /// Appends what is there, waiting for the first byte if asked to. Nil when nothing is there, 0 at the end.
    package func receive(into bytes: inout [UInt8], waits: Bool = true) -> Int? {
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let n = recv(fd, &room, room.count, waits ? 0 : CInt(MSG_DONTWAIT))
            if n < 0, errno == EINTR { continue }
            if n < 0, errno == EAGAIN { return nil }
            if n > 0 { bytes += room[..<n] }
            return max(0, n)
        }
    }

    /// Who is on the other side.
    var user: String {
        var words: [UInt32] = [0, .max, 0]  // process, user, group
        var length = socklen_t(12)
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &words, &length)
        return UserName.of(words[1])
    }
}

/// What people call a user of this machine.
package enum UserName {
    package static var current: String { of(geteuid()) }

    static func of(_ user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var room = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(user, &entry, &room, room.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return "uid \(user)"
        }
        return String(cString: name)
    }
}
