import Synchronization

/// All lists of an engine: the control plane of matching. Thread-safe; nothing of it is on the way of a read.
///
/// It holds the entries, their texts and an index, builds the shards' tables, and sends each change to the shard that
/// it concerns. A change is in force in the next batch that the shard takes. When a shard's table is full, a larger
/// one is built here and swapped in, so that a shard never pauses.
package final class Blacklists: Sendable {
    let store = EntryStore()
    private let state: Mutex<BlacklistState>
    package let mailboxes: [ShardMailbox]
    /// Wakes a shard that sleeps, so that a change is in force though no read comes.
    private let shardCount: Int

    package init(shards: Int) {
        precondition(shards > 0)
        shardCount = shards
        mailboxes = (0..<shards).map { _ in ShardMailbox() }
        state = Mutex(BlacklistState(store: store, shards: shards))
    }

    /// Loads lists from their files, all or nothing; before the matchers are made.
    package func load(_ lists: [BlacklistConfiguration]) throws {
        try state.withLock { try $0.load(lists) }
    }

    /// The matcher of a shard, over everything loaded so far.
    package func matcher(shard: Int, suppressionNs: Nanoseconds) -> Matcher {
        let (table, patterns) = state.withLock { ($0.buildTable(shard: shard), $0.patternTable) }
        return Matcher(entries: store.table, table: table, patterns: patterns, suppressionNs: suppressionNs)
    }

    /// Takes changes, in order, all or nothing. An entry that is removed or changed was there before the call, and is
    /// named once in it.
    package func apply(_ changes: [BlacklistChange]) throws(BlacklistError) {
        let orders = try state.withLock { (state) throws(BlacklistError) in
            try state.apply(changes, applied(), Clock.monotonicNs())
        }
        post(orders)
    }

    /// Reads the lists' files again and takes over the differences. A list whose file is faulty stays as it is.
    package func reload(_ lists: [BlacklistConfiguration]) throws {
        let orders = try state.withLock { try $0.reload(lists, applied(), Clock.monotonicNs()) }
        post(orders)
    }

    /// The plates whose reads plugin `watcher` wants; replaces what it wanted before.
    package func watch(_ plates: [WatchedPlate], watcher: Int, name: String) throws(BlacklistError) {
        let orders = try state.withLock { (state) throws(BlacklistError) in
            try state.watch(plates, watcher: watcher, name: name, applied(), Clock.monotonicNs())
        }
        post(orders)
    }

    package func details(of number: UInt32) -> EntryDetails? { state.withLock { $0.details(of: number) } }
    package func listName(_ list: UInt16) -> String { state.withLock { $0.listName(list) } }
    /// Entries on lists (watched plates not counted).
    package var entryCount: Int { state.withLock { $0.entryCount } }
    /// Memory of entries, texts, index and tables.
    package var bytes: Int { state.withLock { $0.bytes } }
    /// Entries by list.
    package var counts: [(list: String, entries: Int)] { state.withLock { $0.counts } }

    private func applied() -> [Int] { mailboxes.map(\.applied) }

    private func post(_ orders: [[Matcher.Order]]) {
        for (shard, orders) in orders.enumerated() {
            mailboxes[shard].freeRetired()
            if !orders.isEmpty { mailboxes[shard].post(orders) }
        }
    }
}

/// A change of the lists while reads flow.
package enum BlacklistChange: Sendable {
    /// The list must exist (configured).
    case add(EntryDetails)
    case remove(list: String, mark: String, caseNumber: String)
    /// The new entry takes the place of the one with the same list, mark and case number.
    case change(EntryDetails)
}

package enum BlacklistError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownList(String)
    case noSuchEntry(list: String, mark: String, caseNumber: String)
    case badMark(String, String)
    case full
    case tooManyLists
    case broadListTooLong(String)

    package var description: String {
        switch self {
        case .unknownList(let name): "there is no list '\(name)'"
        case .noSuchEntry(let list, let mark, let caseNumber):
            "list '\(list)' has no entry '\(mark)' of case '\(caseNumber)'"
        case .badMark(let mark, let why): "'\(mark)' is no plate and no pattern: \(why)"
        case .full: "the lists are full: at most \(Limits.entriesMax) entries"
        case .tooManyLists: "at most \(Limits.listsMax) lists"
        case .broadListTooLong(let name):
            "list '\(name)' has tolerance 'broad' and more than \(Tolerance.broadEntriesMax) entries; use 'balanced'"
        }
    }
}
