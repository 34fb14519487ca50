import Testing

@testable import ANPRCore

/// What a plugin erases is gone from its ledger's files too.
@Suite struct ForgettingTests {
    private static func settings() -> PluginHostSettings {
        var settings = PluginHostSettings()
        settings.forgetsHistory = true
        settings.forgetPauseNs = 0
        settings.ledgerFileBytes = 700
        settings.snapshotTransactions = 3
        return settings
    }

    private func host(_ storage: MemoryLedgerStorage) throws -> PluginHost {
        try PluginHost(ForgettingPlugin(), storage: storage, shards: 1, settings: Self.settings())
    }

    private func names(_ host: PluginHost) -> [String] { (host.plugin as? ForgettingPlugin)?.names ?? [] }

    /// Names that any file of the ledger still has.
    private func remembered(_ storage: MemoryLedgerStorage) throws -> Set<Int> {
        var found: Set<Int> = []
        for file in storage.fileNames where file.hasPrefix("ledger-") || file.hasPrefix("snapshot-") {
            let text = try String(decoding: storage.read(file).map { $0 < 0x80 ? $0 : 0x3f }, as: UTF8.self)
            for number in 0..<100 where text.contains(ForgettingPlugin.name(number)) { found.insert(number) }
        }
        return found
    }

    /// Calls without anything new: what is left to do is done.
    private func settle(_ host: PluginHost, _ nowNs: inout Nanoseconds) throws {
        for _ in 0..<12 {
            nowNs += .second
            try host.commit(durable: [.max], nowNs: nowNs)
        }
    }

    @Test func whatIsErasedIsInNoFile() throws {
        let storage = MemoryLedgerStorage(seed: 1)
        let host = try host(storage)
        var nowNs: Nanoseconds = 0
        for number in 0..<14 {
            try host.take(number..<number + 1)
            try settle(host, &nowNs)
        }
        // The tenth one erased those before it.
        #expect(try remembered(storage) == Set(10..<14))
        #expect(names(try self.host(storage)) == (10..<14).map(ForgettingPlugin.name))
        // All that is left can be read without snapshots too.
        var told = 0
        try LedgerCopy.events(of: "forgetting", storage, shards: 1) { _ in told += 1 }
        #expect(told == 3)
    }

    @Test func itWaitsForThoseWhoHaveNotHeard() throws {
        let storage = MemoryLedgerStorage(seed: 2)
        let host = try host(storage)
        var nowNs: Nanoseconds = 0
        host.gauge.noteHeard(by: "slow", through: 4)
        for number in 0..<14 {
            try host.take(number..<number + 1)
            try settle(host, &nowNs)
        }
        #expect(try remembered(storage).isSuperset(of: 4..<14))
        host.gauge.noteHeard(by: "slow", through: host.ledger.committed)
        try settle(host, &nowNs)
        #expect(try remembered(storage) == Set(10..<14))
    }

    /// The machine stops at each call that the whole makes: nothing that counts is lost, and all that is erased goes.
    @Test func noCrashLosesOrKeepsAnything() throws {
        let calls = try run(MemoryLedgerStorage(seed: 3))
        #expect(calls > 60)
        for call in 0..<calls {
            let storage = MemoryLedgerStorage(seed: UInt64(call))
            storage.plan(.crash, at: call)
            try run(storage)
        }
    }

    /// Returns how many calls it made of the storage, but for looking at the end.
    @discardableResult
    private func run(_ storage: MemoryLedgerStorage) throws -> Int {
        var nowNs: Nanoseconds = 0
        var host: PluginHost?
        while true {
            do {
                let open = try host ?? self.host(storage)
                host = open
                let next = Int(open.taken[0].position)
                guard next < 14 else { break }
                nowNs += .second
                try open.take(next..<next + 1)
                try open.commit(durable: [.max], nowNs: nowNs)
            } catch {
                #expect(storage.isDead)
                storage.restartMachine()
                host = nil
            }
        }
        var open = try #require(host)
        do { try settle(open, &nowNs) } catch {
            storage.restartMachine()
            open = try self.host(storage)
            for number in Int(open.taken[0].position)..<14 { try open.take(number..<number + 1) }
            try settle(open, &nowNs)
        }
        let calls = storage.calls
        #expect(names(open) == (10..<14).map(ForgettingPlugin.name))
        #expect(names(try self.host(storage)) == names(open))
        #expect(try remembered(storage) == Set(10..<14))
        return calls
    }
}

/// Keeps a name for each hit, and tells it; each tenth hit erases the names before it.
private final class ForgettingPlugin: Plugin {
    struct Unknown: Error {}

    let name = "forgetting"
    let interests: PluginInterests = .hits
    private(set) var names: [String] = []
    let stateVersion: UInt16 = 1

    static func name(_ number: Int) -> String { "name<\(number)>" }

    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) {
        for hit in batch.hits {
            let number = Int(hit.read.sequence)
            if number > 0, number % 10 == 0 {
                events.append(2)
                events.forgetHistory()
            }
            events.append(1) { $0.append(text: Self.name(number)) }
            events.tell("forgetting.named/1", id: "n", atNs: 0, Array("{}".utf8))
        }
    }

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case 1:
            guard let name = reader.text() else { throw Unknown() }
            names.append(name)
        case 2: names = []
        default: throw Unknown()
        }
    }

    func snapshot(into bytes: inout [UInt8]) { for name in names { bytes.append(text: name) } }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        var reader = ByteReader(bytes)
        while let name = reader.text() { names.append(name) }
    }
}
