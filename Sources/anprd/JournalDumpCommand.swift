import ANPRCore

extension Command {
    static let journalDump = Command(
        name: "journal dump", summary: "Print the blocks of one shard's log, one line each",
        arguments: "DATA --shard N [flags]", operands: 1...1,
        flags: [
            Flag("shard", "N", "which log"),
            Flag("from", "POSITION", "where a block begins (default: the oldest that is kept)"),
            Flag("blocks", "N", "so many blocks (default: all)"),
            Flag("reads", nil, "also every read and event, as JSON lines"),
            Flag("json", nil, "blocks as JSON lines too"),
        ],
        details: "docs/JOURNAL.md says what the fields are. Exit code 65 where a log is damaged.",
        examples: ["anprd journal dump data --shard 0 --blocks 20"],
        run: { arguments in
            var run = try JournalDumpRun(arguments)
            return try run.run()
        })
}

private struct JournalDumpRun {
    private let follower: JournalFollower<DiskStorage>
    private let count: Int
    private let asJSON: Bool
    private let isDetailed: Bool
    private var dump: JournalDump<DiskStorage>

    init(_ arguments: Arguments) throws {
        let directory = try GivenDirectory.open(arguments.operands[0])
        _ = try arguments.required("shard")
        let shard = try arguments.integer("shard", 0...max(0, directory.shards - 1), default: 0)
        let place = directory.place(shard: shard)
        let first = try place.firstPosition() ?? 0
        let from = try arguments.integer("from", 0...Int.max, default: Int(first))
        count = try arguments.integer("blocks", 1...Int.max, default: .max)
        asJSON = arguments.has("json")
        follower = try JournalFollower(place, from: UInt64(from))
        let knowledge = ArchiveKnowledge(
            cameras: CameraRegistry([]), sections: SectionRegistry([]), entriesFolder: directory.entries)
        isDetailed = arguments.has("reads")
        dump = JournalDump(place, knowledge: knowledge)
    }

    mutating func run() throws -> ExitCode {
        var left = count
        while left > 0 {
            let hasMore = try follower.poll(groups: 1) { try show($0, &left) }
            guard hasMore else {
                try follower.confirmEnd { try show($0, &left) }
                break
            }
        }
        return .ok
    }

    private mutating func show(_ block: JournalBlock, _ left: inout Int) throws {
        guard left > 0 else { return }
        left -= 1
        let header = block.header
        if asJSON {
            Console.print(JournalDump<DiskStorage>.json(header))
        } else {
            Console.print(JournalDump<DiskStorage>.text(header))
        }
        if isDetailed { try dump.write(block) { Console.print($0) } }
    }
}
