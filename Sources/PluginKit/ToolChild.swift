import ANPRCore
import CLinux
import Foundation
import Glibc

/// A program that runs for us, and the pipes to it. Whatever happens, it and its group are gone when this is.
final class ToolChild {
    private let pid: pid_t
    /// Readable when the program has ended.
    private let process: Descriptor
    private var input: Descriptor?
    private var output: Descriptor?
    private var errors: Descriptor?
    private var isReaped = false

    private static let errorBytesMax = 64 << 10
    /// So that one who only complains does not keep us from looking at the clock.
    private static let errorBytesATurn = 1 << 20
    private static let readBytes = 64 << 10

    init(_ path: String, _ arguments: [String]) throws(SystemError) {
        let (input, output, errors) = (try Descriptor.pipe(), try Descriptor.pipe(), try Descriptor.pipe())
        for end in [input.write, output.read, errors.read] { try end.doNotWait() }
        pid = try Self.spawn(path, arguments, [input.read, output.write, errors.write].map(\.number))
        let number = clinux_open_process(pid)
        guard number >= 0 else {
            Self.end(pid)
            throw SystemError("pidfd_open", code: -number, subject: path)
        }
        process = Descriptor(number)
        self.input = input.write
        self.output = output.read
        self.errors = errors.read
    }

    deinit { if !isReaped { Self.end(pid) } }

    // MARK: Start and end

    /// With no signal blocked or ignored, in a group of its own, with three descriptors and no other.
    private static func spawn(
        _ path: String, _ arguments: [String], _ descriptors: [CInt]
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (place, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(place))
        }
        // WHY: O_CLOEXEC is not enough: a lock or a socket that a library opened without it would live on in the child.
        _ = try checked("closefrom", path, clinux_spawn_with_first(&actions, CInt(descriptors.count)))
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = CStrings([path] + arguments)
        let environment = CStrings(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }.sorted())
        var pid = pid_t()
        let result = posix_spawn(&pid, path, &actions, &attributes, words.pointers, environment.pointers)
        guard result == 0 else { throw SystemError("posix_spawn", code: result, subject: path) }
        return pid
    }

    /// Ends the group and takes what the program ended with. Until then its number is not given to another.
    @discardableResult
    private static func end(_ pid: pid_t) -> CInt {
        kill(-pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }

    // MARK: The run

    func run(_ bytes: [UInt8], outputMax: Int, withinNs: Nanoseconds) throws(ToolProblem) -> ExternalTool.Output {
        let startNs = Clock.monotonicNs()
        var rest = bytes[...]
        var written: [UInt8] = []
        var complaint: [UInt8] = []
        var complaintBytes = 0
        var hasEnded = false
        while !hasEnded {
            let leftNs = withinNs - (Clock.monotonicNs() - startNs)
            guard leftNs > 0 else { throw .tooSlow(withinNs: withinNs) }
            if rest.isEmpty { input = nil }
            hasEnded = try wait(leftNs)
            do throws(SystemError) {
                try feed(&rest)
                // What it left behind shall not write for ever.
                if hasEnded { kill(-pid, SIGKILL) }
                try Self.drain(&output, room: outputMax + 1 - written.count) { written += $0 }
                try Self.drain(&errors, room: Self.errorBytesATurn) {
                    complaintBytes += $0.count
                    complaint += $0.prefix(Self.errorBytesMax - complaint.count)
                }
            } catch { throw .failed(error) }
            guard written.count <= outputMax else { throw .tooMuch(bytesMax: outputMax) }
        }
        let status = Self.end(pid)
        isReaped = true
        // As WIFEXITED and its kin take it apart.
        guard status & 0x7f == 0 else { throw .killed(signal: status & 0x7f) }
        return ExternalTool.Output(
            exitCode: status >> 8 & 0xff, bytes: written, errors: String(decoding: complaint, as: UTF8.self),
            errorsCut: complaintBytes - complaint.count)
    }

    /// For something to do, at most so long. True when the program has ended.
    private func wait(_ leftNs: Nanoseconds) throws(ToolProblem) -> Bool {
        var polled = [pollfd(fd: process.number, events: Int16(POLLIN), revents: 0)]
        if let input { polled.append(pollfd(fd: input.number, events: Int16(POLLOUT), revents: 0)) }
        for end in [output, errors] {
            if let end { polled.append(pollfd(fd: end.number, events: Int16(POLLIN), revents: 0)) }
        }
        let milliseconds = CInt(min(leftNs / .millisecond + 1, 60_000))
        if poll(&polled, nfds_t(polled.count), milliseconds) < 0 {
            guard errno == EINTR else { throw .failed(SystemError("poll", code: errno)) }
            return false
        }
        return polled[0].revents != 0
    }

    private func feed(_ rest: inout ArraySlice<UInt8>) throws(SystemError) {
        guard let end = input, !rest.isEmpty else { return }
        let (count, code) = rest.withUnsafeBytes { Self.writeQuietly(end.number, $0) }
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if code == EPIPE {
            // It does not want more.
            rest = []
            input = nil
        } else if code != EAGAIN, code != EINTR {
            throw SystemError("write", code: code, subject: "pipe")
        }
    }

    /// A pipe has no MSG_NOSIGNAL: without this, a tool that ends early could end the daemon by SIGPIPE.
    private static func writeQuietly(_ fd: CInt, _ bytes: UnsafeRawBufferPointer) -> (count: Int, code: CInt) {
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        let count = write(fd, bytes.baseAddress, bytes.count)
        let code = errno
        if count < 0, code == EPIPE, sigismember(&before, SIGPIPE) == 0 {
            var noTime = timespec()
            _ = sigtimedwait(&pipe, nil, &noTime)
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return (count, code)
    }

    /// Reads what is there, at most `room` bytes; lets go of the pipe at its end.
    private static func drain(
        _ pipe: inout Descriptor?, room: Int, into take: (ArraySlice<UInt8>) -> Void
    ) throws(SystemError) {
        guard let end = pipe else { return }
        var buffer = [UInt8](repeating: 0, count: readBytes)
        var room = room
        while room > 0 {
            let count = read(end.number, &buffer, min(buffer.count, room))
            if count == 0 {
                pipe = nil
                return
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN { return }
                throw SystemError("read", code: errno, subject: "pipe")
            }
            take(buffer[..<count])
            room -= count
        }
    }
}

/// A list of texts as C takes it.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}
