import ANPRCore

extension Command {
    static let journalCheck = Command(
        name: "journal check", summary: "Verify every block of a journal, its checkpoints and its entries",
        arguments: "DATA [flags]", operands: 1...1, flags: [Flag("json", nil, "JSON lines")],
        details: """
            Reads everything and changes nothing. A torn tail is no damage: it was never acknowledged, and the daemon
            cuts it off. Exit code 65 if anything is damaged; `anprd journal repair` sets that aside.
            """,
        examples: ["anprd journal check data"], run: { try JournalCheckRun($0).run() })

    static let journalRepair = Command(
        name: "journal repair", summary: "Set aside what is damaged in a journal, so that the daemon starts on it",
        arguments: "DATA [flags]", operands: 1...1, flags: [Flag("json", nil, "JSON lines")],
        details: """
            The daemon must be stopped. Each file that is changed is copied beside itself first (FILE.damaged-1); what
            cannot be read becomes a hole, over which every reader goes. Says which reads are lost as far as that can be
            told, and notes it in DATA/repairs.jsonl. Then checks the whole directory again.
            """,
        examples: ["anprd journal repair data"], run: { try JournalRepairRun($0).run() })
}

private struct JournalCheckRun {
    private let check: DirectoryCheck<DiskStorage>
    private let asJSON: Bool

    init(_ arguments: Arguments) throws {
        asJSON = arguments.has("json")
        check = try DirectoryCheck(try GivenDirectory.open(arguments.operands[0]))
    }

    func run() -> ExitCode {
        DirectoryCheckText.show(check, asJSON: asJSON)
        return check.isFine ? .ok : .dataError
    }
}

/// What a check found.
enum DirectoryCheckText {
    static func show(_ check: DirectoryCheck<DiskStorage>, asJSON: Bool) {
        for (shard, log) in check.logs.enumerated() {
            if asJSON { Console.print(json(log, shard: shard)) } else { Console.print(text(log, shard: shard)) }
        }
        for damage in check.damages {
            if asJSON { Console.print(json(damage)) } else { Console.print(text(damage)) }
        }
        for problem in check.problems {
            var line = JSONLine()
            line.begin()
            line.field("event", "problem")
            line.field("text", problem)
            line.end(newline: true)
            if asJSON { Console.print(line) } else { Console.print("PROBLEM: \(problem)") }
        }
        let found = check.damages.count + check.problems.count
        Console.print(
            rows: [("entries", check.entries), ("damages", check.damages.count), ("problems", check.problems.count)],
            event: "total", asJSON: asJSON)
        if !asJSON, found == 0 { Console.print("no damage") }
    }

    private static func text(_ log: LogCheck<DiskStorage>.Summary, shard: Int) -> String {
        func number(_ value: Int) -> String { Console.grouped(value) }
        var text = "shard \(shard): \(number(log.segments)) segment(s), \(number(Int(log.bytes))) bytes, "
        text += "\(number(log.blocks)) blocks, \(number(log.reads)) reads, \(number(log.hits)) hits, "
        text += "\(number(log.records)) records\n"
        text += "  from \(log.firstNs.map { Instant.format($0) } ?? "-") to \(Instant.format(log.latestNs)), "
        text += "end \(log.end)\(log.isStopped ? ", stopped as it should" : "")"
        if log.holes > 0 { text += "\n  \(log.holes) hole(s) of earlier repairs, \(number(log.holeBytes)) bytes" }
        if let torn = log.torn { text += "\n  torn tail, never acknowledged: \(torn)" }
        return text
    }

    private static func text(_ damage: JournalDamage) -> String {
        "DAMAGE: \(damage.file), offset \(damage.offset) (shard \(damage.shard), position \(damage.position)): "
            + "\(damage.reason); " + (damage.goodAgain.map { "good again at position \($0)" } ?? "nothing good follows")
    }

    private static func json(_ log: LogCheck<DiskStorage>.Summary, shard: Int) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("event", "shard")
        line.field("shard", shard)
        line.field("segments", log.segments)
        line.field("bytes", log.bytes)
        line.field("blocks", log.blocks)
        line.field("reads", log.reads)
        line.field("hits", log.hits)
        line.field("records", log.records)
        line.field("holes", log.holes)
        line.field("hole_bytes", log.holeBytes)
        if let first = log.firstNs { line.field("first", Instant.format(first)) }
        line.field("last", Instant.format(log.latestNs))
        line.field("end", log.end)
        line.field("stopped", log.isStopped)
        if let torn = log.torn { line.field("torn", torn) }
        line.end(newline: true)
        return line
    }

    private static func json(_ damage: JournalDamage) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("event", "damage")
        line.field("file", damage.file)
        line.field("offset", damage.offset)
        line.field("shard", damage.shard)
        line.field("position", damage.position)
        if let next = damage.goodAgain { line.field("good_again", next) }
        line.field("reason", damage.reason)
        line.end(newline: true)
        return line
    }
}

private struct JournalRepairRun {
    private let directory: DataDirectory<DiskStorage>
    private let lock: DirectoryLock
    private let asJSON: Bool

    init(_ arguments: Arguments) throws {
        asJSON = arguments.has("json")
        directory = try GivenDirectory.open(arguments.operands[0])
        lock = try DirectoryLock(directory.path)
    }

    func run() throws -> ExitCode {
        let repair = try DirectoryRepair(directory, cursors: directory.pluginCursors(), nowNs: Clock.wallNs())
        for i in repair.mended.indices {
            if asJSON { Console.print(repair.line(i)) } else { Console.print(text(repair, i)) }
        }
        for path in repair.checkpoints where !asJSON { Console.print("\(path): damaged; set aside") }
        if repair.mended.isEmpty, !asJSON { Console.print("nothing to repair") }
        let check = try DirectoryCheck(directory)
        DirectoryCheckText.show(check, asJSON: asJSON)
        return withExtendedLifetime(lock) { check.damages.isEmpty ? .ok : .dataError }
    }

    private func text(_ repair: DirectoryRepair<DiskStorage>, _ index: Int) -> String {
        let one = repair.mended[index]
        var text = "\(one.file) (shard \(one.shard)): \(one.reason)"
        for copy in one.copies { text += "\n  copied to \(copy)" }
        guard one.holes > 0 else { return text + "\n  its header was written anew" }
        text += "\n  set aside: positions \(one.from) to \(one.to), \(Console.grouped(Int(one.to - one.from))) bytes, "
        text += "in \(one.holes) hole(s)"
        if one.isExtended { text += "; a good block went with them, for what was left before it was too short" }
        let lost = repair.lost[index]
        if lost.isEmpty { return text + "\n  which reads were in it cannot be told from those around it" }
        text += "\n  reads that are in no log: \(Console.grouped(lost.reduce(0) { $0 + $1.count }))"
        for one in lost.prefix(20) {
            text += "\n    camera \(one.camera) epoch \(one.epoch): sequences \(one.text)"
        }
        if lost.count > 20 { text += "\n    and of \(lost.count - 20) more cameras: see repairs.jsonl" }
        return text
    }
}
