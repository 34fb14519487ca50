import CLinux

/// Reads a shard's log from a position on, block by block, from its files. One thread's.
package final class JournalReader<S: Storage> {
    private let place: JournalPlace<S>
    private var segments: [SegmentFile] = []
    private var file: StorageFile?
    private var filePosition: UInt64 = 0
    private var fileEnd: UInt64 = 0
    /// Blocks that begin here or later are in the next file. WHY not `fileEnd`: a file that took the place of one that
    /// failed begins with the page that both share, and a block may reach into it.
    private var following: UInt64 = 0
    private let memory: UnsafeMutableRawBufferPointer
    /// Log bytes in memory.
    private var from: UInt64 = 0
    private var to: UInt64 = 0
    /// The next block's.
    package private(set) var position: UInt64
    private var run: UInt32 = 0

    package init(_ place: JournalPlace<S>, from position: UInt64) throws(SystemError) {
        self.place = place
        self.position = position
        let bytes = max(Self.windowBytes, place.options.blockBytesMax * 2)
        memory = .allocate(byteCount: bytes, alignment: JournalLayout.pageBytes)
        do throws(SystemError) {
            segments = try SegmentFile.list(place.storage, place.folder)
        } catch {
            memory.deallocate()
            throw error
        }
    }

    deinit {
        if let file { place.storage.close(file) }
        memory.deallocate()
    }

    private static var windowBytes: Int { 1 << 20 }

    /// The first position that is still there; nil when there is no file.
    package var firstPosition: UInt64? { segments.first?.position }

    /// What stands at the reader's position.
    package enum Found {
        /// A good block; the reader has moved past it.
        case block(JournalBlock)
        /// The limit is reached, or no file goes on.
        case end
        /// Nothing was ever written here.
        case zeros
        case damaged(String)
    }

    /// The next block that ends at or before a position. Memory is valid until the next call.
    package func next(before limit: UInt64) throws(SystemError) -> Found {
        let found = try look(limit)
        switch found {
        case .block, .end: return found
        case .zeros, .damaged:
            // A file that failed, and was left for another since it was opened, ends in anything.
            guard try SegmentFile.list(place.storage, place.folder) != segments else { return found }
            close()
            return try look(limit)
        }
    }

    private func close() {
        if let file { place.storage.close(file) }
        file = nil
        from = 0
        to = 0
    }

    private func look(_ limit: UInt64) throws(SystemError) -> Found {
        skipRest()
        guard position < limit else { return .end }
        guard try open(limit) else { return .end }
        let headerBytes = JournalLayout.blockHeaderBytes
        guard try fill(headerBytes, limit) else { return .damaged("the log ends within a block's header") }
        let base = memory.baseAddress! + Int(position - from)
        let header = base.load(as: BlockHeader.self)
        if header == BlockHeader() { return .zeros }
        let size = UInt64(place.options.bufferBytes)
        let left = size - (position & (size - 1))
        guard header.isPlausible(at: position) else { return .damaged("no block's header") }
        let isInPlace = header.length <= left && position + UInt64(header.length) <= limit
        guard isInPlace, Int(header.length) <= memory.count else {
            return .damaged("a block that is longer than its place")
        }
        guard header.run >= run else { return .damaged("a block of an earlier run") }
        let length = Int(header.length)
        guard try fill(length, limit) else { return .damaged("the log ends within a block") }
        let bytes = UnsafeRawBufferPointer(start: memory.baseAddress! + Int(position - from), count: length)
        guard clinux_crc32c(0, bytes.baseAddress! + 4, length - 4) == header.crc else {
            return .damaged("CRC32C does not hold")
        }
        let block = JournalBlock(header: header, bytes: bytes)
        guard block.isSound else { return .damaged("reads and events do not fill the block") }
        run = header.run
        position += UInt64(length)
        return .block(block)
    }

    /// Goes on elsewhere.
    package func seek(_ position: UInt64) {
        self.position = position
        run = 0
    }

    /// Forgets what it has in memory, and which files there are: the next call looks at the disk again.
    func refresh() {
        if let file { place.storage.close(file) }
        file = nil
    }

    /// The first block that begins in the file that holds a position; nil when no file does.
    func firstBlock(inFileOf position: UInt64) throws(SystemError) -> UInt64? {
        guard let segment = segments.last(where: { $0.position <= position }) else { return nil }
        return try place.header(of: segment)?.firstBlock
    }

    /// File and offset of a position, for people.
    package func locate(_ position: UInt64) -> (file: String, offset: Int)? {
        guard let segment = segments.last(where: { $0.position <= position }) else { return nil }
        return (place.path(segment), JournalLayout.segmentHeaderBytes + Int(position - segment.position))
    }

    /// What stands at a position is no block though it was on disk once.
    func damage(at position: UInt64, _ reason: String, goodAgain: UInt64? = nil) -> JournalDamage {
        let found = locate(position)
        return JournalDamage(
            file: found?.file ?? place.folder, offset: found?.offset ?? 0, shard: place.shard, position: position,
            goodAgain: goodAgain, reason: reason)
    }

    // MARK: Inner

    /// A rest before a multiple of the buffer's size that is too short for a header holds nothing.
    private func skipRest() {
        let size = UInt64(place.options.bufferBytes)
        let left = size - (position & (size - 1))
        if left < UInt64(JournalLayout.blockHeaderBytes) { position += left }
    }

    /// Opens the file that holds the position; false when none does.
    private func open(_ limit: UInt64) throws(SystemError) -> Bool {
        if file != nil, position >= filePosition, position < min(fileEnd, following) { return true }
        if let file {
            place.storage.close(file)
            self.file = nil
        }
        segments = try SegmentFile.list(place.storage, place.folder)
        guard let index = segments.lastIndex(where: { $0.position <= position }) else { return false }
        let segment = segments[index]
        let opened = try place.storage.open(place.path(segment), writable: false)
        guard let header = try place.header(opened, of: segment) else {
            place.storage.close(opened)
            throw SystemError("read", code: SystemError.notOurs, subject: place.path(segment))
        }
        file = opened
        filePosition = segment.position
        following = index + 1 < segments.count ? segments[index + 1].position : .max
        fileEnd = header.position + header.bytes
        from = 0
        to = 0
        return position < fileEnd
    }

    /// Has `count` bytes from the position on in memory; false when the file or the limit ends before.
    private func fill(_ count: Int, _ limit: UInt64) throws(SystemError) -> Bool {
        if position >= from, position + UInt64(count) <= to { return true }
        guard let file else { return false }
        from = position
        to = position
        try read(file, filePosition, until: min(fileEnd, following, limit, position + UInt64(memory.count)))
        // A block that reaches into the page that a later file has a good copy of.
        if position + UInt64(count) > to, to == following, to < limit,
            let next = segments.first(where: { $0.position == following })
        {
            let other = try place.storage.open(place.path(next), writable: false)
            defer { place.storage.close(other) }
            try read(other, next.position, until: min(limit, position + UInt64(count)))
        }
        return position + UInt64(count) <= to
    }

    private func read(
        _ file: StorageFile, _ start: UInt64, until end: UInt64
    ) throws(SystemError) {
        while to < end {
            let offset = JournalLayout.segmentHeaderBytes + Int(to - start)
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[Int(to - from)..<Int(end - from)])
            let n = try place.storage.read(file, at: offset, into: rest)
            if n == 0 { break }
            to += UInt64(n)
        }
    }
}
