/// What a plugin is: it gets batches of the streams that it asked for, on a thread of its own, and keeps its own state.
///
/// It is called and ended on that one thread, so it needs no lock. It can be slow: its backlog is bounded and
/// counted, and the engine never waits for it.
package protocol Plugin: AnyObject {
    /// Short, lower case; names its thread, its folder and its counters.
    var name: String { get }
    var interests: PluginInterests { get }
    /// Plates whose reads it wants (with the reason in its documentation). Asked for once after it is made, and again
    /// after each `reload`; the engine cuts those reads out for the price of a list's entry.
    var watchedPlates: [WatchedPlate] { get }
    /// One batch. When it throws, the same batch (or a longer one that begins with it) comes again: take nothing over
    /// before what can fail is done, or know what was taken.
    func handle(_ batch: PluginBatch) throws
    /// Configuration files may have changed (SIGHUP). Keep the old state when the new one is wrong.
    func reload() throws
    /// The streams have ended and everything was handed over: write out what is buffered.
    func finish() throws
    /// Its own counters, for status and reports.
    var counters: [PluginCounter] { get }
}

extension Plugin {
    package var watchedPlates: [WatchedPlate] { [] }
    package func reload() throws {}
    package var counters: [PluginCounter] { [] }
}

/// Events of one turn, in the order of their shard. Valid only during `handle`.
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
    package init(name: String, make: @escaping @Sendable (PluginContext) throws -> any Plugin) {
        self.name = name
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
    func section(_ id: UInt32) -> Section?
    func entry(_ number: UInt32) -> EntryDetails?
}
