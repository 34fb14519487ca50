/// Makes a verified log ready to be written on: what lies behind its end goes, and its last page comes into memory.
package struct JournalTail<S: Storage>: ~Copyable {
    private let place: JournalPlace<S>
    private let end: JournalScan<S>.End

    package init(_ place: JournalPlace<S>, _ end: JournalScan<S>.End) {
        self.place = place
        self.end = end
    }

    /// A buffer and a committer that go on at the end. `rings` feed the shard.
    package func open(rings: Int) throws(SystemError) -> (JournalBuffer, JournalCommitter<S>) {
        let buffer = JournalBuffer(options: place.options, start: end.position, rings: rings)
        let files = try SegmentFile.list(place.storage, place.folder)
        guard let index = files.lastIndex(where: { $0.position <= end.position }) else {
            return (buffer, JournalCommitter(place, buffer, start: end.position, segment: nil))
        }
        // Nothing in later files counts; were they left, their old blocks might one day seem to follow.
        for file in files[(index + 1)...].reversed() { try place.storage.remove(place.path(file)) }
        if index + 1 < files.count { try place.storage.syncFolder(place.folder) }
        let segment = files[index]
        let file = try place.storage.open(place.path(segment), writable: true)
        do throws(SystemError) {
            guard let header = try place.header(file, of: segment) else {
                throw SystemError("read", code: SystemError.notOurs, subject: place.path(segment))
            }
            let open = OpenSegment<S>(file: file, position: segment.position, end: segment.position + header.bytes)
            guard end.position < open.end else {
                place.storage.close(file)
                return (buffer, JournalCommitter(place, buffer, start: end.position, segment: nil))
            }
            try loadPage(open, into: buffer)
            if end.torn != nil { try erase(open, buffer) }
            return (buffer, JournalCommitter(place, buffer, start: end.position, segment: open))
        } catch {
            place.storage.close(file)
            throw error
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
