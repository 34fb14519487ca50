import Glibc

@testable import ANPRCore

/// A folder of blacklist files that lives as long as its test.
final class ListFolder {
    let path: String
    private var files: Set<String> = []

    init() throws {
        var template = Array("/tmp/lists-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError("mkdtemp", code: errno) }
        path = String(cString: made)
    }

    deinit {
        for file in files { unlink(file) }
        rmdir(path)
    }

    /// Writes a list's file, or writes it again, and says how it is to be loaded.
    @discardableResult
    func write(
        _ name: String, _ text: String, tolerance: Tolerance = .exact, defaultCase: String = "D"
    ) throws -> BlacklistConfiguration {
        let file = "\(path)/\(name).csv"
        files.insert(file)
        let out = try LineFile(path: file, truncate: true)
        text.split(separator: "\n", omittingEmptySubsequences: false).forEach { out.append(String($0)) }
        try out.flush()
        return BlacklistConfiguration(name: name, path: file, tolerance: tolerance, defaultCase: defaultCase)
    }
}
