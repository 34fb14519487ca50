/// One plugin's share of the streams: for each shard a bounded ring a stream that it asked for.
///
/// When a ring is full the event is dropped for this plugin alone, and counted: a slow plugin never holds a shard back.
package final class Subscription: Sendable {
    package let name: String
    package let interests: PluginInterests
    /// The plugin's number among those that watch plates; nil when it does not.
    package let watcher: Int?
    let hits: [RingMemory<Hit>]
    let records: [RingMemory<SectionRecord>]
    let watchedReads: [RingMemory<Read>]
    let parker = Parker()
    /// One counter a shard, which alone writes it.
    private let dropped: [Counters]

    package init(name: String, interests: PluginInterests, watcher: Int?, shards: Int, backlog: Int) {
        precondition(interests.contains(.watchedReads) == (watcher != nil))
        self.name = name
        self.interests = interests
        self.watcher = watcher
        func rings<T>(_ interest: PluginInterests, _ type: T.Type) -> [RingMemory<T>] {
            interests.contains(interest) ? (0..<shards).map { _ in RingMemory<T>(capacity: backlog) } : []
        }
        hits = rings(.hits, Hit.self)
        records = rings(.records, SectionRecord.self)
        watchedReads = rings(.watchedReads, Read.self)
        dropped = (0..<shards).map { _ in Counters(count: 1) }
    }

    /// Events that wait right now.
    package var backlog: Int {
        hits.reduce(0) { $0 + $1.backlog } + records.reduce(0) { $0 + $1.backlog }
            + watchedReads.reduce(0) { $0 + $1.backlog }
    }

    /// Events that found the backlog full.
    package var droppedEvents: Int { dropped.reduce(0) { $0 + $1[0] } }

    /// The shard only.
    func countDrop(shard: Int) { dropped[shard].add(1, to: 0) }
}
