import Testing

@testable import ANPRCore

/// Files of a seeds folder that are made by the code, and compared with what is there.
struct GoldenFolder {
    let path: String
    /// Names and texts.
    let files: [(String, String)]
    /// Names that stand beside them and are nobody's here.
    var others: Set<String> = []

    /// After a change that is meant.
    func write() throws {
        for (name, text) in files {
            let file = try LineFile(path: "\(path)/\(name)", truncate: true)
            text.split(separator: "\n").forEach { file.append(String($0)) }
            try file.flush()
        }
    }

    func expectToBeThere() throws {
        #expect(Set(files.map(\.0)).count == files.count, "a name stands twice")
        for (name, text) in files {
            let file = try FileBytes(path: "\(path)/\(name)")
            let there = file.string
            #expect(there == text, "\(name)")
        }
        let listing = Set(try Directory.names(path).filter { !$0.hasPrefix(".") })
        #expect(listing == Set(files.map(\.0)).union(others), "a file that nobody makes, or one that is not there")
    }
}
