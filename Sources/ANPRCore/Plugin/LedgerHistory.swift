/// Reads committed transactions of a ledger from its files, in order, beside whoever writes them.
///
/// As at a recovery a file counts up to where the next one begins. Only what is known to be committed is asked for, so
/// a torn tail is never met.
struct LedgerHistory {
    private let storage: any LedgerStorage
    /// The number of the next transaction, and where it is: the file of that first number, an offset.
    private(set) var next: UInt64
    private var file: UInt64?
    private var offset = 0
    private var bytes: [UInt8] = []

    static var readBytes: Int { 1 << 20 }

    /// From a transaction on; from the first there is when that one is gone.
    init(_ storage: any LedgerStorage, from next: UInt64 = 1) {
        self.storage = storage
        self.next = next
    }

    /// Hands transactions over up to number `committed`, until `body` says false: then that one comes again.
    mutating func read(through committed: UInt64, _ body: (LedgerTransaction) throws -> Bool) throws {
        while next <= committed {
            guard let file else {
                try open()
                continue
            }
            switch try scan(through: committed, body) {
            case .done: return
            case .elsewhere: throw LedgerProblem.missing(transaction: next)
            case .hungry: try fill(file)
            }
        }
    }

    private enum Progress { case done, hungry, elsewhere }

    /// What is in memory.
    private mutating func scan(
        through committed: UInt64, _ body: (LedgerTransaction) throws -> Bool
    ) throws -> Progress {
        var (number, used) = (next, 0)
        defer {
            next = number
            bytes.removeFirst(used)
            offset += used
        }
        return try bytes.withUnsafeBytes { raw in
            while number <= committed {
                guard let transaction = LedgerTransaction(UnsafeRawBufferPointer(rebasing: raw[used...])) else {
                    return .hungry
                }
                guard transaction.number <= number else { return .elsewhere }
                if transaction.number == number {
                    guard try body(transaction) else { return .done }
                    number += 1
                }
                used += transaction.bytes.count
            }
            return .done
        }
    }

    /// More of the file, or the file that goes on where it ends.
    private mutating func fill(_ at: UInt64) throws {
        let more = try storage.read(LedgerName.log(at).text, from: offset + bytes.count, count: Self.readBytes)
        guard more.isEmpty else {
            bytes += more
            return
        }
        guard try log(for: next) != at else { throw LedgerProblem.missing(transaction: next) }
        file = nil
    }

    private mutating func open() throws {
        guard let log = try log(for: next) else { throw LedgerProblem.missing(transaction: next) }
        file = log
        offset = 0
        bytes = []
        next = max(next, log)
    }

    /// The file that a transaction is in: the last one that begins at or before it, or else the first of all.
    private func log(for number: UInt64) throws -> UInt64? {
        let logs = try storage.logs()
        return logs.last { $0 <= number } ?? logs.first
    }
}
