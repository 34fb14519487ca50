@testable import ANPRCore

/// A plugin with its host, fed by hand: every batch counts as durable, and after a restart none comes again.
final class HostedPlugin {
    private let host: PluginHost
    private var batches: UInt64

    init(_ factory: PluginFactory, _ context: PluginContext) throws {
        host = try PluginHost(
            try factory.make(context), storage: DiskLedgerStorage(folder: context.directory), shards: 1)
        batches = host.committed[0].position
    }

    func reload() throws { try host.plugin.reload() }
    func finish() throws { try host.finish(durable: [.max], nowNs: 0) }
    var interests: PluginInterests { host.plugin.interests }
    var watchedPlates: [WatchedPlate] { host.plugin.watchedPlates }

    /// One batch of what is given.
    func hand(records: [SectionRecord] = [], reads: [Read] = [], hits: [Hit] = []) throws {
        try records.withUnsafeBufferPointer { records in
            try reads.withUnsafeBufferPointer { reads in
                try hits.withUnsafeBufferPointer { hits in
                    try host.commit(durable: [.max], nowNs: 0)
                    try host.take(
                        PluginBatch(hits: hits, records: records, watchedReads: reads),
                        through: [StreamCursor(position: batches + 1)])
                    batches += 1
                    try host.commit(durable: [.max], nowNs: 0)
                }
            }
        }
    }

    func counter(_ name: String) -> Int? { host.plugin.counters.first { $0.name == name }?.value }
}
