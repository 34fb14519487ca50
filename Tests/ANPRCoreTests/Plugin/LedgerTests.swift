import Glibc
import Testing

@testable import ANPRCore

@Suite struct LedgerTests {
    private let storage = MemoryLedgerStorage(seed: 1)

    private func open(_ numbers: inout [UInt32], _ other: MemoryLedgerStorage? = nil) throws -> Ledger {
        let storage = other ?? storage
        var recovery = try LedgerRecovery(storage, shards: 1)
        var read: [UInt32] = []
        try recovery.run { _ in
        } apply: { _, event in
            read.append(event.payload.loadUnaligned(as: UInt32.self))
        }
        numbers = read
        let ledger = Ledger(storage, after: recovery, fileBytesMax: 1 << 20)
        try ledger.commit()
        return ledger
    }

    private func append(_ number: UInt32, to ledger: Ledger) {
        var events = LedgerEvents()
        events.append(1) { $0.append(number: number) }
        ledger.append(events, cursors: [StreamCursor(position: UInt64(number))])
    }

    /// Ten transactions in one file, each committed by itself; returns its name and a transaction's length.
    private func make() throws -> (name: String, length: Int) {
        var numbers: [UInt32] = []
        let ledger = try open(&numbers)
        for number in 1...10 as ClosedRange<UInt32> {
            append(number, to: ledger)
            try ledger.commit()
        }
        let name = LedgerName.log(1).text
        return (name, try #require(storage.bytes(name)).count / 10)
    }

    @Test func aTornLastTransactionIsCutOffAtAnyByte() throws {
        let (name, length) = try make()
        let whole = try #require(storage.bytes(name))
        for cut in 9 * length..<10 * length {
            let other = LedgerTests()
            other.storage.put(name, Array(whole.prefix(cut)))
            var numbers: [UInt32] = []
            let ledger = try other.open(&numbers)
            #expect(numbers == Array(1...9))
            other.append(77, to: ledger)
            try ledger.commit()
            _ = try other.open(&numbers)
            #expect(numbers == Array(1...9) + [77])
        }
    }

    @Test func damageBeforeTheLastIsRefusedWithItsPlace() throws {
        let (name, length) = try make()
        let whole = try #require(storage.bytes(name))
        var random = Random(seed: 3)
        for at in 0..<9 * length {
            let other = LedgerTests()
            var bytes = whole
            bytes[at] ^= UInt8(1 + random.below(255))
            other.storage.put(name, bytes)
            let wanted = LedgerProblem.corrupt(
                file: name, offset: at / length * length, transaction: UInt64(at / length + 1))
            var numbers: [UInt32] = []
            #expect(throws: wanted) { try other.open(&numbers) }
        }
    }

    @Test func aFileThatIsMissingIsNoticed() throws {
        var numbers: [UInt32] = []
        for start in 1...3 as ClosedRange<UInt32> {
            let ledger = try open(&numbers)
            for i in 0..<3 {
                append(start * 10 + UInt32(i), to: ledger)
                try ledger.commit()
            }
        }
        _ = try open(&numbers)
        #expect(numbers == [10, 11, 12, 20, 21, 22, 30, 31, 32])
        let names = storage.fileNames
        #expect(names.count == 4)
        try storage.remove(names[1])
        #expect(throws: LedgerProblem.self) { try open(&numbers) }
        try storage.remove(names[0])
        #expect(throws: LedgerProblem.missing(transaction: 1)) { try open(&numbers) }
    }

    /// Pages that a failed synchronisation left are in the kernel's memory and never reach the disk. A process that
    /// reads them after a restart writes them again before anything rests on them.
    @Test(arguments: UInt64(1)...8) func whatOnlyLooksWrittenIsWrittenAgain(seed: UInt64) throws {
        let storage = MemoryLedgerStorage(seed: seed)
        var numbers: [UInt32] = []
        let ledger = try open(&numbers, storage)
        append(1, to: ledger)
        try ledger.commit()
        append(2, to: ledger)
        storage.plan(.error(EIO), at: storage.calls + 1)
        // The process dies before it can do anything about it: its cut fails as well.
        storage.planNext(.error(EIO))
        #expect(throws: SystemError.self) { try ledger.commit() }
        storage.restartProcess()
        _ = try open(&numbers, storage)
        let seen = numbers
        storage.restartMachine()
        _ = try open(&numbers, storage)
        #expect(numbers == seen)
    }

    @Test func onlyItsOwnUnfinishedFilesAreRemoved() throws {
        let names = ["ledger-0000000000000001.log.new", "snapshot-0000000000000009.new", "mine.new", "ledger-1.log"]
        for name in names { storage.put(name, [1, 2, 3]) }
        var numbers: [UInt32] = []
        _ = try open(&numbers)
        #expect(storage.fileNames == ["ledger-1.log", "mine.new"])
    }

    @Test func realFilesDoTheSame() throws {
        var template = Array("/tmp/anprd-ledger-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let disk = try DiskLedgerStorage(folder: String(cString: made) + "/a/b")
        for start in 0..<3 {
            var settings = PluginHostSettings()
            settings.snapshotTransactions = 2
            settings.ledgerFileBytes = 500
            let plugin = DecidingPlugin()
            let host = try PluginHost(plugin, storage: disk, shards: 1, settings: settings)
            #expect(plugin.numbers.count == start * 30 && host.status.setAside == 0)
            for i in 0..<10 {
                let from = start * 30 + i * 3
                try host.take(from..<from + 3)
                try host.commit(durable: [.max], nowNs: Nanoseconds(i))
            }
            try host.finish(durable: [.max], nowNs: .second)
            #expect(host.status.waiting == 0)
        }
        let names = try disk.list()
        #expect(names.count { $0.hasPrefix("snapshot-") } == 2 && !names.contains { $0.hasSuffix(".new") })
        let lines = try disk.read("out.jsonl").count { $0 == 0x0a }
        #expect(lines == 90)
        for name in names { try disk.remove(name) }
    }
}
