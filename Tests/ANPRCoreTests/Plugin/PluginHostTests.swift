import Testing

@testable import ANPRCore

/// What a plugin decided, what it wants to happen, and what it dies of.
@Suite struct PluginHostTests {
    private let storage = MemoryLedgerStorage(seed: 1)

    private func host(
        _ plugin: DecidingPlugin = DecidingPlugin(), _ delivery: (any EffectDelivery)? = nil,
        change: (inout PluginHostSettings) -> Void = { _ in }
    ) throws -> PluginHost {
        var settings = PluginHostSettings()
        change(&settings)
        return try PluginHost(plugin, storage: storage, shards: 1, delivery: delivery, settings: settings)
    }

    private func numbers(_ host: PluginHost) -> [UInt32] { (host.plugin as? DecidingPlugin)?.numbers ?? [] }

    @Test func onlyWhatRestsOnDurableEventsIsCommittedAndDelivered() throws {
        let delivery = ProbeDelivery()
        let first = try host(DecidingPlugin(), delivery)
        try first.take(0..<2)
        try first.take(2..<5)
        try first.commit(durable: [1], nowNs: 0)
        #expect(delivery.keys.isEmpty)
        try first.commit(durable: [2], nowNs: 0)
        #expect(delivery.keys == ["k0", "k1"])
        #expect(first.committed == [StreamCursor(position: 2)] && first.taken == [StreamCursor(position: 5)])
        #expect(numbers(first) == [0, 1, 2, 3, 4])
        storage.restartMachine()
        let second = try host(DecidingPlugin(), delivery)
        #expect(numbers(second) == [0, 1])
        #expect(second.committed == [StreamCursor(position: 2)] && second.taken == second.committed)
        // That they were delivered was not on disk yet: they are delivered again, with their keys.
        try second.commit(durable: [3], nowNs: 0)
        #expect(delivery.keys == ["k0", "k1", "k0", "k1"])
        try second.finish(durable: [3], nowNs: 0)
        #expect(try host(DecidingPlugin(), delivery).status.waiting == 0)
    }

    @Test func aCursorIsCoveredWhenItsBlockIsDurable() {
        #expect(StreamCursor().isCovered(by: 0))
        #expect(StreamCursor(position: 64, event: 0).isCovered(by: 64))
        #expect(!StreamCursor(position: 64, event: 1).isCovered(by: 64))
        #expect(StreamCursor(position: 64, event: 9).isCovered(by: 65))
        #expect(StreamCursor(position: 64, event: 9) < StreamCursor(position: 65))
    }

    @Test func aPlaceAloneIsWrittenSeldom() throws {
        let host = try host()
        func place(_ position: UInt64, nowNs: Nanoseconds) throws -> UInt64 {
            try host.take(PluginBatch(), through: [StreamCursor(position: position)])
            try host.commit(durable: [.max], nowNs: nowNs)
            return host.committed[0].position
        }
        #expect(try place(1, nowNs: 0) == 1)
        #expect(try place(2, nowNs: 1) == 1)
        #expect(try place(3, nowNs: .second) == 3)
        try host.take(4..<5)
        try host.commit(durable: [.max], nowNs: .second + 1)
        #expect(host.committed[0].position == 5)
    }

    /// A stream in which a plugin finds nothing: what is held stays small, and its place follows the durable one.
    @Test func placesThatMoveOnAreHeldAsOne() throws {
        let host = try host()
        var heldMost = 0
        var behindMost: UInt64 = 0
        for i in 1...10_000 as ClosedRange<UInt64> {
            try host.take(PluginBatch(), through: [StreamCursor(position: i)])
            // Durable is what came twenty events ago; a millisecond passes with each.
            try host.commit(durable: [i - min(i, 20)], nowNs: Nanoseconds(i) * .millisecond)
            heldMost = max(heldMost, host.status.held)
            behindMost = max(behindMost, i - host.committed[0].position)
        }
        #expect(heldMost <= 3)
        // Twice a second of events, and what was not durable.
        #expect(behindMost <= 2100)
        try host.take(7..<8)
        try host.finish(durable: [.max], nowNs: 11 * .second)
        #expect(host.committed == host.taken && numbers(host) == [7])
    }

