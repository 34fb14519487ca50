import CLinux

/// Looks through a log's bytes, whatever they are, for what is still good.
struct JournalSearch<S: Storage> {
    let place: JournalPlace<S>

    private static var stepBytes: Int { 1 << 20 }

    /// The first good block at or after a position that a run, or a later one, wrote. WHY every eighth byte: nobody
    /// knows where blocks begin behind damage. A block names its own position, so nothing is taken for one by chance.
    func firstGood(from position: UInt64, run: UInt32 = 0) throws(SystemError) -> BlockHeader? {
        let longest = place.options.blockBytesMax + JournalLayout.pageBytes
        var found: BlockHeader?
        try forEachWindow(from: position, overlap: longest) { bytes, start, fresh in
            for at in stride(from: 0, to: fresh, by: 8) {
                guard let header = good(bytes, at, start + UInt64(at)), header.run >= run else { continue }
                found = header
                return false
            }
            return true
        }
        return found
    }

    /// Behind the last byte that is not zero, from a position on; the position itself when there is none.
    func dirtyEnd(from position: UInt64) throws(SystemError) -> UInt64 {
        var end = position
        try forEachWindow(from: position, overlap: 0) { bytes, start, _ in
            for at in stride(from: 0, to: bytes.count & ~7, by: 8)
            where bytes.load(fromByteOffset: at, as: UInt64.self) != 0 { end = start + UInt64(at) + 8 }
            return true
        }
        return end
    }

    /// The header of a block that stands in the bytes of a position, if it is good in every way that can be told.
    func good(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ position: UInt64) -> BlockHeader? {
        guard at + JournalLayout.blockHeaderBytes <= bytes.count else { return nil }
        let base = bytes.baseAddress! + at
        guard base.load(fromByteOffset: JournalLayout.positionAt, as: UInt64.self) == position else { return nil }
        let header = base.load(as: BlockHeader.self)
        let size = UInt64(place.options.bufferBytes)
        guard header.isPlausible(at: position), UInt64(header.length) <= size - (position & (size - 1)),
            at + Int(header.length) <= bytes.count,
            clinux_crc32c(0, base + 4, Int(header.length) - 4) == header.crc
        else { return nil }
        let block = UnsafeRawBufferPointer(start: base, count: Int(header.length))
        return JournalBlock(header: header, bytes: block).isSound ? header : nil
    }

    /// Windows of a log's bytes, each with what follows it: its bytes, its position, how many of them are its own.
    private func forEachWindow(
        from position: UInt64, overlap: Int, _ body: (UnsafeRawBufferPointer, UInt64, Int) -> Bool
    ) throws(SystemError) {
        let files = try SegmentFile.list(place.storage, place.folder)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.stepBytes + overlap, alignment: 8)
        defer { memory.deallocate() }
        for (i, file) in files.enumerated() {
            let next = i + 1 < files.count ? files[i + 1].position : .max
            var at = max(position, file.position)
            while at < next {
                let have = try read(at, into: memory)
                guard have > 0 else { break }
                let fresh = min(have, Self.stepBytes, Int(clamping: next - at))
                guard body(UnsafeRawBufferPointer(rebasing: memory[..<have]), at, fresh) else { return }
                at += UInt64(fresh)
            }
        }
    }

    /// Log bytes from a position on, across files as readers go; how many there were.
    private func read(_ position: UInt64, into memory: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        let files = try SegmentFile.list(place.storage, place.folder)
        var have = 0
        while have < memory.count {
            let at = position + UInt64(have)
            guard let i = files.lastIndex(where: { $0.position <= at }) else { break }
            let end = i + 1 < files.count ? files[i + 1].position : .max
            let file = try place.storage.open(place.path(files[i]), writable: false)
            defer { place.storage.close(file) }
            let wanted = min(memory.count - have, Int(clamping: end - at))
            let n = try place.storage.read(
                file, at: JournalLayout.segmentHeaderBytes + Int(at - files[i].position),
                into: UnsafeMutableRawBufferPointer(rebasing: memory[have..<have + wanted]))
            if n == 0 { break }
            have += n
        }
        return have
    }
}
