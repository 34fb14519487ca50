import Foundation
import Testing

@testable import ANPRCore
@testable import PluginKit

@Suite struct ExternalToolTests {
    private let shell: ExternalTool
    private let longNs = 120 * Nanoseconds.second

    init() throws { shell = try #require(ExternalTool.find("sh")) }

    private func text(_ script: String, input: String = "") throws -> String {
        let output = try shell.run(["-c", script], input: Array(input.utf8), withinNs: longNs)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test func whatGoesInComesOut() throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }
        let output = try #require(ExternalTool.find("cat")).run([], input: bytes, withinNs: longNs)
        #expect(output.bytes == bytes && output.exitCode == 0 && output.errors.isEmpty)
        let failed = try shell.run(["-c", "echo no >&2; exit 3"], withinNs: longNs)
        #expect(failed.exitCode == 3 && failed.errors == "no\n" && failed.bytes.isEmpty)
        #expect(try text("printf '%s' \"$1$2\"; exit 0") == "")
    }

    @Test func oneThatIsNotThere() {
        #expect(ExternalTool.find("no-such-program-here") == nil)
        #expect(ExternalTool.find("/etc") == nil && ExternalTool.find("") == nil)
        let missing = ExternalTool(path: "/no/such/program")
        #expect {
            _ = try missing.run([], withinNs: longNs)
        } throws: { error in
            guard case .notStarted(let why)? = error as? ToolProblem else { return false }
            return why.isNotFound
        }
    }

    /// It and its grandchild hold a fifo open: its end comes when both are gone.
    @Test(.timeLimit(.minutes(2))) func oneThatHangsIsEndedWithAllThatItStarted() throws {
        let folder = try TemporaryFolder()
        let fifo = folder.path + "/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        #expect {
            _ = try shell.run(
                ["-c", "exec 3>'\(fifo)'; trap '' TERM HUP; sleep 1000 & sleep 1000"], withinNs: .second)
        } throws: { error in
            if case .tooSlow? = error as? ToolProblem { true } else { false }
        }
        #expect(fcntl(reader, F_SETFL, 0) == 0)
        var byte: UInt8 = 0
        #expect(read(reader, &byte, 1) == 0)
    }

    /// The program ends; what it left behind has its output open, and is not waited for.
    @Test(.timeLimit(.minutes(2))) func whatItLeavesBehindIsNotWaitedFor() throws {
        #expect(try text("sleep 1000 & echo done") == "done\n")
    }

    @Test(.timeLimit(.minutes(2))) func oneThatWritesWithoutEnd() throws {
        #expect {
            _ = try shell.run(["-c", "while :; do echo yyyyyyyyyyyy; done"], outputMax: 100_000, withinNs: longNs)
        } throws: { error in
            if case .tooMuch(100_000)? = error as? ToolProblem { true } else { false }
        }
        let bytes = try shell.run(["-c", "printf 12345"], outputMax: 5, withinNs: longNs).bytes
        #expect(bytes.count == 5)
        // Complaints are cut, and counted.
        let loud = try shell.run(["-c", "head -c 300000 /dev/zero >&2"], withinNs: longNs)
        #expect(loud.errors.utf8.count == 64 << 10 && loud.errorsCut == 300_000 - 64 << 10)
        #expect {
            _ = try shell.run(["-c", "while :; do echo yyyyyyyy >&2; done"], withinNs: .second)
        } throws: { error in
            if case .tooSlow? = error as? ToolProblem { true } else { false }
        }
    }

    /// More input than a pipe holds, to one who reads none of it.
    @Test func oneThatDoesNotListen() throws {
        let output = try shell.run(
            ["-c", "exit 0"], input: [UInt8](repeating: 65, count: 1 << 20), withinNs: longNs)
        #expect(output.exitCode == 0)
    }

    @Test func oneThatIsKilled() {
        #expect {
            _ = try shell.run(["-c", "kill -KILL $$"], withinNs: longNs)
        } throws: { error in
            if case .killed(SIGKILL)? = error as? ToolProblem { true } else { false }
        }
    }

    /// No descriptor but the three, no blocked or ignored signal, whatever the caller has.
    @Test func itInheritsNothing() throws {
        let lock = open("/dev/null", O_RDONLY)
        defer { close(lock) }
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &set, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        // `ls` opens the folder itself, as the one more.
        #expect(try text("exec ls /proc/self/fd").split(separator: "\n") == ["0", "1", "2", "3"])
        let status = try text("exec cat /proc/self/status").split(separator: "\n")
        for name in ["SigBlk:", "SigIgn:"] {
            let line = try #require(status.first { $0.hasPrefix(name) })
            let mask = try #require(UInt64(line.split(separator: "\t")[1], radix: 16))
            // Signals 32 and 33 are the C library's own: it lets nobody set them.
            #expect(mask & ~(3 << 31) == 0, "\(line)")
        }
    }
}
