import Synchronization

/// One plugin's share of the streams: a bounded ring a shard, and whether the shard pushes into it.
///
/// With a journal nothing is dropped: when a ring is full the shard parts from it, the plugin's thread reads on from
/// the log, and asks to be joined again when it has caught up. Without one, an event that finds a full ring is dropped
/// for this plugin alone, and counted. Either way a slow plugin never holds a shard back.
package final class Subscription: Sendable {
    package let name: String
    /// Names it in the log, for ever: a hash of its name.
    package let id: UInt32
    package let interests: PluginInterests
    /// The plugin's number among those that watch plates; nil when it does not.
    package let watcher: Int?
    package let isDurable: Bool
    package let rings: [RingMemory<StreamEvent>]
    let links: [SubscriptionLink]
    package let parker = Parker()
    /// One counter a shard, which alone writes it.
    private let dropped: [Counters]

    /// `isDurable`: there is a journal, and every link begins parted.
    package init(
        name: String, interests: PluginInterests, watcher: Int?, shards: Int, backlog: Int, isDurable: Bool = false
    ) {
        precondition(interests.contains(.watchedReads) == (watcher != nil))
        self.name = name
        id = Self.id(of: name)
        self.interests = interests
        self.watcher = watcher
        self.isDurable = isDurable
        rings = (0..<shards).map { _ in RingMemory(capacity: backlog, pages: .ready) }
        links = (0..<shards).map { _ in SubscriptionLink(isJoined: !isDurable) }
        dropped = (0..<shards).map { _ in Counters(count: 1) }
    }

    package static func id(of name: String) -> UInt32 {
        var hash: UInt64 = 0
        for byte in name.utf8 { hash = spread(hash ^ UInt64(byte)) }
        return UInt32(truncatingIfNeeded: hash >> 32) | 1
    }

    /// Events that wait in memory right now.
    package var backlog: Int { rings.reduce(0) { $0 + $1.backlog } }

    /// Events that found the backlog full, without a journal.
    package var droppedEvents: Int { dropped.reduce(0) { $0 + $1[0] } }

    /// The shard only.
    func countDrop(shard: Int) { dropped[shard].add(1, to: 0) }
}

/// Whether a shard pushes into a subscription's ring, and from where on.
final class SubscriptionLink: Sendable {
    enum State: UInt8 {
        /// Nothing is pushed.
        case parted
        /// The plugin's thread has nearly caught up and asks for what follows.
        case wanted
        case joined
    }

    private let word: Atomic<UInt8>
    private let position = Atomic<UInt64>(0)
    private let event = Atomic<UInt32>(0)
    private let reached = Atomic<UInt64>(0)

    init(isJoined: Bool) { word = Atomic((isJoined ? State.joined : .parted).rawValue) }

    var state: State {
        // ORDER: acquire, pairs with the releases below: what was pushed, or from where on, is seen with the state.
        State(rawValue: word.load(ordering: .acquiring))!
    }

    /// The shard: the ring is full; what was pushed so far is published.
    func part() {
        // ORDER: release; pairs with the acquire in `state`.
        word.store(State.parted.rawValue, ordering: .releasing)
    }

    /// The plugin's thread.
    func want() {
        // ORDER: release; the ring was emptied before.
        word.store(State.wanted.rawValue, ordering: .releasing)
    }

    /// The shard: events from here on are pushed.
    func join(from cursor: StreamCursor) {
        // ORDER: relaxed; published by the release below.
        position.store(cursor.position, ordering: .relaxed)
        event.store(cursor.event, ordering: .relaxed)
        // ORDER: release; pairs with the acquire in `state`.
        word.store(State.joined.rawValue, ordering: .releasing)
    }

    /// The shard: every event of blocks before this one was pushed and published.
    @inline(__always)
    func reach(_ position: UInt64) {
        // ORDER: release, pairs with the acquire in `reach`: the ring was published before.
        reached.store(position, ordering: .releasing)
    }

    /// Look at it before the ring: what lies before it is then in the ring, or was taken from it.
    var reach: UInt64 {
        // ORDER: acquire; as above.
        reached.load(ordering: .acquiring)
    }

    /// The first event that is pushed; valid when joined.
    var joinedFrom: StreamCursor {
        // ORDER: relaxed; ordered by the acquire in `state`.
        StreamCursor(position: position.load(ordering: .relaxed), event: event.load(ordering: .relaxed))
    }
}
