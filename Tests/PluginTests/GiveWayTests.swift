import Testing

@testable import ANPRCore

/// What a plugin with a ledger does while the engine is behind.
@Suite(.timeLimit(.minutes(10))) struct GiveWayTests {
    private typealias Runner = PluginRunner<SimulatedDisk>

    private func runner(
        _ plugin: any Plugin, backlog: Int, hits: Int, isPressed: @escaping @Sendable () -> Bool
    ) throws -> Runner {
        let subscription = Subscription(
            name: plugin.name, interests: .hits, watcher: nil, shards: 1, backlog: backlog)
        let host = try PluginHost(plugin, storage: MemoryLedgerStorage(seed: 1), shards: 1)
        var fan = StreamFan([subscription], shard: 0)
        for i in 0..<hits { fan.found(HitSample.hit(UInt32(i)), at: 0) }
        fan.publish()
        return Runner(host, subscription, logs: [], clock: { 5 }, isPressed: isPressed) { _ in }
    }

    @Test func takesLittleAtATimeWhileReadsWait() throws {
        #expect(try runner(DoorPlugin(), backlog: 1024, hits: 100) { true }.turn(nowNs: 0) == 32)
        #expect(try runner(DoorPlugin(), backlog: 1024, hits: 100) { false }.turn(nowNs: 0) == 100)
    }

    /// Without a journal an event that finds no room is lost.
    @Test func takesAllThatItCanWhenItsBacklogFillsUp() throws {
        #expect(try runner(DoorPlugin(), backlog: 128, hits: 100) { true }.turn(nowNs: 0) == 100)
    }

    /// What hands on alerts does not wait.
    @Test func onlyPluginsWithALedgerGiveWay() throws {
        #expect(try runner(CountingPlugin(), backlog: 1024, hits: 100) { true }.turn(nowNs: 0) == 100)
    }

    /// The engine is behind for good: nothing is left undone, and who asks is answered.
    @Test func everythingIsDoneInTheEnd() throws {
        let plugin = DoorPlugin()
        let runner = try runner(plugin, backlog: 1024, hits: 500) { true }
        let thread = try ThreadAgent(name: "doors") { runner.run() }
        let open = PluginCall(verb: "open", id: "1", by: "t", fields: ["door": .text("a")])
        #expect(runner.call([open]).wait(.hour) == [.done(Array("{\"door\":\"a\"}".utf8))])
        runner.stop()
        thread.join()
        #expect(plugin.passed.count == 500 && runner.status().handled == 500)
    }
}

/// Keeps nothing, hands nothing on.
private final class CountingPlugin: SimplePlugin {
    let name = "counting"
    let interests: PluginInterests = .hits
    private(set) var hits = 0
    func handle(_ batch: PluginBatch) { hits += batch.hits.count }
}
