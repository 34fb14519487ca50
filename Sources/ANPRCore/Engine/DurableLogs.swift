/// The logs of all shards, opened: verified, with windows marked, ready to be written on.
package struct DurableLogs<S: Storage> {
    let directory: DataDirectory<S>
    let run: UInt32
    let catalogue: EntryCatalogue?
    package let ends: [JournalScan<S>.End]
    package let buffers: [JournalBuffer]
    package let committers: [JournalCommitter<S>]
    let checkpointNumber: UInt64
    /// What an operator should know of the start.
    let notices: [String]

    /// `catalogue` makes the run's catalogue of entries.
    package init(
        _ directory: DataDirectory<S>, door: CameraDoor, rings: Int,
        catalogue make: (UInt32) throws -> EntryCatalogue?
    ) throws {
        self.directory = directory
        try directory.makeFolders()
        let (checkpoint, number, problems) = try Checkpoint.newest(directory.storage, directory.checkpoints)
        var notices = problems
        for window in checkpoint?.windows ?? [] { door.restore(window) }
        var ends: [JournalScan<S>.End] = []
        for shard in 0..<directory.shards {
            let recovery = LogRecovery(directory.place(shard: shard))
            let log = checkpoint.flatMap { $0.logs.indices.contains(shard) ? $0.logs[shard] : nil }
            let end = try recovery.verify(log, run: checkpoint?.run ?? 0, door: door)
            if let torn = end.torn {
                notices.append(
                    "shard \(shard): the log's tail was torn at position \(end.position) (\(torn)): it was never "
                        + "acknowledged, and is sent again")
            }
            ends.append(end)
        }
        door.recount()
        try directory.raiseFormat()
        run = try directory.nextRun(after: ends.map(\.run).max() ?? 0)
        catalogue = try make(run)
        var buffers: [JournalBuffer] = []
        var committers: [JournalCommitter<S>] = []
        for shard in 0..<directory.shards {
            let tail = JournalTail(
                directory.place(shard: shard), ends[shard],
                synced: checkpoint.flatMap { $0.logs.indices.contains(shard) ? $0.logs[shard].durable : nil } ?? 0,
                catalogue: catalogue)
            let (buffer, committer) = try tail.open(rings: rings)
            buffers.append(buffer)
            committers.append(committer)
        }
        self.ends = ends
        self.buffers = buffers
        self.committers = committers
        checkpointNumber = number
        self.notices = notices
    }

    package func appender(shard: Int) -> JournalAppender {
        JournalAppender(buffers[shard], start: ends[shard].position, run: run, latestNs: ends[shard].latestNs)
    }

    /// Brings a shard to where it stood at its log's end. A passage can be open
    /// as long as it may be, or an alert silenced, and a margin for crossings in a jam: no state goes further back.
    package func recover(
        _ shard: inout Shard, number: Int, settings: CorrelatorSettings, suppressionNs: Nanoseconds
    ) throws -> LogRecovery<S>.Recovered {
        var recovery = LogRecovery(directory.place(shard: number))
        let spanNs = max(settings.passageMaxNs + settings.latenessNs, suppressionNs) + 10 * 60 * .second
        return try recovery.replay(
            to: ends[number], spanNs: spanNs, states: StateFiles(directory, shard: number), into: &shard)
    }

    /// What taps of the log need.
    var taps: [StreamTap<S>.Log] {
        buffers.indices.map { StreamTap<S>.Log(place: directory.place(shard: $0), buffer: buffers[$0]) }
    }
}
