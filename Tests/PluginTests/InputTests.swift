import Testing

@testable import ANPRCore

/// What comes to a domain plugin one by one: elements of a batch, events, answers, the time.
@Suite struct InputTests {
    private func context() -> PluginContext { PluginContext(directory: "", knowledge: Samples.knowledge) }

    /// Whatever throws, and when: the ledger is the same bytes.
    @Test(arguments: UInt64(1)...20) func throwsLeaveNoTrace(seed: UInt64) throws {
        func ledger(chance: Double) throws -> [UInt8] {
            let storage = MemoryLedgerStorage(seed: 1)
            let plugin = DoorPlugin()
            var random = Random(seed: seed)
            plugin.fails = { random.chance(chance) }
            let host = try PluginHost(plugin, storage: storage, shards: 1)
            for batch in 0..<10 {
                let hits = (0..<7).map { HitSample.hit(UInt32(batch * 5 + $0)) }
                var isTaken = false
                while !isTaken {
                    do {
                        try hits.withUnsafeBufferPointer {
                            try host.take(PluginBatch(hits: $0), through: [StreamCursor(position: UInt64(batch + 1))])
                        }
                        isTaken = true
                    } catch is DoorPlugin.Fault {}
                }
                try host.commit(durable: [.max], nowNs: 0)
            }
            try host.finish(durable: [.max], nowNs: 0)
            #expect(plugin.passed == (0..<52).map { UInt32($0) })
            let logs = storage.fileNames.filter { $0.hasPrefix("ledger") }
            return logs.flatMap { storage.bytes($0) ?? [] }
        }
        #expect(try ledger(chance: 0.4) == ledger(chance: 0))
    }

    @Test func nothingIsTakenInTheMiddleOfABatch() throws {
        let plugin = DoorPlugin()
        let host = try PluginHost(plugin, storage: MemoryLedgerStorage(seed: 1), shards: 1)
        var asked = 0
        plugin.fails = {
            asked += 1
            return asked == 2
        }
        let hits = (0..<3).map { HitSample.hit($0) }
        func take() throws {
            try hits.withUnsafeBufferPointer {
                try host.take(PluginBatch(hits: $0), through: [StreamCursor(position: 1)])
            }
        }
        #expect(throws: DoorPlugin.Fault.self) { try take() }
        #expect(throws: PluginHostProblem.inBatch) { try host.take(.time(1)) }
        var reply: PluginReply?
        let call = PluginCall(verb: "open", id: "1", by: "t", fields: ["door": .text("a")])
        host.take(call, atNs: 0) { reply = $0 }
        #expect(reply == .notNow("\(PluginHostProblem.inBatch)"))
        try take()
        try host.commit(durable: [.max], nowNs: 0)
        #expect(plugin.passed == [0, 1, 2])
        host.take(call, atNs: 0) { reply = $0 }
        try host.commit(durable: [.max], nowNs: 0)
        #expect(reply == .done(Array(#"{"door":"a"}"#.utf8)))
    }

    @Test func eventsAreHeardOnceAndTheirPlaceIsKept() throws {
        let storage = MemoryLedgerStorage(seed: 1)
        let plugin = try HostedPlugin(DoorPlugin.factory(), context(), storage: storage)
        for i in 1...3 { try plugin.hear("bells.rang/1", from: "bells", id: "b\(i)") }
        let again = DomainEvent(
            origin: "bells", place: EventPlace(transaction: 2), kind: "bells.rang/1", id: "b2", atNs: 0, body: [])
        try plugin.host.take(.event(again))
        try plugin.restart()
        try plugin.host.take(.event(again))
        #expect((plugin.host.plugin as? DoorPlugin)?.heard == ["b1", "b2", "b3"])
        #expect(plugin.host.heard == ["bells": EventPlace(transaction: 3)])
    }

    @Test func theTimeNeverGoesBackAndWritesNothingWhenNothingHappens() throws {
        let plugin = try HostedPlugin(DoorPlugin.factory(), context(), storage: MemoryLedgerStorage(seed: 1))
        let before = plugin.host.status.transactions
        try plugin.host.take(.time(5))
        try plugin.host.take(.time(3))
        #expect(plugin.host.clockNs == 5 && plugin.host.status.held == 0)
        try plugin.commit()
        #expect(plugin.host.status.transactions == before)
        try plugin.call("open", ["door": .text("a")])
        try plugin.call("close", ["door": .text("a")])
        try plugin.time(plugin.nowNs + .hour)
        let told = try plugin.told()
        #expect(told.map(\.id) == ["a"] && told.map(\.kind) == ["doors.locked/1"])
        #expect(told.map(\.body) == [Array(#"{"door":"a"}"#.utf8)])
    }

    @Test func anAnswerIsCommittedWithWhatBecameOfTheEffect() throws {
        let plugin = try HostedPlugin(DoorPlugin.factory(), context(), storage: MemoryLedgerStorage(seed: 1))
        try plugin.hand(hits: [HitSample.hit(1), HitSample.hit(2)])
        #expect(try plugin.sent(to: "log").map(\.key) == ["p1", "p2"])
        try plugin.answer("p1", from: "log", status: 202)
        try plugin.giveUp("p2", to: "log")
        try plugin.restart()
        #expect((plugin.host.plugin as? DoorPlugin)?.answered == ["p1:202", "p2:0"])
    }

    /// A process that dies of an event, or of an answer, at each start.
    @Test(arguments: [true, false]) func whatItDiesOfIsSetAside(isEvent: Bool) throws {
        let storage = MemoryLedgerStorage(seed: 1)
        let event = DomainEvent(
            origin: "bells", place: EventPlace(transaction: 1), kind: "bells.rang/1", id: "b", atNs: 0, body: [])
        let answer = EffectAnswer(key: "k", destination: "log", outcome: .answered(status: 200, body: []))
        let attempt: AttemptPage.Attempt =
            isEvent ? .event(EventName(event).mark) : .answer(EventName(answer).mark)
        for deaths in 0...3 {
            let plugin = DoorPlugin()
            let host = try PluginHost(plugin, storage: storage, shards: 1)
            #expect(host.status.suspectDeaths == deaths && host.batchMax == host.settings.batchMax)
            guard deaths == 3 else {
                // As the page stands when a process dies in the call.
                AttemptPage(try storage.page("attempt")).begin(attempt)
                continue
            }
            try host.take(isEvent ? .event(event) : .answer(answer))
            try host.commit(durable: [.max], nowNs: 0)
            #expect(plugin.heard.isEmpty && plugin.answered.isEmpty)
            #expect(host.status.setAside == (isEvent ? 1 : 0) && host.status.suspectDeaths == 0)
        }
        try PluginHost(DoorPlugin(), storage: storage, shards: 1).take(.event(event))
    }
}
