import Foundation

@testable import ANPRCore

/// A folder that lives as long as its test.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/anprd-plugin-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError("mkdtemp", code: errno) }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    /// The lines of an outbox, each of which must be a JSON object.
    func lines(_ name: String) throws -> [[String: Any]] {
        try text(name).split(separator: "\n").map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw InputProblem(file: name, line: 0, message: "no JSON object: \(line)")
            }
            return object
        }
    }
}

/// The repository that these tests belong to.
enum Repository {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func seed(_ name: String) -> String { path + "/seeds/" + name }

    /// The body of an event that plugins tell, as seeds/events has it.
    static func event(_ name: String) throws -> String {
        try String(contentsOfFile: seed("events/\(name).json"), encoding: .utf8).trimmingCharacters(in: .newlines)
    }
}
