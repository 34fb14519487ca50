import ANPRCore
import Glibc

extension Command {
    static let streamTail = Command(
        name: "stream tail", summary: "Print a journal's reads, hits or section records as JSON lines, and follow them",
        arguments: "reads|hits|records --data DATA [flags]", operands: 1...1,
        flags: [
            Flag("data", "DATA", "the data directory (journal.directory of the configuration)"),
            Flag(
                "from", "WHERE",
                "start (the oldest kept), now (default), an instant like 2026-06-01T06:00:00Z, or positions"),
            Flag("config", "FILE", "the daemon's configuration: gives names of cameras and sections, else numbers"),
            Flag("until-end", nil, "end where the journal ends, instead of waiting for more"),
            Flag("json", nil, "JSON lines, as always"),
        ],
        details: """
            Lines of hits and records have the fields of hits.jsonl and records.jsonl, and `shard` and `position`. Each
            shard's events come in its order; shards take turns. A daemon may be writing; what is printed is written, and
            on its way to the disk. Positions are those of lines, one for each shard with commas between: the line with
            that position is the first. An instant leaves out what the shards had logged before they heard of it.
            """,
        examples: [
            "anprd stream tail hits --data data --config anprd.json5",
            "anprd stream tail reads --data data --from start --until-end | wc -l",
        ],
        run: { arguments in
            var run = try StreamTailRun(arguments)
            return try run.run()
        })
}

private struct StreamTailRun {
    private var tail: StreamTail<DiskStorage>
    private let follows: Bool
    private var signals = Signals()
    private var output: [UInt8] = []

    private static let flushBytes = 64 << 10
    /// Between two looks at the signals.
    private static let groups = 256
    private static let pauseMs = 100

    init(_ arguments: Arguments) throws {
        guard let stream = StreamTail<DiskStorage>.Stream(rawValue: arguments.operands[0]) else {
            throw arguments.usageError("'\(arguments.operands[0])' is no stream: reads, hits or records")
        }
        let directory = try GivenDirectory.open(try arguments.required("data"))
        let start = try Self.start(arguments)
        follows = !arguments.has("until-end")
        tail = try StreamTail(
            directory, stream, from: start, knowledge: try Self.knowledge(arguments, directory.entries))
    }

    private static func start(_ arguments: Arguments) throws -> StreamTail<DiskStorage>.Start {
        let text = arguments.text("from") ?? "now"
        if text == "start" { return .start }
        if text == "now" { return .now }
        let places = text.split(separator: ",", omittingEmptySubsequences: false).map { StreamCursor($0) }
        if !places.contains(nil) { return .places(places.compactMap(\.self)) }
        if let ns = Instant.parse(text) { return .instant(ns) }
        throw arguments.usageError(
            "--from must be start, now, an instant like 2026-06-01T06:00:00Z or positions like 8192:3, not '\(text)'")
    }

    private static func knowledge(_ arguments: Arguments, _ entriesFolder: String) throws -> ArchiveKnowledge {
        guard let path = arguments.text("config") else {
            return ArchiveKnowledge(
                cameras: CameraRegistry([]), sections: SectionRegistry([]), entriesFolder: entriesFolder)
        }
        let configuration = try EngineConfiguration(path: path)
        let cameras = try CameraRegistry(path: configuration.camerasPath)
        return ArchiveKnowledge(
            cameras: cameras, sections: try SectionRegistry(configuration, cameras: cameras),
            entriesFolder: entriesFolder)
    }

    mutating func run() throws -> ExitCode {
        while true {
            let hasMore = try tail.poll(groups: Self.groups) { Self.take($0, &output) }
            flush()
            if !hasMore, !follows {
                try tail.confirmEnd { Self.take($0, &output) }
                flush()
                return .ok
            }
            if signals.wait(milliseconds: hasMore ? 0 : Self.pauseMs) == .terminate { return .ok }
        }
    }

    private static func take(_ line: JSONLine, _ output: inout [UInt8]) {
        output.append(contentsOf: line.bytes)
        if output.count < flushBytes { return }
        Console.print(bytes: output)
        output.removeAll(keepingCapacity: true)
    }

    private mutating func flush() {
        Console.print(bytes: output)
        output.removeAll(keepingCapacity: true)
    }
}
