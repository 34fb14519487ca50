/// What one call tells the shards of the blacklists.
struct OrderBatch {
    /// By shard.
    var orders: [[Matcher.Order]]
    /// Entries that it removes, each with its shard; 0 for a pattern, which every shard has.
    var removed: [(number: UInt32, shard: Int)] = []
    /// When it was made.
    var nowNs: Nanoseconds = 0

    init(shards: Int) { orders = Array(repeating: [], count: shards) }
}
