/// How many threads of each kind an engine runs.
struct ThreadPlan {
    let receivers: Int
    let shards: Int

    /// One receiver for each four cores and a shard for each core that is left; what is configured counts first.
    init(_ configuration: EngineConfiguration, cores: Int) {
        receivers = configuration.listen.receivers > 0 ? configuration.listen.receivers : max(1, cores / 4)
        shards = configuration.shards > 0 ? configuration.shards : max(1, cores - receivers)
    }
}
