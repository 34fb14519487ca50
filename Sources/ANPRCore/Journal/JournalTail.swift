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

    private func committer(_ buffer: JournalBuffer, _ segment: OpenSegment<S>?) -> JournalCommitter<S> {
        JournalCommitter(place, buffer, start: end.position, segment: segment, catalogue: catalogue)
    }

    /// A buffer and a committer that go on at the end. `rings` feed the shard.
    package func open(rings: Int) throws(SystemError) -> (JournalBuffer, JournalCommitter<S>) {
        let buffer = JournalBuffer(options: place.options, start: end.position, rings: rings)
        let files = try SegmentFile.list(place.storage, place.folder)
        guard let index = files.lastIndex(where: { $0.position <= end.position }) else {
            return (buffer, committer(buffer, nil))
        }
        // Nothing in later files counts; were they left, their old blocks might one day seem to follow.
        try removeFiles(after: files[index])
        try syncFiles(files[...index])
        let segment = files[index]
        let file = try place.storage.open(place.path(segment), writable: true)
        do throws(SystemError) {
            guard let header = try place.header(file, of: segment) else {
                throw SystemError("read", code: SystemError.notOurs, subject: place.path(segment))
            }
            let open = OpenSegment<S>(file: file, path: place.path(segment), position: segment.position, end: segment.position + header.bytes)
            guard end.position < open.end else {
                place.storage.close(file)
                return (buffer, committer(buffer, nil))
            }
            try loadPage(open, into: buffer)
            if end.torn != nil { try erase(open, buffer) }
            return (buffer, committer(buffer, open))
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

    /// WHY: a process that was killed between its write and its fdatasync left blocks that are good to read and not yet
    /// on disk. From now on they count as durable.
    private func syncFiles(_ files: ArraySlice<SegmentFile>) throws(SystemError) {
        for file in files.reversed() {
            let open = try place.storage.open(place.path(file), writable: true)
            defer { place.storage.close(open) }
            try place.storage.sync(open)
            // What lies before the file was on disk when it was made.
            if let header = try place.header(open, of: file), header.firstBlock <= synced { break }
        }
    }

    /// The bytes that share a page with the end: the next write writes them again.
    private func loadPage(_ segment: OpenSegment<S>, into buffer: JournalBuffer) throws(SystemError) {
        let page = JournalLayout.pageStart(end.position)
        let count = Int(end.position - page)
        guard count > 0 else { return }
        let copy = AlignedPage()
        var have = 0
        while have < count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: copy.bytes[have...])
            let n = try place.storage.read(segment.file, at: segment.offset(page) + have, into: rest)
            guard n > 0 else { throw SystemError("pread", code: SystemError.notOurs, subject: place.folder) }
            // A direct file is read by the page.
            have += n
        }
        buffer.place(page).copyMemory(from: copy.bytes.baseAddress!, byteCount: count)
    }

    /// Zeros, as far as anything can have been written that was never acknowledged.
    private func erase(_ segment: OpenSegment<S>, _ buffer: JournalBuffer) throws(SystemError) {
        let page = JournalLayout.pageStart(end.position)
        let first = AlignedPage()
        let kept = Int(end.position - page)
        first.bytes.copyMemory(from: UnsafeRawBufferPointer(start: buffer.place(page), count: kept))
        let last = min(segment.end, end.position + 4 * UInt64(place.options.bufferBytes))
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
