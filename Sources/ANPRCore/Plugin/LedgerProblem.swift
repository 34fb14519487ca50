/// A ledger that cannot be gone on with, and what a person can do.
package enum LedgerProblem: Error, Equatable, CustomStringConvertible {
    /// Bytes that were committed are not what was written.
    case corrupt(file: String, offset: Int, transaction: UInt64)
    /// The ledger begins after the transaction that comes next, and no good snapshot bridges the gap.
    case missing(transaction: UInt64)
    case shardsDiffer(there: Int, wanted: Int)
    /// The plugin does not understand what it wrote itself: an event, or its snapshot.
    case notUnderstood(transaction: UInt64, reason: String)

    package var description: String {
        switch self {
        case .corrupt(let file, let offset, let transaction):
            "\(file), offset \(offset): transaction \(transaction) was committed and is damaged; put the file back"
                + " from a copy"
        case .missing(let transaction):
            "transaction \(transaction) is in no file of the ledger; put the file back from a copy"
        case .shardsDiffer(let there, let wanted):
            "the ledger has the places of \(there) shards, and there are \(wanted); start with \(there) again"
        case .notUnderstood(let transaction, let reason): "transaction \(transaction) is not understood: \(reason)"
        }
    }
}
