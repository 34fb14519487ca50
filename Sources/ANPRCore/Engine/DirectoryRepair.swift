/// Sets aside what is damaged in a data directory, so that a daemon starts on it again. The caller holds its lock.
package struct DirectoryRepair<S: Storage> {
    /// Sequences of one camera and epoch that came before and after a hole, and are in no log.
    package struct Lost: Equatable, Sendable {
        package var camera: UInt32
        package var epoch: UInt32
        package var ranges: [ClosedRange<UInt64>]
    }

    private let directory: DataDirectory<S>
    private let nowNs: Nanoseconds
    package private(set) var mended: [JournalRepair<S>.Mended] = []
    /// Of each that has holes; as far as it can be told.
    package private(set) var lost: [[Lost]] = []
    /// Checkpoints and shards' states that were renamed, so that nobody tries them again.
    package private(set) var checkpoints: [String] = []

    /// `cursors`: places in the logs that plugins go on from, an array each.
    package init(_ directory: DataDirectory<S>, cursors: [[StreamCursor]], nowNs: Nanoseconds) throws {
        self.directory = directory
        self.nowNs = nowNs
        try setCheckpointsAside()
        let (checkpoint, _, _) = try Checkpoint.newest(directory.storage, directory.checkpoints)
        for shard in 0..<directory.shards {
            let log = checkpoint.flatMap { $0.logs.indices.contains(shard) ? $0.logs[shard] : nil }
            let marks = cursors.compactMap { $0.indices.contains(shard) ? $0[shard].position : nil }
            let known = ([log?.durable ?? 0] + marks).max() ?? 0
            let place = directory.place(shard: shard)
            let states = try StateFiles(directory, shard: shard).positions()
            let repair = JournalRepair(
                place, knownDurable: known, marks: marks + states + [log?.from ?? 0], nowNs: nowNs)
            mended += try repair.mendHeaders()
            var check = LogCheck(place, knownDurable: known)
            var found: [JournalRepair<S>.Mended] = []
            try check.run { found.append(try repair.mend($0, group: $1)) }
            mended += found
        }
        if !mended.isEmpty { lost = try findLost() }
        try note()
    }

    private mutating func setCheckpointsAside() throws(SystemError) {
        var damaged = try Checkpoint.damaged(directory.storage, directory.checkpoints)
        for shard in 0..<directory.shards { damaged += try StateFiles(directory, shard: shard).damaged() }
        for path in damaged {
            try directory.storage.rename(path, to: "\(path).damaged-1")
            checkpoints.append(path)
        }
        if !checkpoints.isEmpty { try directory.storage.syncFolder(directory.checkpoints) }
    }

    // MARK: What is lost

    private func findLost() throws -> [[Lost]] {
        let audit = try JournalAudit.of(directory)
        return try mended.map { one in
            guard one.holes > 0 else { return [] }
            return try Bounds(directory.place(shard: one.shard), one.from, one.to).bounds.compactMap { key, bounds in
                guard bounds.before != nil || bounds.after != nil,
                    let line = audit.line(camera: key.camera, epoch: key.epoch)
                else { return nil }
                let low = bounds.before.map { UInt64($0) + 1 } ?? line.first
                let high = bounds.after.map { UInt64($0) } ?? line.next
                let ranges = low < high ? audit.missing(camera: key.camera, epoch: key.epoch, in: low..<high) : []
                return ranges.isEmpty ? nil : Lost(camera: key.camera, epoch: key.epoch, ranges: ranges)
            }.sorted { ($0.camera, $0.epoch) < ($1.camera, $1.epoch) }
        }
    }

    /// The last sequence before a range of a log and the first one behind it, of each camera and epoch.
    private struct Bounds {
        struct Key: Hashable {
            var camera: UInt32
            var epoch: UInt32
        }
        var bounds: [Key: (before: UInt32?, after: UInt32?)] = [:]

        init(_ place: JournalPlace<S>, _ from: UInt64, _ to: UInt64) throws {
            let follower = try JournalFollower(place, from: try place.firstPosition() ?? 0)
            var found: [Key: (before: UInt32?, after: UInt32?)] = [:]
            _ = try follower.poll { block in
                let isBefore = block.header.position < from
                block.forEachReadID { read in
                    let key = Key(camera: read.camera, epoch: read.epoch)
                    let known = found[key] ?? (nil, nil)
                    found[key] =
                        isBefore
                        ? (max(known.before ?? 0, read.sequence), known.after)
                        : (known.before, min(known.after ?? .max, read.sequence))
                }
            }
            bounds = found
        }
    }

    // MARK: The record

    /// A line of `repairs.jsonl` for each.
    private func note() throws(SystemError) {
        guard !mended.isEmpty else { return }
        let log = try LineFile(path: "\(directory.path)/repairs.jsonl")
        for i in mended.indices { log.append(line(i)) }
        try log.flush()
        try log.sync()
    }

    package func line(_ index: Int) -> JSONLine {
        let one = mended[index]
        var line = JSONLine()
        line.begin()
        line.field("repaired", Instant.format(nowNs))
        line.field("file", one.file)
        line.field("shard", one.shard)
        line.field("reason", one.reason)
        line.field("from_position", one.from)
        line.field("to_position", one.to)
        line.field("holes", one.holes)
        line.field("extended", one.isExtended)
        line.field("copies", list: one.copies)
        line.key("lost")
        line.beginArray()
        for lost in lost.indices.contains(index) ? lost[index] : [] {
            line.begin()
            line.field("camera", lost.camera)
            line.field("epoch", lost.epoch)
            line.field("sequences", lost.text)
            line.end()
        }
        line.endArray()
        line.end(newline: true)
        return line
    }
}

extension DirectoryRepair.Lost {
    package var text: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
    package var count: Int { ranges.reduce(0) { $0 + $1.count } }
}

extension DataDirectory where S == DiskStorage {
    /// Where its plugins go on, each in every log; what cannot be read is left out, and is told of when the daemon
    /// starts.
    package func pluginCursors() throws -> [[StreamCursor]] {
        let folder = "\(path)/subscriptions"
        return try storage.list(folder).compactMap { name in
            guard let ledger = try? DiskLedgerStorage(folder: "\(folder)/\(name)"),
                var recovery = try? LedgerRecovery(ledger, shards: shards),
                (try? recovery.run(restore: { _ in }, apply: { _, _ in })) != nil
            else { return nil }
            return recovery.cursors
        }
    }
}
