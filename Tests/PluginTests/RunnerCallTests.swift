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
}
