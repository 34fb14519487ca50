/// What a plugin is: it gets batches of the streams that it asked for, on a thread of its own, and keeps its own state.
///
/// Its state changes by its own events alone: `decide` looks at a batch and says what happened, `apply` takes it over.
/// The host keeps the events, so that after a crash the state is what it was. It is called on one thread, so it needs
/// no lock. It can be slow: it falls behind, and the engine never waits for it.
package protocol Plugin: AnyObject {
    /// Short, lower case; names its thread, its folder and its counters.
    var name: String { get }
    var interests: PluginInterests { get }
    /// Plates whose reads it wants (with the reason in its documentation). Asked for once after it is made, and again
    /// after each `reload`; the engine cuts those reads out for the price of a list's entry.
    var watchedPlates: [WatchedPlate] { get }
    /// Looks at a batch and at its state, and says what happened and what shall happen outside. Changes neither: when
    /// it throws nothing has happened, and the same events come again.
    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws
    /// Takes one event over: right after it was decided, and again at each recovery. Looks at nothing but the event and
    /// the state. Throws when it does not understand the event.
    func apply(_ event: LedgerEvent) throws
    /// Of what `snapshot` writes.
    var stateVersion: UInt16 { get }
    /// Appends the whole state: what all events so far made of it.
    func snapshot(into bytes: inout [UInt8])
    /// Takes over a state that `snapshot` wrote, perhaps an older version of it. Called on a plugin that is new.
    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws
    /// Configuration files may have changed (SIGHUP). Keep the old ones when the new ones are wrong.
    func reload() throws
    /// The streams have ended and everything was handed over.
    func finish() throws
    /// Its own counters, for status and reports.
    var counters: [PluginCounter] { get }
}

extension Plugin {
    package var watchedPlates: [WatchedPlate] { [] }
    package func reload() throws {}
    package func finish() throws {}
    package var counters: [PluginCounter] { [] }
}

/// A plugin without a state that must outlive it: it does with a batch what it likes, at once. After a crash the events
/// since the last commit come again.
package protocol SimplePlugin: Plugin {
    /// One batch. When it throws, the same batch (or a longer one that begins with it) comes again: take nothing over
    /// before what can fail is done, or know what was taken.
    func handle(_ batch: PluginBatch) throws
}

extension SimplePlugin {
    package func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws { try handle(batch) }
    /// It decides none.
    package func apply(_ event: LedgerEvent) throws {}
    package var stateVersion: UInt16 { 0 }
    package func snapshot(into bytes: inout [UInt8]) {}
    package func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {}
}

/// Events of one turn, in the order of their shard. Valid only during the call that hands them over.
package struct PluginBatch {
    package let hits: UnsafeBufferPointer<Hit>
    package let records: UnsafeBufferPointer<SectionRecord>
    package let watchedReads: UnsafeBufferPointer<Read>
    package init(
        hits: UnsafeBufferPointer<Hit> = .init(start: nil, count: 0),
        records: UnsafeBufferPointer<SectionRecord> = .init(start: nil, count: 0),
        watchedReads: UnsafeBufferPointer<Read> = .init(start: nil, count: 0)
    ) {
        self.hits = hits
        self.records = records
        self.watchedReads = watchedReads
    }

    package var count: Int { hits.count + records.count + watchedReads.count }

    /// One of them: hits first, then records, then reads.
    func input(_ index: Int) -> PluginInput {
        if index < hits.count { return .hit(hits[index]) }
        let rest = index - hits.count
        return rest < records.count ? .record(records[rest]) : .read(watchedReads[rest - records.count])
    }
}

package struct PluginCounter: Equatable, Sendable {
    package let name: String
    package let value: Int
    package init(_ name: String, _ value: Int) {
        self.name = name
        self.value = value
    }
}

/// Makes a plugin, before its thread starts: what it throws stops the engine from starting.
package struct PluginFactory: Sendable {
    package let name: String
    package let make: @Sendable (PluginContext) throws -> any Plugin
    /// How effects leave, by destination; those of one that is not here are lines of a file.
    package let adapters: [String: EffectAdapter]

    package init(
        name: String, adapters: [String: EffectAdapter] = [:],
        make: @escaping @Sendable (PluginContext) throws -> any Plugin
    ) {
        self.name = name
        self.adapters = adapters
        self.make = make
    }
}

/// What the host hands to a plugin.
package struct PluginContext: Sendable {
    /// A folder of its own, which exists; its outbox goes here.
    package let directory: String
    /// What the engine knows about cameras, sections and lists, as of now.
    package let knowledge: any EngineKnowledge
    package init(directory: String, knowledge: any EngineKnowledge) {
        self.directory = directory
        self.knowledge = knowledge
    }
}

/// Look-ups for plugins; thread-safe, cold.
package protocol EngineKnowledge: Sendable {
    func camera(_ id: UInt32) -> Camera?
    func camera(named name: String) -> Camera?
    func section(_ id: UInt32) -> Section?
    /// What a hit's source names: its number, and the hit's `run`.
    func entry(_ number: UInt32, run: UInt32) -> EntryDetails?
}
