/// A source file as the tidy checks see it: the same lines three times, each with something blanked out.
struct SourceFile: Sendable {
    /// Relative to the repository, with `/`.
    let path: String
    let text: String
    /// As written.
    let lines: [String]
    /// Comments and the contents of string literals are blanks.
    let code: [String]
    /// Everything but comments is blanks.
    let comments: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = Self.split(Array(text.utf8))
        var mask = SourceMask(text)
        mask.scan()
        code = Self.split(mask.code)
        comments = Self.split(mask.comments)
    }

    private static func split(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var isSwift: Bool { path.hasSuffix(".swift") }

    /// `Wire` for `Sources/ANPRCore/Wire/Read.swift`; nil outside ANPRCore.
    var coreFolder: String? {
        let parts = path.split(separator: "/")
        guard parts.count >= 4, parts[0] == "Sources", parts[1] == "ANPRCore" else { return nil }
        return String(parts[2])
    }

    /// Whole words of the code on a line (0-based).
    func words(line: Int) -> [Substring] {
        code[line].split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }

    func finding(line: Int, _ message: String) -> Finding { Finding(path: path, line: line + 1, message: message) }
}

/// Something to mend: where and what to do.
struct Finding: Sendable, CustomStringConvertible {
    let path: String
    /// From 1; 0 when it is about the file.
    let line: Int
    let message: String
    var description: String { line > 0 ? "\(path):\(line): \(message)" : "\(path): \(message)" }
}
