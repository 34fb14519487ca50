/// The segment that a log is written to.
struct OpenSegment<S: Storage>: Sendable {
    let file: StorageFile
    let path: String
    let position: UInt64
    let end: UInt64
    let firstBlock: UInt64

    /// Makes a file for the log from a position on. It has its name only once its header is on disk.
    ///
    /// `kept`: what of its first page is on disk elsewhere already. WHY it is written before the file has its name: from
    /// then on readers take the page from here. `durable`: what of the log is on disk by now. `nowNs` goes into the header, for people.
    static func create(
        _ place: JournalPlace<S>, position: UInt64, end: UInt64, kept: UnsafeRawBufferPointer, firstBlock: UInt64,
        durable: UInt64, nowNs: Nanoseconds
    ) throws(SystemError) -> OpenSegment {
        let storage = place.storage
        let attempts = try storage.list(place.folder).compactMap { SegmentFile(name: $0) }
            .filter { $0.position == position }.map(\.attempt)
        let attempt = (attempts.max() ?? -1) + 1
        guard attempt < 256 else { throw SystemError("create", code: SystemError.tooMany, subject: place.folder) }
        let name = SegmentFile(position: position, attempt: attempt)
        let temporary = "\(place.folder)/\(name.name).new"
        do throws(SystemError) { try storage.remove(temporary) } catch { if !error.isNotFound { throw error } }
        let file = try storage.create(
            temporary, bytes: JournalLayout.segmentHeaderBytes + Int(end - position))
        do throws(SystemError) {
            let header = SegmentHeader(
                identity: place.identity, position: position, bytes: end - position, shard: UInt32(place.shard),
                shards: UInt32(place.shards), createdNs: nowNs, bufferBytes: UInt64(place.options.bufferBytes),
                firstBlock: firstBlock, durable: durable)
            let page = AlignedPage()
            header.encoded().withUnsafeBytes { page.bytes.copyMemory(from: $0) }
            let first = AlignedPage()
            first.bytes.copyMemory(from: kept)
            try storage.write(file, at: 0, UnsafeRawBufferPointer(page.bytes), UnsafeRawBufferPointer(first.bytes))
            try storage.sync(file)
            try storage.rename(temporary, to: place.path(name))
            try storage.syncFolder(place.folder)
        } catch {
            storage.close(file)
            // Whichever name it had come to: tried again, it must not pile up.
            for path in [temporary, place.path(name)] {
                do throws(SystemError) { try storage.remove(path) } catch {}
            }
            throw error
        }
        return OpenSegment(
            file: file, path: place.path(name), position: position, end: end, firstBlock: firstBlock)
    }

    /// Offset in the file of a byte of log.
    func offset(_ position: UInt64) -> Int { JournalLayout.segmentHeaderBytes + Int(position - self.position) }
}

/// A page of memory that direct writes can take.
final class AlignedPage {
    let bytes: UnsafeMutableRawBufferPointer

    init() {
        bytes = .allocate(byteCount: JournalLayout.pageBytes, alignment: JournalLayout.pageBytes)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }
}
