/// Deletes what the law no longer allows to be kept: whole segments, oldest first, each with a line in a log before it
/// goes.
package struct Retention<S: Storage>: ~Copyable {
    private let directory: DataDirectory<S>
    private let retentionNs: Nanoseconds
    package private(set) var deletedSegments = 0

    package init(_ directory: DataDirectory<S>, retentionNs: Nanoseconds) {
        self.directory = directory
        self.retentionNs = retentionNs
    }

    /// Deletes the segments in which nothing is younger than the retention. Keeps what lies at or after `needed`, a
    /// position for each shard. `note` gets each line before its file goes.
    package mutating func turn(nowNs: Nanoseconds, needed: [UInt64], note: (JSONLine) throws -> Void) throws {
        var firstRun = UInt32.max
        // WHY: a clock that was set forward by mistake must not delete the archive: time is believed only as far as
        // the reads bear it out.
        let nowNs = min(nowNs, try newestNs() + Self.trustNs)
        for shard in 0..<directory.shards {
            let place = directory.place(shard: shard)
            let files = try SegmentFile.list(place.storage, place.folder)
            var gone = false
            for (i, file) in files.enumerated() {
                guard i + 1 < files.count, files[i + 1].position <= needed[shard],
                    let head = try place.firstBlock(of: files[i + 1]), head.latestNs < nowNs - retentionNs
                else {
                    firstRun = min(firstRun, try place.firstBlock(of: file)?.run ?? 0)
                    break
                }
                try note(line(place, file, until: files[i + 1].position, head, nowNs))
                try removeAll(place, at: file.position)
                gone = true
                deletedSegments += 1
            }
            if gone { try place.storage.syncFolder(place.folder) }
        }
        try deleteEntries(before: firstRun, nowNs, note)
    }

    private static var trustNs: Nanoseconds { 31 * .day }

    /// The latest time that any log tells of, seen by its files' beginnings.
    private func newestNs() throws -> Nanoseconds {
        var newest: Nanoseconds = 0
        for shard in 0..<directory.shards {
            let place = directory.place(shard: shard)
            for file in try SegmentFile.list(place.storage, place.folder).reversed() {
                guard let head = try place.firstBlock(of: file) else { continue }
                newest = max(newest, head.latestNs)
                break
            }
        }
        return newest
    }

    /// With the tries that a later file of the same position hides.
    private func removeAll(_ place: JournalPlace<S>, at position: UInt64) throws(SystemError) {
        let tries = try place.storage.list(place.folder).compactMap { SegmentFile(name: $0) }
            .filter { $0.position == position }.sorted { $0.attempt < $1.attempt }
        for file in tries { try place.storage.remove(place.path(file)) }
    }

    private func line(
        _ place: JournalPlace<S>, _ file: SegmentFile, until end: UInt64, _ next: BlockHeader, _ nowNs: Nanoseconds
    ) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("deleted", Instant.format(nowNs))
        line.field("file", place.path(file))
        line.field("from_position", file.position)
        line.field("to_position", end)
        line.field("nothing_after", Instant.format(next.latestNs))
        line.field("retention_days", Int(retentionNs / .day))
        line.end(newline: true)
        return line
    }

    /// Entries that only deleted hits named.
    private func deleteEntries(
        before run: UInt32, _ nowNs: Nanoseconds, _ note: (JSONLine) throws -> Void
    ) throws {
        guard run != .max else { return }
        for name in try directory.storage.list(directory.entries) {
            guard name.hasSuffix(".jsonl"), let number = UInt32(name.dropLast(6)), number < run else { continue }
            var line = JSONLine()
            line.begin()
            line.field("deleted", Instant.format(nowNs))
            line.field("file", "\(directory.entries)/\(name)")
            line.end(newline: true)
            try note(line)
            try directory.storage.remove("\(directory.entries)/\(name)")
        }
    }
}
