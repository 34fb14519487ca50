import ANPRCore
import Foundation

/// A folder for the files of one benchmark; gone with its owner.
final class BenchmarkFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("anprbench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ lines: some Sequence<String>) throws {
        let file = try LineFile(path: path(name), truncate: true)
        for (i, line) in lines.enumerated() {
            file.append(line)
            if i & 0xffff == 0 { try file.flush() }
        }
        try file.flush()
    }

    /// A blacklist of these plates, as a file.
    func list(_ plates: [Plate]) throws -> BlacklistConfiguration { try list(plates.lazy.map(\.description)) }

    /// Of plates and patterns.
    func list(_ marks: some Sequence<String>) throws -> BlacklistConfiguration {
        try write("list.csv", ["plate,country,reason"])
        let file = try LineFile(path: path("list.csv"))
        for (i, mark) in marks.enumerated() {
            file.append("\(mark),BE,wanted")
            if i & 0xffff == 0 { try file.flush() }
        }
        try file.flush()
        return BlacklistConfiguration(name: "bench", path: path("list.csv"), defaultCase: "B-1")
    }
}
