/// A plugin with its host, for a runner that knows `handle` alone and no places in streams.
///
/// For the time until the runner has them: every batch counts as durable, and after a crash none comes again.
final class HostedPlugin: SimplePlugin {
    private let host: PluginHost
    private var batches: UInt64

    static func hosted(_ plugin: any Plugin, directory: String) throws -> any Plugin {
        if plugin is any SimplePlugin { return plugin }
        return HostedPlugin(try PluginHost(plugin, storage: DiskLedgerStorage(folder: directory), shards: 1))
    }

    private init(_ host: PluginHost) {
        self.host = host
        batches = host.committed[0].position
    }

    var name: String { host.plugin.name }
    var interests: PluginInterests { host.plugin.interests }
    var watchedPlates: [WatchedPlate] { host.plugin.watchedPlates }
    var counters: [PluginCounter] { host.plugin.counters }
    func reload() throws { try host.plugin.reload() }

    /// Throws before it has taken anything of the batch, or not at all.
    func handle(_ batch: PluginBatch) throws {
        try commit()
        try host.take(batch, through: [StreamCursor(position: batches + 1)])
        batches += 1
        // What cannot be written now waits, and is tried again before the next batch is taken.
        try? commit()
    }

    func finish() throws { try host.finish(durable: [.max], nowNs: Clock.monotonicNs()) }

    private func commit() throws { try host.commit(durable: [.max], nowNs: Clock.monotonicNs()) }
}

extension Plugin {
    /// What the runner calls: the factory has put a host around every plugin that is not simple.
    func handle(_ batch: PluginBatch) throws {
        guard let simple = self as? any SimplePlugin else { preconditionFailure("made without its factory") }
        try simple.handle(batch)
    }
}
