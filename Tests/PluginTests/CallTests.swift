import Glibc
import Testing

@testable import ANPRCore

/// Commands and queries: done once, answered when durable, and never answered and lost.
@Suite struct CallTests {
    private let storage = MemoryLedgerStorage(seed: 1)

    private func host(_ plugin: DoorPlugin = DoorPlugin()) throws -> PluginHost {
        try PluginHost(plugin, storage: storage, shards: 1)
    }

    private func doors(_ host: PluginHost) -> [String: DoorPlugin.State] { (host.plugin as? DoorPlugin)?.doors ?? [:] }

    private final class Replies { var all: [PluginReply] = [] }

    private func call(_ verb: String, _ door: String, id: String) -> PluginCall {
        PluginCall(verb: verb, id: id, by: "tester", fields: ["door": .text(door)])
    }

    private var list: PluginCall {
        var call = PluginCall(verb: "list", id: "", by: "tester")
        call.isQuery = true
        return call
    }

    @Test func aReplyComesWhenItIsDurable() throws {
        let host = try host()
        let replies = Replies()
        host.take(call("open", "a", id: "1"), atNs: 5) { replies.all.append($0) }
        host.take(call("lock", "a", id: "2"), atNs: 5) { replies.all.append($0) }
        host.take(list, atNs: 5) { replies.all.append($0) }
        #expect(replies.all.isEmpty, "a refusal and a query as well rest on what is not durable")
        storage.plan(.error(EIO), at: storage.calls)
        #expect(throws: SystemError.self) { try host.commit(durable: [.max], nowNs: 0) }
        host.take(list, atNs: 5) { replies.all.append($0) }
        #expect(replies.all.isEmpty)
        try host.commit(durable: [.max], nowNs: 0)
        let door = Array(#"{"door":"a"}"#.utf8)
        #expect(
            replies.all == [
                .done(door), .refused(Refusal("not_in_state", "the door is open")), .lines(door + [10], next: nil),
                .lines(door + [10], next: nil),
            ])
        // Nothing is held: at once.
        host.take(list, atNs: 5) { replies.all.append($0) }
        #expect(replies.all.count == 5 && host.status.calls == 4 && host.status.callsRefused == 1)
    }

    @Test func theSameIDIsDoneOnceAlsoAfterARestart() throws {
        let first = try host()
        let replies = Replies()
        for _ in 0..<2 { first.take(call("open", "a", id: "1"), atNs: 0) { replies.all.append($0) } }
        try first.commit(durable: [.max], nowNs: 0)
        first.take(call("close", "a", id: "2"), atNs: 0) { replies.all.append($0) }
        try first.commit(durable: [.max], nowNs: 0)
        let second = try host()
        for id in ["1", "2"] { second.take(call("open", "a", id: id), atNs: 0) { replies.all.append($0) } }
        #expect(replies.all == Array(repeating: .done(Array(#"{"door":"a"}"#.utf8)), count: 5))
        #expect(doors(second) == ["a": .closed])
        second.take(call("open", "a", id: ""), atNs: 0) { replies.all.append($0) }
        guard case .refused(let refusal) = replies.all.last else { throw DoorPlugin.Fault() }
        #expect(refusal.code == "bad_id")
    }

    @Test func aRefusalIsNotRemembered() throws {
        let plugin = try HostedPlugin(
            DoorPlugin.factory(), PluginContext(directory: "", knowledge: Samples.knowledge), storage: storage)
        #expect(try plugin.call("close", ["door": .text("a")], id: "1") != .done(Array(#"{"door":"a"}"#.utf8)))
        try plugin.call("open", ["door": .text("a")])
        #expect(try plugin.call("close", ["door": .text("a")], id: "1") == .done(Array(#"{"door":"a"}"#.utf8)))
    }

    @Test func theOldestIDsAreForgottenFirstAndTheRestOutlivesASnapshot() throws {
        var calls = DoneCalls()
        for i in 0..<DoneCalls.countMax + 3 { calls.note("c\(i)", [UInt8(i & 255)]) }
        #expect(calls["c2"] == nil && calls["c3"] == [3])
        var bytes: [UInt8] = []
        calls.write(into: &bytes)
        let again = try #require(
            bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return DoneCalls(&reader)
            })
        #expect(again["c2"] == nil && again["c3"] == [3])
        var more = again
        more.note("next", [])
        #expect(more["c3"] == nil && more["c4"] == [4])
        #expect(DoneCalls.kept(Array(repeating: 0, count: 2000)) == DoneCalls.again)
    }

    /// The machine stops in each call of the disk: what was answered is there, and nothing is there twice.
    @Test func aCrashAtAnyCallKeepsWhatWasAnswered() throws {
        let calm = try run(MemoryLedgerStorage(seed: 9))
        for call in 0..<calm {
            let storage = MemoryLedgerStorage(seed: UInt64(call))
            storage.plan(.crash, at: call)
            _ = try run(storage)
        }
    }

    /// Opens and closes one door after the other, each call made until it is answered. Returns calls of the disk.
    private func run(_ storage: MemoryLedgerStorage) throws -> Int {
        var settings = PluginHostSettings()
        settings.snapshotTransactions = 3
        settings.ledgerFileBytes = 500
        var host: PluginHost?
        let calls = (0..<8).map { call($0 % 2 == 0 ? "open" : "close", "d\($0 / 2)", id: "c\($0)") }
        var done = 0
        while done < calls.count {
            do {
                let running = try host ?? PluginHost(DoorPlugin(), storage: storage, shards: 1, settings: settings)
                host = running
                // All that were answered are done: the doors show it.
                let open = (0..<done).filter { $0 % 2 == 0 }.count
                #expect(doors(running).count >= open)
                let replies = Replies()
                running.take(calls[done], atNs: 0) { replies.all.append($0) }
                try running.commit(durable: [.max], nowNs: 0)
                #expect(replies.all == [.done(Array("{\"door\":\"d\(done / 2)\"}".utf8))])
                done += 1
            } catch is SystemError {
                guard storage.isDead else { continue }
                storage.restartMachine()
                host = nil
            }
        }
        storage.planNothing()
        let last = try PluginHost(DoorPlugin(), storage: storage, shards: 1)
        #expect(doors(last) == ["d0": .closed, "d1": .closed, "d2": .closed, "d3": .closed])
        return storage.calls
    }
}
