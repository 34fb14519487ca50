/// The rooms of ANPRCore, in the order in which data meets them: a file names types of its own room or of earlier ones.
///
/// Looks at the names of top-level types. A member that a later room adds to an earlier room's type is not seen.
enum FolderDirection {
    static let order = [
        "Base", "Plate", "Camera", "Wire", "Ring", "Match", "Section", "Journal", "Stream", "Shard", "Ingest", "Plugin",
        "Engine",
        "Simulator",
    ]

    /// "file: type" pairs that may point the other way; each needs its reason.
    static let allowed: Set<String> = []

    /// Types declared at the top level of a file, except private ones.
    static func declarations(_ file: SourceFile) -> [String] {
        var names: [String] = []
        var depth = 0
        for i in file.code.indices {
            let words = file.words(line: i)
            if depth == 0, !words.contains("private"), !words.contains("fileprivate"),
                let at = words.firstIndex(where: { keywords.contains(String($0)) }), at + 1 < words.count
            {
                names.append(String(words[at + 1]))
            }
            for character in file.code[i] {
                if character == "{" { depth += 1 }
                if character == "}" { depth -= 1 }
            }
        }
        return names
    }

    private static let keywords: Set<String> = ["struct", "enum", "class", "protocol", "actor", "typealias"]

    static func findings(_ files: [SourceFile]) -> [Finding] {
        var findings: [Finding] = []
        var earliest: [String: Int] = [:]
        for file in files {
            guard let folder = file.coreFolder else { continue }
            guard let rank = order.firstIndex(of: folder) else {
                findings.append(Finding(path: file.path, line: 0, message: "'\(folder)' is no room of ANPRCore"))
                continue
            }
            for name in declarations(file) { earliest[name] = min(earliest[name] ?? .max, rank) }
        }
        for file in files {
            guard let rank = order.firstIndex(of: file.coreFolder ?? "") else { continue }
            for i in file.code.indices {
                for word in file.words(line: i) {
                    guard let declared = earliest[String(word)], declared > rank else { continue }
                    if allowed.contains("\(file.path): \(word)") { continue }
                    findings.append(
                        file.finding(
                            line: i,
                            "names \(word) of \(order[declared]), a later room than \(order[rank]): move one of the two"
                        ))
                }
            }
        }
        return findings
    }
}
