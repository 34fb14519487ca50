import Glibc
import Testing

@testable import ANPRCore
@testable import CBE

/// Whatever the disk does, and wherever the machine stops: each case is in its file once, and none is missing.
@Suite(.timeLimit(.minutes(10))) struct FineOfficeCrashTests {
    private let folder: TemporaryFolder
    private let options: CBEOptions
    private let tariffs: TariffTable

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("tariffs.csv", Law.tariffs)
        try folder.write("fees.csv", Law.fees)
        options = try CBEOptions(["tariffs": folder.path + "/tariffs.csv", "fees": folder.path + "/fees.csv"])
        tariffs = try options.loadTariffs()
    }

    private func office() throws -> FineOffice {
        try FineOffice(
            options: options, tariffs: tariffs, context: PluginContext(directory: "", knowledge: Samples.knowledge))
    }

    @Test(arguments: UInt64(1)...3)
    func aCrashAtAnyCallLosesNothingAndRepeatsNothing(seed: UInt64) throws {
        let calm = try finish(StreamRun(seed: seed, storage: MemoryLedgerStorage(seed: seed)))
        #expect(calm.deaths == 0)
        for call in 0..<calm.calls {
            let storage = MemoryLedgerStorage(seed: seed &* 1000 + UInt64(call))
            storage.plan(.crash, at: call)
            let run = try finish(StreamRun(seed: seed, storage: storage))
            #expect(run.deaths == (storage.wasHit ? 1 : 0))
        }
    }

    @Test(arguments: [EIO, ENOSPC])
    func anErrorInAnyCallLosesNothingAndRepeatsNothing(code: CInt) throws {
        let calm = try finish(StreamRun(seed: 7, storage: MemoryLedgerStorage(seed: 7)))
        for call in 0..<calm.calls {
            let storage = MemoryLedgerStorage(seed: UInt64(call))
            storage.plan(.error(code), at: call)
            let run = try finish(StreamRun(seed: 7, storage: storage))
            #expect(run.deaths == 0)
            // The power fails afterwards: what was said to be committed is there.
            storage.restartMachine()
            try expectAll(run)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func manyCrashesInARow(seed: UInt64) throws {
        var random = Random(seed: seed)
        let storage = MemoryLedgerStorage(seed: seed)
        storage.plan(.crash, at: random.below(20))
        var run = StreamRun(seed: seed, storage: storage)
        run.planNext = { storage.plan(.crash, at: storage.calls + 5 + random.below(120)) }
        run = try finish(run)
        #expect(run.deaths > 0)
    }

    private func finish(_ run: StreamRun) throws -> StreamRun {
        var run = run
        let host = try run.run { try office() }
        run.storage.planNothing()
        #expect(host.status.dead == 0 && host.status.waiting == 0 && host.status.held == 0)
        try expectAll(run)
        // Read back, it is the same: from the snapshot, and from the ledger alone.
        let before = try state(run.storage)
        for name in run.storage.fileNames where name.hasPrefix("snapshot") { try run.storage.remove(name) }
        #expect(try state(run.storage) == before)
        return run
    }

    private func state(_ storage: MemoryLedgerStorage) throws -> [String] {
        let host = try PluginHost(office(), storage: storage, shards: StreamRun.shards)
        var bytes: [UInt8] = []
        host.plugin.snapshot(into: &bytes)
        let ledger = try #require(bytes.withUnsafeBytes { CaseLedger($0) })
        return ledger.identities.map(\.description).sorted() + ledger.files.keys.map { "\($0)" }.sorted()
            + host.committed.map(\.description) + ["\(host.status.waiting)"]
    }

    private func expectAll(_ run: StreamRun) throws {
        let there = (lines("fines", run) + lines("verifications", run)).sorted()
        let wanted = Set(run.records.flatMap { $0 }.map(\.id.description)).sorted()
        #expect(there == wanted, "seed \(run.seed)")
        let numbers = lines("fines", run, field: 7)
        #expect(Set(numbers).count == numbers.count && !numbers.isEmpty)
    }

    private func lines(_ name: String, _ run: StreamRun, field: Int = 3) -> [String] {
        let text = String(decoding: run.storage.bytes(name + ".jsonl") ?? [], as: UTF8.self)
        return text.split(separator: "\n").map { line in
            #expect(line.hasSuffix("}"))
            return String(line.split(separator: "\"", omittingEmptySubsequences: false)[field])
        }
    }
}

/// Records of two shards, handed to a host again and again from where it stood, until all is done.
private struct StreamRun {
    static let shards = 2
    static let eventsABlock = 3
    static let blockBytes: UInt64 = 64

    let seed: UInt64
    let storage: MemoryLedgerStorage
    let records: [[SectionRecord]]
    var planNext: (() -> Void)?
    private(set) var deaths = 0
    /// Of the storage, until all was done.
    private(set) var calls = 0
    private var random: Random
    private var durable = Array(repeating: UInt64(0), count: shards)
    private var nowNs: Nanoseconds = 0

    init(seed: UInt64, storage: MemoryLedgerStorage) {
        self.seed = seed
        self.storage = storage
        var random = Random(seed: seed)
        // Identities come again, in one batch, in later ones, and in the other shard.
        records = (0..<Self.shards).map { _ in
            (0..<24).map { _ in
                Samples.record(
                    correctedKmh: UInt16(121 + random.below(60)), sequence: UInt32(random.below(20)),
                    review: random.chance(0.3) ? .lookAlike : [])
            }
        }
        self.random = random
    }

    private static func cursor(after events: Int) -> StreamCursor {
        guard events > 0 else { return StreamCursor() }
        let (block, event) = (events - 1).quotientAndRemainder(dividingBy: eventsABlock)
        return StreamCursor(position: UInt64(block) * blockBytes, event: UInt32(event + 1))
    }

    private static func events(before cursor: StreamCursor) -> Int {
        Int(cursor.position / blockBytes) * eventsABlock + Int(cursor.event)
    }

    mutating func run(_ make: () throws -> FineOffice) throws -> PluginHost {
        var settings = PluginHostSettings()
        settings.snapshotTransactions = 2
        settings.ledgerFileBytes = 3000
        settings.batchMax = 6
        var host: PluginHost?
        for _ in 0..<5000 {
            do {
                let running = try host ?? PluginHost(make(), storage: storage, shards: Self.shards, settings: settings)
                host = running
                if try step(running) {
                    calls = storage.calls
                    return running
                }
            } catch is SystemError {
                if restart() { host = nil }
            }
        }
        throw InputProblem(file: "seed \(seed)", line: 0, message: "does not come to an end")
    }

    /// True when the machine had stopped.
    private mutating func restart() -> Bool {
        guard storage.isDead else { return false }
        deaths += 1
        storage.restartMachine()
        planNext?()
        return true
    }

    private mutating func step(_ host: PluginHost) throws -> Bool {
        nowNs += .second
        let done = host.taken.map(Self.events)
        let open = (0..<Self.shards).filter { done[$0] < records[$0].count }
        if let shard = open.isEmpty ? nil : open[random.below(open.count)], random.chance(0.8) {
            let count = min(records[shard].count - done[shard], 1 + random.below(host.batchMax))
            var cursors = host.taken
            cursors[shard] = Self.cursor(after: done[shard] + count)
            try records[shard][done[shard]..<done[shard] + count].withUnsafeBufferPointer {
                try host.take(PluginBatch(records: $0), through: cursors)
            }
        }
        for shard in 0..<Self.shards where open.isEmpty || random.chance(0.3) {
            let end = UInt64(records[shard].count / Self.eventsABlock + 1) * Self.blockBytes
            durable[shard] = open.isEmpty ? end : min(end, durable[shard] + Self.blockBytes)
        }
        defer {
            for (cursor, durable) in zip(host.committed, durable) { #expect(cursor.isCovered(by: durable)) }
        }
        guard open.isEmpty else {
            if random.chance(0.5) { try host.commit(durable: durable, nowNs: nowNs) }
            return false
        }
        nowNs += .hour
        try host.finish(durable: durable, nowNs: nowNs)
        return host.status.waiting == 0 && host.status.held == 0
    }
}
