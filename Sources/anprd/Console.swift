import ANPRCore
import Glibc

/// Standard output and error. Lines go out whole.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func printRaw(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func print(_ line: JSONLine) { write(line.string, to: STDOUT_FILENO) }
    static func error(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO) }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Rewrites the terminal's last line.
    static func status(_ text: String) { write("\r\u{1b}[K" + text, to: STDOUT_FILENO) }
    static func endStatus() { write("\r\u{1b}[K", to: STDOUT_FILENO) }

    private static func write(_ text: String, to fd: CInt) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let n = Glibc.write(fd, bytes.baseAddress! + done, bytes.count - done)
                if n < 0 {
                    if errno == EINTR { continue }
                    return
                }
                done += n
            }
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
