import ANPRCore
import Glibc

/// A plugin's options as they are looked through: every problem is kept, so that all are said at once. Problems name
/// the plugin, since no file and line are known here.
package struct OptionCheck {
    package let options: [String: String]
    package private(set) var problems = InputProblems()
    private let subject: String

    /// Complains of each option that is none of `known`.
    package init(_ options: [String: String], plugin: String, known: [String]) {
        self.options = options
        subject = "plugin " + plugin
        for name in options.keys.sorted() where !known.contains(name) {
            complain("option '\(name)' is unknown; known: \(known.joined(separator: ", "))")
        }
    }

    package mutating func complain(_ message: String) {
        problems.add(InputProblem(file: subject, line: 0, message: message))
    }

    package mutating func requireFiles(_ names: [String]) {
        for name in names where options[name] == nil { complain("option '\(name)' is missing: a CSV file's path") }
    }

    /// Of a key for `openssl`: a file that can be read, or the address of one in a device.
    package mutating func keyFile(_ name: String) {
        guard let path = options[name], !path.hasPrefix("pkcs11:"), access(path, R_OK) != 0 else { return }
        complain("option '\(name)': the key '\(path)' cannot be read: \(String(cString: strerror(errno)))")
    }

    package mutating func whole(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) -> Int {
        guard let text = options[name] else { return standard }
        guard let value = Int(text), range.contains(value) else {
            complain("option '\(name)' must be a whole number, \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        return value
    }

    /// Of an office.
    package mutating func url(_ name: String) -> String? {
        guard let text = options[name] else { return nil }
        do throws(InputProblem) { try HTTPPeer.check(text) } catch { complain("option '\(name)': \(error.message)") }
        return text
    }

    /// Whose calendar days are: option `time_zone`.
    package mutating func localTime() -> LocalTime {
        guard let text = options["time_zone"] else { return .europeBrussels }
        if let localTime = LocalTime(text) { return localTime }
        complain("option 'time_zone' must be Europe/Brussels, Z or an offset such as +01:00")
        return .europeBrussels
    }
}
