/// What happened to one plugin, in order, on disk: its state is a function of it.
///
/// Transactions are numbered from 1 without gaps. A file that a write or a synchronisation failed on is left as it is:
/// what was not committed goes into a new one, which begins with it and counts from there. Each start begins a new file
/// as well. Nothing is ever deleted unless the plugin wants its history forgotten: the files are the audit.
final class Ledger {
    private let storage: any LedgerStorage
    private let fileBytesMax: Int
    private var file: LedgerFile?
    private var fileBytes = 0
    private var buffer: [UInt8] = []
    private var bufferFirst: UInt64 = 1
    private var snapshots: [UInt64]
    /// The last transaction that was appended; that is on disk for good.
    private(set) var last: UInt64
    private(set) var committed: UInt64
    /// Bytes committed since this run began.
    private(set) var bytesCommitted = 0

    static let snapshotsKept = 2

    /// Continues what was recovered; transactions that are not known to be committed are in the buffer.
    init(_ storage: any LedgerStorage, after recovery: LedgerRecovery, fileBytesMax: Int) {
        self.storage = storage
        self.fileBytesMax = fileBytesMax
        snapshots = recovery.snapshots
        last = recovery.last
        committed = min(recovery.known, recovery.last)
        if let unsure = recovery.unsure {
            buffer = unsure.bytes
            bufferFirst = unsure.first
        }
    }

    deinit { if let file { storage.close(file) } }

    // MARK: Forgetting

    /// The next transaction that is committed begins a file.
    func beginFile() { leaveFile(failed: false) }

    /// Snapshots of states after transaction `number`, or later.
    func snapshotCount(from number: UInt64) -> Int { snapshots.count { $0 >= number } }

    /// Deletes what says anything of transactions up to `target`: the snapshots before it, and each file behind which a
    /// snapshot and all who hear the plugin (up to `heard`) can go on in the next one. True when nothing is left.
    ///
    /// WHY snapshots first, files from the oldest on: wherever it is cut short, what is left can be recovered from.
    func forget(through target: UInt64, heard: UInt64) throws(SystemError) -> Bool {
        while let oldest = snapshots.first, oldest < target {
            try storage.remove(LedgerName.snapshot(oldest).text)
            snapshots.removeFirst()
        }
        guard let oldest = snapshots.first else { return false }
        var logs = try storage.logs()
        while logs.count > 1, logs[1] <= min(oldest, heard) + 1, logs[0] <= target {
            try storage.remove(LedgerName.log(logs[0]).text)
            logs.removeFirst()
        }
        return logs.first.map { $0 > target } ?? true
    }

    /// Whether any file says anything of transactions up to `target`.
    func remembers(through target: UInt64) throws(SystemError) -> Bool {
        if let oldest = snapshots.first, oldest < target { return true }
        return try storage.logs().first.map { $0 <= target } ?? false
    }

    // MARK: Writing

    var hasUncommitted: Bool { !buffer.isEmpty }

    func append(_ events: LedgerEvents, cursors: [StreamCursor]) {
        last += 1
        if buffer.isEmpty { bufferFirst = last }
        LedgerTransaction.append(events, number: last, committed: committed, cursors: cursors, to: &buffer)
    }

    /// Everything that was appended is on disk for good when it returns. When it throws, all of it is still here.
    func commit() throws(SystemError) {
        guard !buffer.isEmpty else { return }
        if let file, fileBytes < fileBytesMax {
            do {
                try storage.append(buffer, to: file)
                try storage.sync(file)
            } catch {
                leaveFile(failed: true)
                throw error
            }
        } else {
            leaveFile(failed: false)
            file = try storage.replace(LedgerName.log(bufferFirst).text, with: buffer)
        }
        fileBytes += buffer.count
        bytesCommitted += buffer.count
        buffer.removeAll(keepingCapacity: true)
        committed = last
    }

    private func leaveFile(failed: Bool) {
        guard let file else { return }
        // Not needed, since the next file's first number counts; but what is read by hand should not mislead.
        if failed { try? storage.truncate(file, to: fileBytes) }
        storage.close(file)
        self.file = nil
        fileBytes = 0
    }

    /// The last two are kept.
    func save(_ snapshot: LedgerSnapshot) throws(SystemError) {
        precondition(snapshot.number <= committed)
        storage.close(try storage.replace(LedgerName.snapshot(snapshot.number).text, with: snapshot.bytes))
        snapshots.removeAll { $0 >= snapshot.number }
        snapshots.append(snapshot.number)
        while snapshots.count > Self.snapshotsKept {
            try storage.remove(LedgerName.snapshot(snapshots[0]).text)
            snapshots.removeFirst()
        }
    }
}
