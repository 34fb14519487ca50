/// Constructs that need a comment beside them: each use of a memory ordering, each unchecked promise.
enum CommentDuty {
    private static let orderings = [
        ".relaxed", ".acquiring", ".releasing", ".acquiringAndReleasing", ".sequentiallyConsistent",
    ]
    /// An `ORDER:` comment stands at most this many lines above what it explains.
    static let reachLines = 6

    static func findings(_ file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        return file.code.indices.compactMap { i in
            let line = file.code[i]
            if let at = line.range(of: "rdering:"),
                orderings.contains(where: { line[at.upperBound...].contains($0) }), !isExplained(file, line: i)
            {
                return file.finding(line: i, "say in an `// ORDER:` comment above what this ordering pairs with")
            }
            if line.contains("@unchecked Sendable"), !isSafe(file, line: i) {
                return file.finding(line: i, "say in a `// SAFE:` comment beside it why @unchecked Sendable holds")
            }
            return nil
        }
    }

    /// Looks up from a line to the first line of its function, and to the comments right above that.
    private static func isExplained(_ file: SourceFile, line: Int) -> Bool {
        var left = false
        for i in stride(from: line, through: max(0, line - reachLines), by: -1) {
            if left, file.code[i].contains(where: { $0 != " " }) { return false }
            if file.comments[i].contains("ORDER:") { return true }
            let words = file.words(line: i)
            left = left || ["func", "init", "deinit", "subscript"].contains { words.prefix(5).contains($0) }
        }
        return false
    }

    private static func isSafe(_ file: SourceFile, line: Int) -> Bool {
        let near = max(0, line - reachLines)...min(file.comments.count - 1, line + reachLines)
        return file.comments[near].contains { $0.contains("SAFE:") }
    }
}