    @Test func snapshotAndLedgerAgree() throws {
        let first = try host { $0.snapshotTransactions = 2 }
        for i in 0..<20 {
            try first.take(3 * i..<3 * i + 3)
            try first.commit(durable: [.max], nowNs: Nanoseconds(i))
        }
        let snapshots = storage.fileNames.filter { $0.hasPrefix("snapshot") }
        #expect(snapshots.count == 2)
        let expected = numbers(first)
        #expect(numbers(try host()) == expected)
        // The newer one is damaged, then both are, then they are gone.
        for name in snapshots.reversed() {
            var bytes = try #require(storage.bytes(name))
            bytes[bytes.count / 2] ^= 1
            storage.put(name, bytes)
            let again = try host()
            #expect(numbers(again) == expected && again.committed == first.committed)
        }
        for name in snapshots { try storage.remove(name) }
        #expect(numbers(try host()) == expected)
    }

    @Test func deadLettersAreSeenBesideAndSentAgainWhenAsked() throws {
        let delivery = ProbeDelivery()
        let host = try host(DecidingPlugin(), delivery) { $0.snapshotTransactions = 2 }
        delivery.problem = .permanent("refused")
        for i in 0..<4 {
            try host.take(i..<i + 1)
            try host.commit(durable: [.max], nowNs: Nanoseconds(i))
        }
        delivery.problem = .temporary("down")
        try host.take(4..<5)
        try host.finish(durable: [.max], nowNs: 9)
        // As another process reads it: a temporary file that is being written stays.
        storage.put("ledger-00000000000000ff.log.new", [1])
        func seen() throws -> [String] {
            try EffectArchive(storage, shards: 1).letters.map { "\($0.effect.key) \($0.reason ?? "waits")" }
        }
        #expect(try seen() == ["k4 waits", "k0 refused", "k1 refused", "k2 refused", "k3 refused"])
        #expect(storage.fileNames.contains("ledger-00000000000000ff.log.new"))
        #expect(try host.takeRetries() == 0)
        delivery.problem = nil
        try EffectArchive.request(["k2", "nobody's"], in: storage)
        #expect(try host.takeRetries() == 1 && host.takeRetries() == 0)
        try host.finish(durable: [.max], nowNs: .hour)
        #expect(try seen() == ["k0 refused", "k1 refused", "k3 refused"])
        // Asked for while nobody runs: taken at the next start.
        try EffectArchive.requestAll(in: storage)
        let next = try self.host(DecidingPlugin(), delivery)
        #expect(try next.takeRetries() == 3)
        try next.finish(durable: [.max], nowNs: 2 * .hour)
        try next.finish(durable: [.max], nowNs: 2 * .hour)
        #expect(try seen().isEmpty && Set(delivery.keys) == Set((0..<5).map { "k\($0)" }))
    }

    @Test func aPluginThatRefusesItsOwnEventIsBroken() throws {
        let plugin = DecidingPlugin()
        let first = try host(plugin)
        plugin.refusesEvents = true
        #expect(throws: PluginHostProblem.self) { try first.take(0..<1) }
        plugin.refusesEvents = false
        #expect(throws: PluginHostProblem.self) { try first.take(0..<1) }
        #expect(first.status.failure != nil)
        try first.commit(durable: [.max], nowNs: 0)
        #expect(try host().committed == [StreamCursor()])
    }

    @Test func aNumberOfShardsThatDiffersIsRefused() throws {
        let first = try host()
        try first.take(0..<1)
        try first.commit(durable: [.max], nowNs: 0)
        #expect(throws: LedgerProblem.shardsDiffer(there: 1, wanted: 2)) {
            try PluginHost(DecidingPlugin(), storage: storage, shards: 2)
        }
    }

    @Test func tooMuchThatWaitsIsNotTaken() throws {
        let delivery = ProbeDelivery()
        delivery.problem = .temporary("down")
        let first = try host(DecidingPlugin(), delivery) { $0.effects.waitingMax = 4 }
        try first.take(0..<4)
        #expect(throws: PluginHostProblem.self) { try first.take(4..<5) }
        try first.commit(durable: [.max], nowNs: 0)
        #expect(throws: PluginHostProblem.self) { try first.take(4..<5) }
        delivery.problem = nil
        try first.commit(durable: [.max], nowNs: .hour)
        try first.commit(durable: [.max], nowNs: .hour)
        try first.take(4..<5)
        #expect(numbers(first) == [0, 1, 2, 3, 4])
    }
}
