import Testing

@testable import ANPRCore

/// Calls on a plugin's thread, from others.
@Suite(.timeLimit(.minutes(10))) struct RunnerCallTests {
    private typealias Runner = PluginRunner<SimulatedDisk>

    private func runner(_ plugin: DoorPlugin = DoorPlugin(), nowNs: Nanoseconds = 5) throws -> Runner {
        let subscription = Subscription(
            name: "doors", interests: plugin.interests, watcher: nil, shards: 1, backlog: 16)
        let host = try PluginHost(plugin, storage: MemoryLedgerStorage(seed: 1), shards: 1)
        return PluginRunner(host, subscription, logs: [], clock: { nowNs }) { _ in }
    }

    private func call(_ verb: String, _ door: String) -> PluginCall {
        PluginCall(verb: verb, id: verb + door, by: "t", fields: ["door": .text(door)])
    }

    @Test func callsOfManyThreadsAreAnswered() throws {
        let runner = try runner()
        let thread = try ThreadAgent(name: "doors") { runner.run() }
        let callers = try (0..<4).map { caller in
            try ThreadAgent(name: "caller") {
                for i in 0..<50 {
                    let door = "d\(caller)-\(i)"
                    let calls = ["open", "close", "open"].map { verb in
                        PluginCall(verb: verb, id: "\(verb)\(door)", by: "t", fields: ["door": .text(door)])
                    }
                    let reply = PluginReply.done(Array("{\"door\":\"\(door)\"}".utf8))
                    #expect(runner.call(calls).wait(.hour) == [reply, reply, reply])
                }
            }
        }
        for caller in callers { caller.join() }
        runner.stop()
        thread.join()
        // The third of each is the first's id again: it is answered, not done.
        #expect(runner.status().host?.calls == 400)
        #expect(runner.call([call("open", "late")]).wait(.hour) == [.notNow("the plugin has ended")])
    }

    @Test func whoDoesNotWaitIsNotServed() throws {
        let plugin = DoorPlugin()
        let runner = try runner(plugin)
        let replies = runner.call([call("open", "a")]).wait(0)
        #expect(replies == [.notNow("no answer within \(Quantity.durationText(0))")])
        _ = runner.turn(nowNs: 0)
        #expect(plugin.doors.isEmpty)
    }

    @Test func withoutATimeOnlyQueriesAreTaken() throws {
        let runner = try runner(nowNs: 0)
        var list = PluginCall(verb: "list", id: "", by: "t")
        list.isQuery = true
        let group = runner.call([call("open", "a"), list])
        _ = runner.turn(nowNs: 0)
        #expect(
            group.wait(0) == [
                .notNow("the frames' times are the clock, and none has come"), .lines([], next: nil),
            ])
    }

    @Test func thereIsABoundOnWhatWaits() throws {
        let mailbox = PluginMailbox()
        let many = (0..<PluginMailbox.waitingMax).map { call("open", "\($0)") }
        _ = mailbox.post(many)
        let reply = mailbox.post([call("open", "one more")]).wait(0)
        #expect(reply == [.notNow("\(PluginMailbox.waitingMax) calls wait for the plugin")])
        #expect(mailbox.take(5).map(\.call.id) == ["open0", "open1", "open2", "open3", "open4"])
    }

    /// A transaction of another in which nothing was for it, committed after it had listened: within a second it shows
    /// that it was looked at, though there was nothing to do.
    @Test func whatWasNothingForItIsNotWaitedFor() throws {
        let storage = MemoryLedgerStorage(seed: 2)
        let bells = Subscription(name: "bells", interests: .hits, watcher: nil, shards: 1, backlog: 16)
        let teller = Runner(
            try PluginHost(DoorPlugin(), storage: storage, shards: 1), bells, logs: [],
            clock: { 5 }
        ) { _ in }
        let doors = Subscription(name: "doors", interests: .hits, watcher: nil, shards: 1, backlog: 16)
        let clock = Handed { [self] in
            _ = teller.call([call("open", "bell")])
            _ = teller.turn(nowNs: 0)
        }
        let listener = Runner(
            try PluginHost(DoorPlugin(), storage: MemoryLedgerStorage(seed: 3), shards: 1), doors, logs: [],
            clock: { clock.run() }
        ) { _ in }
        try listener.follow(teller, in: storage)
        // Its time is asked for when it takes a call and when it is told the time, which is after it has listened.
        _ = listener.call([call("open", "a")])
        _ = listener.turn(nowNs: 5 * .second)
        #expect(teller.status().host?.calls == 1)
        _ = listener.turn(nowNs: 6 * .second)
        #expect(listener.status().behind == 0)
    }

    /// Runs at the second look at the clock.
    private final class Handed: @unchecked Sendable {
        // SAFE: @unchecked Sendable: all of a test runs on its thread.
        private let body: () -> Void
        private var looks = 0
        init(_ body: @escaping () -> Void) { self.body = body }
        func run() -> Nanoseconds {
            looks += 1
            if looks == 2 { body() }
            return 5
        }
    }
}
