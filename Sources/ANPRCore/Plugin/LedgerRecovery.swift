/// Reads a ledger back: the newest good snapshot, and the transactions after it.
struct LedgerRecovery {
    private let storage: any LedgerStorage
    private let shards: Int
    private let logs: [UInt64]
    let snapshots: [UInt64]
    /// Snapshots that were damaged, and passed over.
    private(set) var snapshotsRefused = 0
    private(set) var last: UInt64 = 0
    private(set) var cursors: [StreamCursor]
    /// The last number that is known to have been committed. What comes after it may be in the kernel's memory and not
    /// on the disk: it is written again before anything rests on it.
    private(set) var known: UInt64 = 0
    private var tail: [(number: UInt64, bytes: [UInt8])] = []

    /// `changesNothing`: another process may be at work here. Without `usesSnapshots` every transaction that is left is
    /// read.
    init(
        _ storage: any LedgerStorage, shards: Int, changesNothing: Bool = false, usesSnapshots: Bool = true
    ) throws(SystemError) {
        self.storage = storage
        self.shards = shards
        cursors = Array(repeating: StreamCursor(), count: shards)
        var (logs, snapshots): ([UInt64], [UInt64]) = ([], [])
        for name in try storage.list() {
            switch LedgerName(name) {
            case .log(let first): logs.append(first)
            case .snapshot(let number): if usesSnapshots { snapshots.append(number) }
            case nil: if !changesNothing, LedgerName.isTemporary(name) { try storage.remove(name) }
            }
        }
        self.logs = logs.sorted()
        self.snapshots = snapshots.sorted()
        // What came before the first file was forgotten.
        if !usesSnapshots, let first = self.logs.first { (last, known) = (first - 1, first - 1) }
    }

    /// Transactions not known to be committed, and the first one's number.
    var unsure: (first: UInt64, bytes: [UInt8])? {
        tail.first.map { first in (first.number, tail.flatMap(\.bytes)) }
    }

    mutating func run(restore: (LedgerSnapshot) throws -> Void, apply: (UInt64, LedgerEvent) throws -> Void) throws {
        for number in snapshots.reversed() {
            guard let snapshot = LedgerSnapshot(try storage.read(LedgerName.snapshot(number).text)),
                snapshot.number == number
            else {
                snapshotsRefused += 1
                continue
            }
            try checkShards(snapshot.cursors.count)
            do { try restore(snapshot) } catch {
                throw LedgerProblem.notUnderstood(transaction: number, reason: "\(error)")
            }
            (last, known, cursors) = (number, number, snapshot.cursors)
            break
        }
        let begin = logs.lastIndex { $0 <= last + 1 } ?? logs.startIndex
        guard begin < logs.endIndex else {
            // No log at all: right at the very beginning, or when all was deleted up to a snapshot.
            guard snapshots.isEmpty || last > 0 else { throw LedgerProblem.missing(transaction: 1) }
            return
        }
        guard logs[begin] <= last + 1 else { throw LedgerProblem.missing(transaction: last + 1) }
        var expected = logs[begin]
        for i in begin..<logs.endIndex {
            let end = i + 1 < logs.endIndex ? logs[i + 1] : .max
            try read(first: logs[i], end: end, &expected, apply)
        }
        guard expected > known else { throw LedgerProblem.missing(transaction: expected) }
        tail.removeAll { $0.number <= known }
    }

    /// One file, up to where the next one begins: a file that a disk failed under may hold more than counts.
    private mutating func read(
        first: UInt64, end: UInt64, _ expected: inout UInt64, _ apply: (UInt64, LedgerEvent) throws -> Void
    ) throws {
        let name = LedgerName.log(first).text
        let bytes = try storage.read(name)
        try bytes.withUnsafeBytes { raw in
            var at = 0
            while expected < end, let transaction = LedgerTransaction(UnsafeRawBufferPointer(rebasing: raw[at...])),
                transaction.number == expected
            {
                try take(transaction, apply)
                at += transaction.bytes.count
                expected += 1
            }
            guard expected < end, at < raw.count || end != .max else { return }
            // Nothing good at `at`. Torn off by a crash if nobody can have been told that it was committed.
            let isCommitted = expected <= known || end != .max || Self.isCommitted(expected, raw, from: at)
            if isCommitted { throw LedgerProblem.corrupt(file: name, offset: at, transaction: expected) }
        }
    }

    private mutating func take(
        _ transaction: LedgerTransaction, _ apply: (UInt64, LedgerEvent) throws -> Void
    ) throws {
        let number = transaction.number
        known = max(known, transaction.committed)
        if number > known { tail.append((number, Array(transaction.bytes))) }
        guard number > last else { return }
        try checkShards(transaction.cursors.count)
        let isWhole: Bool
        do {
            isWhole = try LedgerEvents.forEach(transaction.events, count: transaction.eventCount) {
                try apply(number, $0)
            }
        } catch { throw LedgerProblem.notUnderstood(transaction: number, reason: "\(error)") }
        guard isWhole else { throw LedgerProblem.notUnderstood(transaction: number, reason: "its events overlap") }
        last = number
        cursors = transaction.cursors
    }

    /// Whether a good transaction past the damage says that the one there was committed.
    private static func isCommitted(_ number: UInt64, _ bytes: UnsafeRawBufferPointer, from: Int) -> Bool {
        for at in stride(from: from, to: bytes.count, by: 8) {
            // A look at the number first spares the checksum of nearly everything.
            guard bytes.count - at >= 24 else { return false }
            let there = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
            guard there > number, there - number < 1 << 32,
                let transaction = LedgerTransaction(UnsafeRawBufferPointer(rebasing: bytes[at...]))
            else { continue }
            if transaction.committed >= number { return true }
        }
        return false
    }

    private func checkShards(_ there: Int) throws(LedgerProblem) {
        guard there == shards else { throw .shardsDiffer(there: there, wanted: shards) }
    }
}
