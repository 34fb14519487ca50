import Foundation

/// The project's own files, found from where this file was compiled.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift and C file of the project.
    static let sources: [SourceFile] = ["Sources", "Tests", "Benchmarks"].flatMap { files(under: $0) }
        .filter { ["swift", "c", "h"].contains(($0 as NSString).pathExtension) }
        .map { SourceFile(path: $0, text: text($0)) }

    static var core: [SourceFile] { sources.filter { $0.coreFolder != nil } }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// The text of a file; empty when there is none.
    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
    }

    /// Paths of all files under a folder, relative to the repository, sorted.
    static func files(under folder: String) -> [String] {
        let entries = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
        return (entries?.compactMap { $0 as? String } ?? []).map { "\(folder)/\($0)" }.filter { !isFolder($0) }.sorted()
    }

    /// Names of the folders directly in a folder, sorted.
    static func folders(in folder: String) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
        return names.filter { isFolder("\(folder)/\($0)") }.sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        let there = FileManager.default.fileExists(
            atPath: root.appendingPathComponent(path).path, isDirectory: &isDirectory)
        return there && isDirectory.boolValue
    }
}
