/// How many threads of each kind an engine runs.
struct ThreadPlan {
    let receivers: Int
    let shards: Int

    /// One receiver for each four cores and a shard for each core that is left; what is configured counts first. A
    /// journal has its own number of shards, for ever: positions and plates belong to them.
    init(_ configuration: EngineConfiguration, cores: Int, journalShards: Int?) throws(InputProblems) {
        receivers = configuration.listen.receivers > 0 ? configuration.listen.receivers : max(1, cores / 4)
        if let journalShards {
            guard configuration.shards == 0 || configuration.shards == journalShards else {
                throw InputProblems(
                    file: configuration.journal.directory,
                    "was made with \(journalShards) shard(s), and 'shards' is \(configuration.shards): take that key "
                        + "out, or give the journal a new directory")
            }
            shards = journalShards
        } else {
            shards = configuration.shards > 0 ? configuration.shards : max(1, cores - receivers)
        }
        guard configuration.journal.directory.isEmpty || receivers <= JournalBuffer.ringsMax else {
            throw InputProblems(
                file: "configuration", "with a journal at most \(JournalBuffer.ringsMax) receivers; found \(receivers)")
        }
    }
}
