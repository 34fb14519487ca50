import ANPRCore
import Glibc
import Synchronization

/// Standard output and error. Lines go out whole.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func printRaw(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func print(_ line: JSONLine) { write(line.string, to: STDOUT_FILENO) }
    static func print(bytes: [UInt8]) { bytes.withUnsafeBytes { write($0, to: STDOUT_FILENO) } }
    static func error(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO) }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Rewrites the terminal's last line.
    static func status(_ text: String) { write("\r\u{1b}[K" + text, to: STDOUT_FILENO) }
    static func statusOnError(_ text: String) { write("\r\u{1b}[K" + text, to: STDERR_FILENO) }
    static func endStatus() { write("\r\u{1b}[K", to: STDOUT_FILENO) }

    /// Names and numbers: a table for people, or one JSON object.
    static func print(rows: [(String, Int)], event: String, asJSON: Bool) {
        guard asJSON else {
            let width = (rows.map(\.0.count).max() ?? 0) + 2
            for (name, value) in rows {
                let label = name.replacing("_", with: " ")
                print(padded(label, width) + padded(grouped(value), 16, right: true))
            }
            return
        }
        var line = JSONLine()
        line.begin()
        line.field("event", event)
        for (name, value) in rows {
            line.key(named: name)
            line.value(value)
        }
        line.end(newline: true)
        print(line)
    }

    /// Why what was printed is not whole: the first error of standard output; 0: it is.
    private static let outputError = Atomic<CInt>(0)

    /// The exit code of a program that meant to end with `code`: what could not be printed is no success.
    static func ending(_ code: ExitCode) -> ExitCode {
        // ORDER: relaxed: whoever printed on another thread was joined, or its line may be the one that is not told of.
        let error = outputError.load(ordering: .relaxed)
        guard error != 0 else { return code }
        Self.error("anprd: \(SystemError("write", code: error, subject: "standard output")); not all was printed")
        return code == .ok ? .systemError : code
    }

    private static func write(_ text: String, to fd: CInt) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), to: fd) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to fd: CInt) {
        var done = 0
        while done < bytes.count {
            let n = Glibc.write(fd, bytes.baseAddress! + done, bytes.count - done)
            if n < 0 {
                if errno == EINTR { continue }
                // WHY on: work under way is not to stop half done for want of a reader; `ending` says it.
                let error = errno
                guard fd == STDOUT_FILENO else { return }
                // ORDER: relaxed: the number is all that there is to be seen.
                _ = outputError.compareExchange(expected: 0, desired: error, ordering: .relaxed)
                return
            }
            done += n
        }
    }

    /// Digits in groups of three.
    static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (i, digit) in digits.enumerated() {
            if i > 0, (digits.count - i) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return value < 0 ? "-" + out : out
    }

    static func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, width - text.count))
        return right ? fill + text : text + fill
    }
}
