import ANPRCore
import Foundation

/// Results kept in the repository: `Benchmarks/results/YYYY-MM-DD-HHMM-<commit>.jsonl`, its first line the machine.
enum ResultFile {
    /// A new folder for the results of a run.
    static func folder(suffix: String) throws -> URL {
        let results = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("results")
        let folder = results.appendingPathComponent("\(stamp())-\(commit())\(suffix)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    static func keep(_ measurements: [Measurement]) throws -> String {
        let name = "\(stamp())-\(commit()).jsonl"
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("results")
        let path = folder.appendingPathComponent(name).path
        let file = try LineFile(path: path)
        file.append(machine())
        for measurement in measurements { file.append(measurement.json) }
        try file.flush()
        return "Benchmarks/results/\(name)"
    }

    private static func stamp() -> String {
        let text = Instant.format(Clock.wallNs())
        let clock = text.dropFirst(11).prefix(5).filter { $0 != ":" }
        return "\(text.prefix(10))-\(clock)"
    }

    private static func machine() -> JSONLine {
        let cpu =
            (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? "unknown"
        var line = JSONLine()
        line.begin()
        line.field("cpu", cpu.trimmingCharacters(in: .whitespaces))
        line.field("cores", ThreadAgent.coreCount)
        line.field("memory_bytes", Int(ProcessInfo.processInfo.physicalMemory))
        line.field("commit", commit())
        line.end(newline: true)
        return line
    }

    /// The short hash, `-dirty` when there is something that was not committed.
    private static func commit() -> String {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = [
            "git", "-C", URL(fileURLWithPath: #filePath).deletingLastPathComponent().path, "describe", "--always",
            "--dirty", "--exclude=*",
        ]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return "unknown" }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        let hash = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return hash.isEmpty ? "unknown" : hash
    }
}
