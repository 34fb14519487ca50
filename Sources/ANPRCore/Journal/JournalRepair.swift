import CLinux

/// Sets aside what is damaged in one shard's log: a copy of each file that is changed, and holes where nothing can be
/// read, so that the log reads from its first block to its end again. Nobody else may use the log.
package struct JournalRepair<S: Storage> {
    private let place: JournalPlace<S>
    /// The log must not end before: positions are never given twice.
    private let knownDurable: UInt64
    /// Positions that are written down elsewhere, where reading must be able to begin.
    private let marks: [UInt64]
    private let nowNs: Nanoseconds

    /// What became of one damage.
    package struct Mended: Equatable, Sendable {
        package var file: String
        package var shard: Int
        package var reason: String
        /// Of the log: what holes stand for now. Empty when only a file's header was written anew.
        package var from: UInt64
        package var to: UInt64
        package var holes = 0
        /// A good block went with it: what was left before it was too short for a hole.
        package var isExtended = false
        package var copies: [String] = []
    }

    package init(_ place: JournalPlace<S>, knownDurable: UInt64, marks: [UInt64], nowNs: Nanoseconds) {
        self.place = place
        self.knownDurable = knownDurable
        self.marks = marks.sorted()
        self.nowNs = nowNs
    }

    // MARK: Headers

    /// Files whose header is damaged get a new one: name and directory say all of it.
    package func mendHeaders() throws -> [Mended] {
        var mended: [Mended] = []
        for segment in try SegmentFile.list(place.storage, place.folder) {
            guard try place.header(of: segment) == nil else { continue }
            let copy = try setAside(segment)
            let file = try place.storage.open(place.path(segment), writable: true)
            defer { place.storage.close(file) }
            let bytes = try place.storage.size(file) - JournalLayout.segmentHeaderBytes
            // At a multiple of the buffer's size a block begins; a file that replaced another begins anywhere.
            let isAligned = segment.position % UInt64(place.options.bufferBytes) == 0
            let first =
                isAligned
                ? segment.position
                : try JournalSearch(place: place).firstGood(from: segment.position)?.position ?? segment.position
            let header = SegmentHeader(
                identity: place.identity, position: segment.position, bytes: UInt64(max(0, bytes)),
                shard: UInt32(place.shard), shards: UInt32(place.shards), createdNs: nowNs,
                bufferBytes: UInt64(place.options.bufferBytes), firstBlock: first, durable: 0)
            let page = AlignedPage()
            header.encoded().withUnsafeBytes { page.bytes.copyMemory(from: $0) }
            try write(page.bytes, to: file, at: 0)
            mended.append(
                Mended(
                    file: place.path(segment), shard: place.shard, reason: "no segment's header of this directory",
                    from: segment.position, to: segment.position, copies: [copy]))
        }
        return mended
    }

    // MARK: Blocks

    /// `group` is where the last whole group before the damage ends.
    package func mend(_ damage: JournalDamage, group: UInt64) throws -> Mended {
        var before = BlockHeader()
        let reader = try JournalReader(place, from: group)
        while reader.position < damage.position, case .block(let block) = try reader.next(before: damage.position) {
            before = block.header
        }
        let search = JournalSearch(place: place)
        let next = try search.firstGood(from: damage.position + 8, run: before.run)
        var mended = Mended(
            file: damage.file, shard: place.shard, reason: damage.reason, from: damage.position, to: damage.position)
        var keep = marks
        if let next {
            mended.to = next.position
            if let short = pieces(from: damage.position, to: next.position, keep).last, short.count < Self.least {
                mended.to = next.end
                mended.isExtended = true
            } else if let target = try target(of: next) {
                keep = (keep + [target]).sorted()
            }
        } else {
            let dirty = try search.dirtyEnd(from: damage.position)
            mended.to = max(knownDurable, dirty, damage.position + Self.least)
        }
        mended.copies = try setAside(from: mended.from, to: mended.to)
        let pieces = pieces(from: mended.from, to: mended.to, keep)
        mended.holes = pieces.count
        let run = max(1, before.run, next?.run ?? 0)
        try write(pieces.map { hole($0, run: run, latestNs: before.latestNs) }, from: mended.from, to: mended.to)
        return mended
    }

    private static var least: UInt64 { UInt64(JournalLayout.blockHeaderBytes) }

    /// Ranges that a block each can stand for. A rest before a multiple of the buffer's size may hold none.
    private func pieces(from: UInt64, to: UInt64, _ marks: [UInt64]) -> [Range<UInt64>] {
        let size = UInt64(place.options.bufferBytes)
        var pieces: [Range<UInt64>] = []
        var at = from
        while at < to {
            let left = size - (at & (size - 1))
            if left >= Self.least {
                var end = min(to, at + left)
                if let mark = marks.first(where: { $0 >= at + Self.least && $0 + Self.least <= end }) { end = mark }
                pieces.append(at..<end)
                at = end
            } else {
                at += left
            }
        }
        return pieces
    }

    /// Events of a group that goes on behind the damage count in the reads of a block that may be lost: readers look
    /// there, and must find a block.
    private func target(of next: BlockHeader) throws -> UInt64? {
        let reader = try JournalReader(place, from: next.position)
        while case .block(let block) = try reader.next(before: .max) {
            if block.header.readsBehind > 0 { return block.header.position - UInt64(block.header.readsBehind) }
            if !block.header.flags.contains(.continues) { return nil }
        }
        return nil
    }

    private func hole(_ range: Range<UInt64>, run: UInt32, latestNs: Nanoseconds) -> BlockHeader {
        var header = BlockHeader()
        header.position = range.lowerBound
        header.length = UInt32(range.count)
        header.run = run
        header.flags = .hole
        header.latestNs = latestNs
        let zeros = [UInt8](repeating: 0, count: 64 << 10)
        var crc = withUnsafeBytes(of: header) { clinux_crc32c(0, $0.baseAddress! + 4, $0.count - 4) }
        var left = range.count - JournalLayout.blockHeaderBytes
        while left > 0 {
            crc = clinux_crc32c(crc, zeros, min(left, zeros.count))
            left -= zeros.count
        }
        header.crc = crc
        return header
    }

    // MARK: Files

    /// Zeros from one position to another, with these headers in them.
    private func write(_ holes: [BlockHeader], from: UInt64, to: UInt64) throws(SystemError) {
        let page = UInt64(JournalLayout.pageBytes)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: Int(page))
        defer { memory.deallocate() }
        var at = JournalLayout.pageStart(from)
        while at < to {
            let (segment, end) = try holder(of: at)
            let last = min((to + page - 1) & ~(page - 1), end, at + UInt64(memory.count))
            let chunk = UnsafeMutableRawBufferPointer(rebasing: memory[..<Int(last - at)])
            let file = try place.storage.open(place.path(segment), writable: true)
            defer { place.storage.close(file) }
            let offset = JournalLayout.segmentHeaderBytes + Int(at - segment.position)
            try read(file, at: offset, into: chunk)
            let zeros = Int(max(from, at) - at)..<Int(min(to, last) - at)
            UnsafeMutableRawBufferPointer(rebasing: chunk[zeros]).initializeMemory(as: UInt8.self, repeating: 0)
            for hole in holes where hole.position < last && hole.position + Self.least > at {
                lay(hole, over: chunk, at: at)
            }
            try write(chunk, to: file, at: offset)
            at = last
        }
    }

    /// As much of a header as lies in a chunk.
    private func lay(_ header: BlockHeader, over chunk: UnsafeMutableRawBufferPointer, at position: UInt64) {
        withUnsafeBytes(of: header) { bytes in
            for (i, byte) in bytes.enumerated() {
                let place = Int(header.position) + i - Int(position)
                if place >= 0, place < chunk.count { chunk[place] = byte }
            }
        }
    }

    private func read(
        _ file: StorageFile, at offset: Int, into chunk: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        var have = 0
        while have < chunk.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: chunk[have...])
            let n = try place.storage.read(file, at: offset + have, into: rest)
            guard n > 0 else { throw SystemError("pread", code: SystemError.notOurs, subject: place.folder) }
            have += n
        }
    }

    private func write(
        _ bytes: UnsafeMutableRawBufferPointer, to file: StorageFile, at offset: Int
    ) throws(SystemError) {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        try place.storage.write(file, at: offset, UnsafeRawBufferPointer(bytes), none)
        try place.storage.sync(file)
    }

    /// The file that a page is read from, and where that ends; made when it is not there.
    private func holder(of page: UInt64) throws(SystemError) -> (SegmentFile, UInt64) {
        let files = try SegmentFile.list(place.storage, place.folder)
        let index = files.lastIndex { $0.position <= page }
        let next = files.first { $0.position > page }?.position ?? .max
        if let index, let header = try place.header(of: files[index]), page < header.position + header.bytes {
            return (files[index], min(next, header.position + header.bytes))
        }
        let bytes = UInt64(place.options.segmentBytes)
        let made = try OpenSegment.create(
            place, position: page, end: min(next, (page / bytes + 1) * bytes),
            kept: UnsafeRawBufferPointer(start: nil, count: 0), firstBlock: page, durable: 0, nowNs: nowNs)
        place.storage.close(made.file)
        return try holder(of: page)
    }

    /// Copies of the files that hold a range.
    private func setAside(from: UInt64, to: UInt64) throws(SystemError) -> [String] {
        let files = try SegmentFile.list(place.storage, place.folder)
        var copies: [String] = []
        for (i, file) in files.enumerated() where file.position < to {
            guard i + 1 == files.count || files[i + 1].position > JournalLayout.pageStart(from) else { continue }
            copies.append(try setAside(file))
        }
        return copies
    }

    /// A copy of a file beside it, on disk before the file is changed.
    private func setAside(_ segment: SegmentFile) throws(SystemError) -> String {
        let names = Set(try place.storage.list(place.folder))
        var number = 1
        while names.contains("\(segment.name).damaged-\(number)") { number += 1 }
        let path = "\(place.folder)/\(segment.name).damaged-\(number)"
        let from = try place.storage.open(place.path(segment), writable: false)
        defer { place.storage.close(from) }
        let page = JournalLayout.pageBytes
        let size = try place.storage.size(from) & ~(page - 1)
        let to = try place.storage.create(path, bytes: size)
        defer { place.storage.close(to) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: page)
        defer { memory.deallocate() }
        var done = 0
        while done < size {
            let chunk = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, size - done)])
            try read(from, at: done, into: chunk)
            let none = UnsafeRawBufferPointer(start: nil, count: 0)
            try place.storage.write(to, at: done, UnsafeRawBufferPointer(chunk), none)
            done += chunk.count
        }
        try place.storage.sync(to)
        try place.storage.syncFolder(place.folder)
        return path
    }
}
