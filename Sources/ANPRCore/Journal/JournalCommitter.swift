import CLinux

/// The disk's side of a shard's log: writes what was sealed, makes it durable, and says so. A step at a time; the
/// thread around it is `JournalRunner`. Knows no clock.
///
/// An error of write or sync is final for its segment: what is not on disk is still in the buffer, and goes whole to a
/// new file. While that fails too the log is stalled: nothing is acknowledged, the buffer fills, and it is tried again.
package final class JournalCommitter<S: Storage>: @unchecked Sendable {
    // SAFE: @unchecked Sendable: used by one thread at a time; what others see is in `buffer` and `counters`.
    private let place: JournalPlace<S>
    private let buffer: JournalBuffer
    private var marks: RingConsumer<SealMark>
    private var current: OpenSegment<S>?
    /// Files for what follows, in order.
    private var later: [OpenSegment<S>]
    /// The file that failed last.
    private var failed: (position: UInt64, firstBlock: UInt64)?
    /// On disk up to here.
    private var flushed: UInt64
    /// Blocks below have their CRC.
    private var checked: UInt64
    /// Sealed up to here, and the last whole group of it.
    private var sealed: UInt64
    private var group: SealMark?
    private var retryNs = Nanoseconds.min
    private var prepareNs = Nanoseconds.min
    private var waitNs = JournalRetry.firstNs
    private let tail = AlignedPage()
    private var newEntries: RingConsumer<NewEntry>
    private let catalogue: EntryCatalogue?
    package let counters = Counters(count: JournalCounter.allCases.count)
    /// Why the log is stalled.
    package private(set) var failure: SystemError?

    /// The log is on disk up to `durable`, and whole up to `start`, where it goes on; `files` hold it from `durable`
    /// on. What lies between is in the buffer, and is written again.
    init(
        _ place: JournalPlace<S>, _ buffer: JournalBuffer, durable: UInt64, start: UInt64, files: [OpenSegment<S>],
        catalogue: EntryCatalogue? = nil
    ) {
        self.place = place
        self.catalogue = catalogue
        newEntries = buffer.newEntries.consumer()
        self.buffer = buffer
        marks = buffer.marks.consumer()
        current = files.first
        later = Array(files.dropFirst())
        flushed = durable
        checked = start
        sealed = start
        if start > durable {
            group = SealMark(end: start, isGroupEnd: true, rings: InlineArray(repeating: 0))
        }
    }

    deinit {
        for segment in later { place.storage.close(segment.file) }
        if let current { place.storage.close(current.file) }
    }

    /// Sealed bytes that are not on disk.
    package var pendingBytes: Int { Int(sealed - flushed) }
    package var hasMarks: Bool { !marks.isEmpty }

    /// Takes what was sealed, writes it and waits for the disk. True when the durable position moved on.
    package func turn(nowNs: Nanoseconds) -> Bool {
        takeMarks()
        guard sealed > flushed else {
            prepareNext(nowNs)
            return false
        }
        // A clock that was set back must not hold the log up.
        guard nowNs >= retryNs || nowNs < retryNs - JournalRetry.longestNs else { return false }
        checkBlocks()
        do throws(SystemError) { try describeEntries() } catch {
            // Not the segment's fault.
            stall(error, nowNs)
            return false
        }
        do throws(SystemError) {
            try write(nowNs)
        } catch {
            fail(error, nowNs)
            return false
        }
        succeed()
        prepareNext(nowNs)
        return true
    }

    /// As much waits as one commit takes: nothing is gained by waiting for more.
    package func isUrgent() -> Bool {
        takeMarks()
        return !hasRoomInCommit
    }

    /// WHY not all at once: the shard fills what one commit gave back while the disk is at the next.
    private static var commitBytes: UInt64 { 2 << 20 }
    private var hasRoomInCommit: Bool { sealed - flushed < Self.commitBytes }

    private func takeMarks() {
        while hasRoomInCommit {
            let batch = marks.poll(64)
            guard !batch.isEmpty else { break }
            var taken = 0
            while taken < batch.count, hasRoomInCommit {
                if batch[taken].isGroupEnd { group = batch[taken] }
                sealed = batch[taken].end
                taken += 1
            }
            marks.release(taken)
        }
        if sealed > flushed { buffer.wishSeal(false) }
    }

    /// The last fields of each sealed block: what is on disk now, and the CRC.
    private func checkBlocks() {
        let size = UInt64(place.options.bufferBytes)
        while checked < sealed {
            let left = size - (checked & (size - 1))
            guard left >= UInt64(JournalLayout.blockHeaderBytes) else {
                checked += left
                continue
            }
            let block = buffer.place(checked).assumingMemoryBound(to: BlockHeader.self)
            block.pointee.durable = buffer.durable
            let length = Int(block.pointee.length)
            precondition(length >= JournalLayout.blockHeaderBytes && length <= Int(left))
            block.pointee.crc = clinux_crc32c(0, UnsafeRawPointer(block) + 4, length - 4)
            checked += UInt64(length)
        }
    }

    /// What hits name is on disk before they are.
    private func describeEntries() throws(SystemError) {
        while true {
            let batch = newEntries.poll(256)
            if batch.isEmpty { break }
            for new in batch { catalogue?.note(new.entry, shard: place.shard, from: new.position) }
            newEntries.release(batch.count)
        }
        try catalogue?.sync()
    }

    // MARK: Writing

    private func write(_ nowNs: Nanoseconds) throws(SystemError) {
        let size = UInt64(place.options.bufferBytes)
        var at = flushed
        while at < sealed {
            let segment = try segment(at, nowNs)
            let from = JournalLayout.pageStart(at)
            let end = min(sealed, segment.end, (at & ~(size - 1)) + size)
            try write(segment, from: from, to: end)
            at = end
            if at == segment.end || at == sealed {
                try place.storage.sync(segment.file)
                counters.add(1, to: JournalCounter.syncs.rawValue)
                // Later pieces may fail: this much is done.
                flushed = at
            }
        }
    }

    /// Whole pages come from the buffer. Of the last one, the part that is not sealed is the shard's: it is written
    /// from a copy, with zeros behind.
    private func write(_ segment: OpenSegment<S>, from: UInt64, to end: UInt64) throws(SystemError) {
        let lastPage = JournalLayout.pageStart(end)
        let rest = Int(end - lastPage)
        if rest > 0 {
            tail.bytes.copyMemory(from: UnsafeRawBufferPointer(start: buffer.place(lastPage), count: rest))
            UnsafeMutableRawBufferPointer(rebasing: tail.bytes[rest...]).initializeMemory(as: UInt8.self, repeating: 0)
        }
        let whole = UnsafeRawBufferPointer(start: buffer.place(from), count: Int(lastPage - from))
        let part = UnsafeRawBufferPointer(
            rebasing: UnsafeRawBufferPointer(tail.bytes)[..<(rest > 0 ? tail.bytes.count : 0)])
        try place.storage.write(segment.file, at: segment.offset(from), whole, part)
        counters.add(whole.count + part.count, to: JournalCounter.writtenBytes.rawValue)
    }

    /// The segment for a byte that is about to be written.
    private func segment(_ at: UInt64, _ nowNs: Nanoseconds) throws(SystemError) -> OpenSegment<S> {
        if let current, at < current.end { return current }
        if let current {
            place.storage.close(current.file)
            self.current = nil
        }
        if let next = later.first, next.position == at {
            current = later.removeFirst()
            return next
        }
        let position = JournalLayout.pageStart(at)
        let kept = UnsafeRawBufferPointer(start: buffer.place(position), count: Int(at - position))
        let made = try OpenSegment.create(
            place, position: position, end: later.first?.position ?? segmentEnd(after: position), kept: kept,
            firstBlock: failed?.position == position ? failed!.firstBlock : at, durable: at, nowNs: nowNs)
        counters.add(1, to: JournalCounter.segments.rawValue)
        current = made
        try removeHidden(by: made)
        return made
    }

    /// A file that failed before it came further than the page that the new one has a copy of: of no use any more, and
    /// disks do not fill up with tries.
    private func removeHidden(by made: OpenSegment<S>) throws(SystemError) {
        for name in try place.storage.list(place.folder) {
            guard let file = SegmentFile(name: name), file.position == made.position, place.path(file) != made.path
            else { continue }
            try place.storage.remove(place.path(file))
        }
    }

    private func segmentEnd(after position: UInt64) -> UInt64 {
        let bytes = UInt64(place.options.segmentBytes)
        return (position / bytes + 1) * bytes
    }

    /// The next file is made while the current one still has room, so that no commit waits for it.
    private func prepareNext(_ nowNs: Nanoseconds) {
        guard later.isEmpty, let current, current.end - flushed < UInt64(place.options.segmentBytes) / 2 else { return }
        guard nowNs >= prepareNs || nowNs < prepareNs - JournalRetry.longestNs else { return }
        do throws(SystemError) {
            later.append(
                try OpenSegment.create(
                    place, position: current.end, end: segmentEnd(after: current.end),
                    kept: UnsafeRawBufferPointer(start: nil, count: 0), firstBlock: current.end, durable: flushed,
                    nowNs: nowNs))
            counters.add(1, to: JournalCounter.segments.rawValue)
        } catch {
            // Not yet a loss: there is room in the current one. It is tried again, and shown.
            counters.add(1, to: JournalCounter.refusals.rawValue)
            prepareNs = nowNs + JournalRetry.longestNs
        }
    }

    // MARK: Outcomes

    private func succeed() {
        if failure != nil {
            failure = nil
            buffer.noteStalled(false)
        }
        waitNs = JournalRetry.firstNs
        retryNs = .min
        buffer.reclaim(flushed)
        if let group {
            buffer.noteDurable(group)
            self.group = nil
        }
        counters.add(1, to: JournalCounter.commits.rawValue)
        counters.set(Int(flushed), at: JournalCounter.position.rawValue)
    }

    /// WHY the file is given up: after an error nobody knows which of its pages are on disk, and a second fdatasync
    /// may say that all is well (Rebello et al., "Can applications recover from fsync failures?", 2020).
    private func fail(_ error: SystemError, _ nowNs: Nanoseconds) {
        if let current {
            place.storage.close(current.file)
            failed = (current.position, current.firstBlock)
            self.current = nil
        }
        buffer.reclaim(flushed)
        stall(error, nowNs)
    }

    private func stall(_ error: SystemError, _ nowNs: Nanoseconds) {
        failure = error
        buffer.noteStalled(true)
        counters.add(1, to: JournalCounter.failures.rawValue)
        retryNs = nowNs + waitNs
        waitNs = min(waitNs * 2, JournalRetry.longestNs)
    }
}

/// How soon a log that failed is tried again.
enum JournalRetry {
    static let firstNs = 10 * Nanoseconds.millisecond
    static let longestNs = Nanoseconds.second
}

/// What a log counts; the raw value indexes its `Counters`.
package enum JournalCounter: Int, CaseIterable, Sendable {
    case commits, syncs, writtenBytes, segments
    /// Times that writing failed; times that no room was had for the next segment.
    case failures, refusals
    /// On disk up to here.
    case position
}
