/// Reads a log that a daemon may be writing to: whole groups of good blocks, up to the first that is not there yet.
/// One thread's.
package final class JournalFollower<S: Storage> {
    private let place: JournalPlace<S>
    private let reader: JournalReader<S>
    /// Log bytes that were deleted before they were read.
    package private(set) var expiredBytes: UInt64 = 0
    /// Why reading stopped, when what stands there is neither a block nor nothing.
    package private(set) var obstacle: String?

    /// `position` is where a block begins.
    package init(_ place: JournalPlace<S>, from position: UInt64) throws(SystemError) {
        self.place = place
        reader = try JournalReader(place, from: position)
    }

    /// Of the next block.
    package var position: UInt64 { reader.position }

    /// Visits the blocks of so many groups at most. False when everything that is there was visited.
    package func poll(groups: Int = .max, _ visit: (JournalBlock) throws -> Void) throws -> Bool {
        var left = groups
        while left > 0 {
            guard try group(visit) else {
                reader.refresh()
                guard try skipExpired() else { return false }
                continue
            }
            left -= 1
        }
        return true
    }

    /// One whole group; false when there is none.
    private func group(_ visit: (JournalBlock) throws -> Void) throws -> Bool {
        let start = reader.position
        var isLong = false
        obstacle = nil
        while true {
            switch try found() {
            case .block(let block) where block.header.flags.contains(.continues): isLong = true
            case .block(let block):
                guard isLong else {
                    try visit(block)
                    return true
                }
                return try revisit(from: start, to: reader.position, visit)
            case .damaged(let reason):
                obstacle = reason
                reader.seek(start)
                return false
            case .zeros, .end:
                if isLong { reader.seek(start) }
                return false
            }
        }
    }

    /// A file that retention takes away while it is opened is an end like any other.
    private func found() throws(SystemError) -> JournalReader<S>.Found {
        do throws(SystemError) { return try reader.next(before: .max) } catch {
            guard error.isNotFound else { throw error }
            return .end
        }
    }

    private func revisit(
        from: UInt64, to: UInt64, _ visit: (JournalBlock) throws -> Void
    ) throws -> Bool {
        reader.seek(from)
        while reader.position < to {
            guard case .block(let block) = try reader.next(before: to) else { return false }
            try visit(block)
        }
        return true
    }

    /// Retention deleted what comes next: goes on at what is left.
    private func skipExpired() throws -> Bool {
        let files = try SegmentFile.list(place.storage, place.folder)
        guard let first = files.first, first.position > reader.position else { return false }
        let begin = try place.header(of: first)?.firstBlock ?? first.position
        expiredBytes += begin - reader.position
        reader.seek(begin)
        return true
    }

    /// After everything was visited. Throws `JournalDamage` when more was on disk once than can be read; else says what
    /// lies there that was never acknowledged, if anything does.
    @discardableResult
    package func confirmEnd(
        knownDurable: UInt64 = 0, _ visit: (JournalBlock) throws -> Void
    ) throws -> String? {
        while true {
            let at = reader.position
            do {
                var scan = try JournalScan(place, from: at, knownDurable: max(at, knownDurable))
                return try scan.run { _ in }.torn
            } catch let damage as JournalDamage {
                // WHY again: a daemon may have written since. What the scan knows to be durable can be read now.
                _ = try poll(visit)
                if reader.position <= damage.position { throw damage }
            }
        }
    }
}

extension JournalPlace {
    /// Where the oldest block begins that is still there; nil when there is no file.
    package func firstPosition() throws(SystemError) -> UInt64? {
        guard let first = try SegmentFile.list(storage, folder).first else { return nil }
        return try header(of: first)?.firstBlock ?? first.position
    }

    /// The first block of the last file before whose first block time had not come to an instant; without one, of the
    /// oldest file. From there on is read what comes at the instant or later. Looks at nothing behind `limit`.
    package func position(
        before instantNs: Nanoseconds, limit: UInt64 = .max
    ) throws(SystemError) -> UInt64 {
        for file in try SegmentFile.list(storage, folder).reversed() {
            guard let head = try firstBlock(of: file, before: limit) else { continue }
            if head.latestNs < instantNs { return head.position }
        }
        return try firstPosition() ?? 0
    }

    /// The header of the first block that begins in a file; nil when there is none that is good and ends by `limit`.
    func firstBlock(of file: SegmentFile, before limit: UInt64 = .max) throws(SystemError) -> BlockHeader? {
        guard let first = try header(of: file)?.firstBlock else { return nil }
        let reader = try JournalReader(self, from: first)
        guard case .block(let block) = try reader.next(before: limit) else { return nil }
        return block.header
    }
}
