import ANPRCore
import Glibc

extension Command {
    static let journalAudit = Command(
        name: "journal audit", summary: "Count what a journal holds of each camera: reads that are twice or not there",
        arguments: "DATA [flags]", operands: 1...1,
        flags: [
            Flag("csv", nil, "a line a camera and epoch: camera,epoch,first,next,reads,duplicates,missing"),
            Flag("json", nil, "the same as JSON lines, with a total"),
        ],
        details: """
            Reads every block of every shard; a daemon may be writing. Cameras are named by their numbers. `missing`:
            sequences between the lowest and the highest that are in no log. Exit code 1 if a read is there twice, 65 if
            a log is damaged.
            """,
        examples: ["anprd journal audit data", "anprd journal audit data --csv > audit.csv"],
        run: { try JournalAuditRun($0).run() })
}

/// The data directory that a command was given.
enum GivenDirectory {
    static func open(_ path: String) throws -> DataDirectory<DiskStorage> {
        guard access(path, F_OK) == 0 else { throw SystemError("open", code: errno, subject: path) }
        guard let directory = try DataDirectory.open(DiskStorage(), path) else {
            throw InputProblems(file: path, "is no data directory: there is no manifest.json in it")
        }
        return directory
    }
}

private struct JournalAuditRun {
    private let directory: DataDirectory<DiskStorage>
    private let arguments: Arguments

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        directory = try GivenDirectory.open(arguments.operands[0])
        if arguments.has("csv"), arguments.has("json") { throw arguments.usageError("one of --csv and --json") }
    }

    func run() throws -> ExitCode {
        let lines = try JournalAudit.of(directory).lines
        if arguments.has("csv") {
            showCSV(lines)
        } else if arguments.has("json") {
            showJSON(lines)
        } else {
            showText(lines)
        }
        return lines.contains { $0.duplicates > 0 } ? .failure : .ok
    }

    private func totals(_ lines: [JournalAudit.Line]) -> [(String, Int)] {
        [
            ("cameras", Set(lines.map(\.camera)).count), ("epochs", lines.count),
            ("reads", lines.reduce(0) { $0 + $1.reads }), ("duplicates", lines.reduce(0) { $0 + $1.duplicates }),
            ("missing", lines.reduce(0) { $0 + $1.missing }),
        ]
    }

    private func showCSV(_ lines: [JournalAudit.Line]) {
        var text = "camera,epoch,first,next,reads,duplicates,missing\n"
        for line in lines {
            text += "\(line.camera),\(line.epoch),\(line.first),\(line.next),\(line.reads),\(line.duplicates),"
            text += "\(line.missing)\n"
        }
        Console.printRaw(text)
    }

    private func showJSON(_ lines: [JournalAudit.Line]) {
        var json = JSONLine()
        for line in lines {
            json.begin()
            json.field("event", "camera")
            json.field("camera", line.camera)
            json.field("epoch", line.epoch)
            json.field("first", line.first)
            json.field("next", line.next)
            json.field("reads", line.reads)
            json.field("duplicates", line.duplicates)
            json.field("missing", line.missing)
            json.end(newline: true)
        }
        Console.print(json)
        Console.print(rows: totals(lines), event: "total", asJSON: true)
    }

    private func showText(_ lines: [JournalAudit.Line]) {
        for line in lines where line.duplicates > 0 || line.missing > 0 {
            Console.print(
                "camera \(line.camera) epoch \(line.epoch): \(line.reads) reads from \(line.first) to before "
                    + "\(line.next), \(line.duplicates) duplicate, \(line.missing) missing")
        }
        Console.print(rows: totals(lines), event: "total", asJSON: false)
    }
}
