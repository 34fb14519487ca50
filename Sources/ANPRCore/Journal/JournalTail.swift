/// Makes a verified log ready to be written on: what lies behind its end goes, and its last page comes into memory.
package struct JournalTail<S: Storage>: ~Copyable {
    private let place: JournalPlace<S>
    private let end: JournalScan<S>.End
    private let catalogue: EntryCatalogue?
    /// Known to have been on disk: a checkpoint's.
    private let synced: UInt64

    package init(
        _ place: JournalPlace<S>, _ end: JournalScan<S>.End, synced: UInt64 = 0, catalogue: EntryCatalogue? = nil
    ) {
        self.synced = synced
        self.place = place
        self.end = end
        self.catalogue = catalogue
    }

    /// A buffer and a committer that go on at the end. `rings` feed the shard.
    ///
    /// WHY the last commit's worth is written again: a process that was killed between its write and its fdatasync, or
    /// after one that failed, left blocks that are good to read and perhaps not on disk; from now on they count.
    package func open(rings: Int) throws(SystemError) -> (JournalBuffer, JournalCommitter<S>) {
        let buffer = JournalBuffer(options: place.options, start: unsureFrom, rings: rings)
        let files = try SegmentFile.list(place.storage, place.folder)
        guard let last = files.lastIndex(where: { $0.position <= end.position }) else {
            return (
                buffer,
                JournalCommitter(
                    place, buffer, durable: end.position, start: end.position, files: [], catalogue: catalogue)
            )
        }
        try removeFiles(after: files[last])
        var open: [OpenSegment<S>] = []
        do throws(SystemError) {
            for i in files[...last].indices where (i + 1 > last ? .max : files[i + 1].position) > unsureFrom {
                open.append(try self.open(files[i], until: i < last ? files[i + 1].position : nil))
            }
            try load(open, into: buffer)
            if end.torn != nil, let segment = open.last, end.position < segment.end { try erase(segment, buffer) }
        } catch {
            for segment in open { place.storage.close(segment.file) }
            throw error
        }
        let committer = JournalCommitter(
            place, buffer, durable: unsureFrom, start: end.position, files: open, catalogue: catalogue)
        // Until it is on disk nothing starts.
        if unsureFrom < end.position, !committer.turn(nowNs: 0) {
            throw committer.failure ?? SystemError("pwritev", code: SystemError.notOurs, subject: place.folder)
        }
        return (buffer, committer)
    }

    /// Not known to be on disk from here on. No more than a buffer: what a buffer gave up was on disk.
    private var unsureFrom: UInt64 {
        let capacity = UInt64(place.options.bufferBytes)
        let reach = end.position > capacity ? JournalLayout.pageStart(end.position - capacity) + 4096 : 0
        return max(end.durable, reach, synced)
    }

    private func open(_ segment: SegmentFile, until following: UInt64?) throws(SystemError) -> OpenSegment<S> {
        let file = try place.storage.open(place.path(segment), writable: true)
        do throws(SystemError) {
            guard let header = try place.header(file, of: segment) else {
                throw SystemError("read", code: SystemError.notOurs, subject: place.path(segment))
            }
            return OpenSegment<S>(
                file: file, path: place.path(segment), position: segment.position,
                end: min(segment.position + header.bytes, following ?? .max), firstBlock: header.firstBlock)
        } catch {
            place.storage.close(file)
            throw error
        }
    }

    /// Also those that another of the same position hides; the ones that hide go last.
    private func removeFiles(after last: SegmentFile) throws(SystemError) {
        let all = try place.storage.list(place.folder).compactMap { SegmentFile(name: $0) }
            .filter { $0.position > last.position || $0.position == last.position && $0.attempt < last.attempt }
            .sorted { ($0.position, -$0.attempt) > ($1.position, -$1.attempt) }
        for file in all { try place.storage.remove(place.path(file)) }
        try place.storage.syncFolder(place.folder)
    }

    /// The bytes from the page of `unsureFrom` on, which the next write writes again.
    private func load(_ segments: [OpenSegment<S>], into buffer: JournalBuffer) throws(SystemError) {
        let page = AlignedPage()
        var at = JournalLayout.pageStart(unsureFrom)
        while at < end.position {
            // Of a page that two files hold the later one has the good copy.
            guard let segment = segments.last(where: { $0.position <= at }), at < segment.end else {
                throw SystemError("pread", code: SystemError.notOurs, subject: place.folder)
            }
            let n = try place.storage.read(segment.file, at: segment.offset(at), into: page.bytes)
            guard n == JournalLayout.pageBytes else {
                throw SystemError("pread", code: SystemError.notOurs, subject: place.folder)
            }
            let count = min(JournalLayout.pageBytes, Int(end.position - at))
            buffer.place(at).copyMemory(from: page.bytes.baseAddress!, byteCount: count)
            at += UInt64(JournalLayout.pageBytes)
        }
    }

    /// Zeros, as far as anything can have been written that was never acknowledged.
    private func erase(_ segment: OpenSegment<S>, _ buffer: JournalBuffer) throws(SystemError) {
        let page = JournalLayout.pageStart(end.position)
        let first = AlignedPage()
        let kept = Int(end.position - page)
        first.bytes.copyMemory(from: UnsafeRawBufferPointer(start: buffer.place(page), count: kept))
        // By the page, as all that is written. A buffer is what can have been under way behind the last good block.
        let reached = JournalLayout.pageStart(max(end.reached, end.position))
        let last = min(segment.end, reached + 4 * UInt64(place.options.bufferBytes))
        let zeroBytes = 1 << 20
        let zeros = UnsafeMutableRawBufferPointer.allocate(
            byteCount: zeroBytes, alignment: JournalLayout.pageBytes)
        defer { zeros.deallocate() }
        zeros.initializeMemory(as: UInt8.self, repeating: 0)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        try place.storage.write(segment.file, at: segment.offset(page), UnsafeRawBufferPointer(first.bytes), none)
        var at = page + UInt64(JournalLayout.pageBytes)
        while at < last {
            let n = min(zeroBytes, Int(last - at))
            let part = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(zeros)[..<n])
            try place.storage.write(segment.file, at: segment.offset(at), part, none)
            at += UInt64(n)
        }
        try place.storage.sync(segment.file)
    }
}
