import Foundation

/// The built program, run as its users run it.
struct Program {
    struct Result {
        let code: Int32
        let output: String
        let errors: String
    }

    private static let marker = Bundle(for: Marker.self).bundleURL.deletingLastPathComponent()
    private final class Marker {}

    /// Beside the tests' bundle, where one build puts both.
    static let url: URL = {
        let beside = [marker, URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()]
        return beside.map { $0.appending(path: "anprd") }.first {
            FileManager.default.isExecutableFile(atPath: $0.path)
        }
            ?? URL(filePath: "anprd")
    }()

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func run(_ arguments: String..., folder: String? = nil) throws -> Result {
        let running = try Running(arguments, folder: folder)
        return running.end()
    }
}

/// A program that runs until it is told to stop.
final class Running {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private let input: Pipe?
    private var seen = ""

    /// - Parameter isTypedTo: its standard input is what `type` gives it.
    init(_ arguments: [String], folder: String? = nil, isTypedTo: Bool = false) throws {
        input = isTypedTo ? Pipe() : nil
        if let input { process.standardInput = input }
        process.executableURL = Program.url
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    func type(_ line: String) { input?.fileHandleForWriting.write(Data((line + "\n").utf8)) }
    func endInput() { input?.fileHandleForWriting.closeFile() }
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Lines of standard output up to one that has a text in it; nil when the output ends before.
    func line(with text: String) -> String? {
        while true {
            while let end = seen.firstIndex(of: "\n") {
                let line = String(seen[..<end])
                seen = String(seen[seen.index(after: end)...])
                if line.contains(text) { return line }
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            seen += String(decoding: more, as: UTF8.self)
        }
    }

    /// Waits for its end. What it prints is short enough for a pipe, but for what `line(with:)` has taken.
    func end() -> Program.Result {
        let out = seen + String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let err = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Program.Result(code: process.terminationStatus, output: out, errors: err)
    }
}
