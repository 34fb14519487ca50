/// A whole data directory looked through: every log, the checkpoints, and what hits named.
package struct DirectoryCheck<S: Storage> {
    package private(set) var logs: [LogCheck<S>.Summary] = []
    package private(set) var damages: [JournalDamage] = []
    /// Checkpoints and entries that are not what was written, a line each.
    package private(set) var problems: [String] = []
    /// Entries that runs wrote down.
    package private(set) var entries = 0

    package init(_ directory: DataDirectory<S>) throws {
        let (checkpoint, _, problems) = try Checkpoint.newest(directory.storage, directory.checkpoints)
        self.problems = problems
        try checkEntries(directory)
        for shard in 0..<directory.shards {
            self.problems += try StateFiles(directory, shard: shard).damaged().map {
                "\($0): damaged; more of the journal is read again at the next start"
            }
            let log = checkpoint.flatMap { $0.logs.indices.contains(shard) ? $0.logs[shard] : nil }
            var check = LogCheck(directory.place(shard: shard), knownDurable: log?.durable ?? 0)
            try check.run()
            logs.append(check.summary)
            damages += check.damages
        }
    }

    package var isFine: Bool { damages.isEmpty && problems.isEmpty }

    private mutating func checkEntries(_ directory: DataDirectory<S>) throws(SystemError) {
        for name in try directory.storage.list(directory.entries).sorted() where name.hasSuffix(".jsonl") {
            let path = "\(directory.entries)/\(name)"
            let file = try FileBytes(path: path)
            var lines = file.string.split(separator: "\n", omittingEmptySubsequences: false)
            // What a crash cut short belongs to a hit that is not there either.
            lines.removeLast()
            for (i, line) in lines.enumerated() {
                if let value = try? JSON5Value(text: String(line)), value["entry"]?.integer != nil {
                    entries += 1
                } else {
                    problems.append("\(path):\(i + 1): no entry; hits that named it are shown without it")
                }
            }
        }
    }
}
