import Testing

@testable import ANPRCore

/// An event that ends the process, again and again.
@Suite struct PoisonTests {
    private let storage = MemoryLedgerStorage(seed: 1)

    /// Runs until the process would die, or all numbers are done. The page keeps what was under way, as it would.
    private func run(poison: Set<UInt32>, until end: Int, note: (PluginHost) -> Void = { _ in }) throws -> Bool {
        let plugin = DecidingPlugin()
        plugin.poison = poison
        var settings = PluginHostSettings()
        settings.singlesPast = 2
        settings.batchMax = 5
        let host = try PluginHost(plugin, storage: storage, shards: 1, settings: settings)
        note(host)
        while host.taken[0].position < UInt64(end) {
            let from = Int(host.taken[0].position)
            let count = min(host.batchMax, end - from)
            let page = try storage.page("attempt")
            // A throw ends an attempt, a death does not: put back what stood there when it came.
            var before = [UInt8](page)
            do { try host.take(from..<from + count) } catch is DecidingPlugin.Death {
                before.replaceSubrange(8..<40, with: page[8..<40])
                before[8] = 1
                page.copyBytes(from: before)
                return false
            }
            try host.commit(durable: [.max], nowNs: 0)
        }
        try host.finish(durable: [.max], nowNs: 0)
        note(host)
        return true
    }

    @Test func itIsSetAsideAfterThreeDeathsAlone() throws {
        var deaths = 0
        var batches: [Int] = []
        while try !run(poison: [7], until: 20, note: { batches.append($0.batchMax) }) { deaths += 1 }
        // Once among others, three times alone.
        #expect(deaths == 4)
        #expect(batches == [5, 1, 1, 1, 1, 5])
        let plugin = DecidingPlugin()
        let host = try PluginHost(plugin, storage: storage, shards: 1)
        #expect(plugin.numbers == (0..<20).filter { $0 != 7 }.map { UInt32($0) })
        #expect(host.status.setAside == 1 && host.status.suspectDeaths == 0)
        let line = String(decoding: try #require(storage.bytes("set-aside.jsonl")), as: UTF8.self)
        #expect(line.hasPrefix(#"{"key":"hit:"#) && line.contains(#""position":8,"#) && line.contains(#""deaths":3"#))
        #expect(line.split(separator: "\n").count == 1)
    }

    @Test func severalAreSetAsideOneByOne() throws {
        var starts = 0
        while try !run(poison: [2, 3, 11], until: 20) { starts += 1 }
        let plugin = DecidingPlugin()
        let host = try PluginHost(plugin, storage: storage, shards: 1)
        #expect(plugin.numbers == (0..<20).filter { ![2, 3, 11].contains($0) }.map { UInt32($0) })
        #expect(host.status.setAside == 3 && starts < 14)
    }

    /// A process that ended for another reason while a plugin was at work.
    @Test func whatPassesIsNoPoison() throws {
        #expect(try !run(poison: [7], until: 20))
        var batchMax = 0
        #expect(try run(poison: [], until: 20) { batchMax = $0.batchMax })
        #expect(batchMax == 5)
        #expect(try PluginHost(DecidingPlugin(), storage: storage, shards: 1).status.setAside == 0)
    }

    @Test func anErrorIsNoDeath() throws {
        let plugin = DecidingPlugin()
        plugin.poison = [0]
        let host = try PluginHost(plugin, storage: storage, shards: 1)
        #expect(throws: DecidingPlugin.Death.self) { try host.take(0..<1) }
        #expect(try PluginHost(plugin, storage: storage, shards: 1).status.suspectDeaths == 0)
    }
}
