/// The README's table of folders: rows that begin with "| `path`".
enum FolderTable {
    static func paths(readme: String) -> [String] {
        readme.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| `"), let end = line.dropFirst(3).firstIndex(of: "`") else { return nil }
            let path = line.dropFirst(3)[..<end]
            let isPath = path.contains("/") || path.first?.isUppercase == true || folderNames.contains(String(path))
            return isPath && !path.contains(" ") ? String(path) : nil
        }
    }

    private static let folderNames: Set<String> = ["docs", "seeds", "docs/", "seeds/"]

    private static func trimmed(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// `folders`: those that there are and that the table must name.
    static func findings(readme: String, folders: [String], exists: (String) -> Bool) -> [Finding] {
        let named = paths(readme: readme).map(trimmed)
        var findings: [Finding] = []
        for path in named where !exists(path) {
            findings.append(Finding(path: "README.md", line: 0, message: "names '\(path)', which does not exist"))
        }
        for folder in folders where !named.contains(folder) {
            findings.append(Finding(path: "README.md", line: 0, message: "the table of folders leaves out '\(folder)'"))
        }
        return findings
    }
}
