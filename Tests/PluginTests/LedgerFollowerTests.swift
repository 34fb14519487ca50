import Glibc
import Testing

@testable import ANPRCore

/// What one plugin tells is heard by another once, in order, and only when it is on disk.
@Suite struct LedgerFollowerTests {
    private let storage = MemoryLedgerStorage(seed: 4)

    private func host() throws -> PluginHost {
        var settings = PluginHostSettings()
        settings.ledgerFileBytes = 600
        settings.snapshotTransactions = 5
        return try PluginHost(DoorPlugin(), storage: storage, shards: 1, settings: settings)
    }

    private func follower(_ host: PluginHost, from place: EventPlace = EventPlace()) -> LedgerFollower {
        LedgerFollower(storage, origin: "doors", gauge: host.gauge, kinds: ["doors.locked/1"], from: place)
    }

    /// A door that is locked, told of when it is committed.
    private func lock(_ id: Int, _ host: PluginHost) {
        for verb in ["open", "close", "lock"] {
            let call = PluginCall(verb: verb, id: "\(verb)\(id)", by: "t", fields: ["door": .text("d\(id)")])
            host.take(call, atNs: 0) { _ in }
        }
    }

    private func locked(_ host: PluginHost) -> Int {
        (host.plugin as? DoorPlugin)?.doors.values.count { $0 == .locked } ?? 0
    }

    @Test func nothingIsHeardBeforeItIsCommitted() throws {
        let host = try host()
        var follower = follower(host)
        lock(1, host)
        #expect(try follower.poll(max: 9).isEmpty)
        storage.plan(.error(EIO), at: storage.calls)
        #expect(throws: SystemError.self) { try host.commit(durable: [.max], nowNs: 0) }
        #expect(try follower.poll(max: 9).isEmpty && follower.behind == 0)
        try host.commit(durable: [.max], nowNs: 0)
        let heard = try follower.poll(max: 9)
        #expect(heard.map(\.id) == ["d1"] && heard.map(\.origin) == ["doors"] && follower.behind == 0)
    }

    /// Whatever the disk does to the teller, and wherever the listener stops and begins again.
    @Test(arguments: UInt64(1)...40) func allIsHeardOnceInOrder(seed: UInt64) throws {
        var random = Random(seed: seed)
        var host = try host()
        var follower = follower(host)
        var heard: [String] = []
        var done = 0
        while done < 30 || follower.behind > 0 {
            if random.chance(0.2), done < 30 {
                storage.plan(random.chance(0.5) ? .crash : .error(EIO), at: storage.calls + random.below(6))
            }
            do {
                if done < 30 {
                    for id in done..<min(30, done + 1 + random.below(3)) { lock(id, host) }
                    try host.commit(durable: [.max], nowNs: 0)
                    done = locked(host)
                }
                storage.planNothing()
                heard += try follower.poll(max: 1 + random.below(4)).map(\.id)
                if random.chance(0.2) { follower = self.follower(host, from: follower.place) }
            } catch is SystemError {
                storage.planNothing()
                if storage.isDead { storage.restartMachine() }
                host = try self.host()
                done = locked(host)
                follower = self.follower(host, from: follower.place)
            }
        }
        #expect(heard == (0..<30).map { "d\($0)" })
    }
}
