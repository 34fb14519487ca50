/// A block as it was read: header and bytes, in memory that its reader owns until the next call.
package struct JournalBlock {
    package let header: BlockHeader
    /// The whole block. Its CRC holds.
    let bytes: UnsafeRawBufferPointer

    /// Where its events begin; nil when its reads do not fit in it.
    private let eventsAt: Int?

    init(header: BlockHeader, bytes: UnsafeRawBufferPointer) {
        self.header = header
        self.bytes = bytes
        eventsAt = header.flags.isDisjoint(with: [.padding, .hole]) ? StoredReads.end(header, bytes) : nil
    }

    private func word(_ at: Int) -> UnsafePointer<UInt64> {
        (bytes.baseAddress! + at).assumingMemoryBound(to: UInt64.self)
    }

    /// Whether reads and events fill the block exactly: then everything below is safe.
    var isSound: Bool {
        guard hasContent else { return true }
        guard var at = eventsAt else { return false }
        for _ in 0..<header.events {
            guard at + 8 <= bytes.count, let length = head(at).length, at + length <= bytes.count else { return false }
            at += length
        }
        return at == bytes.count
    }

    private func head(_ at: Int) -> EventHead { unsafeBitCast(word(at)[0], to: EventHead.self) }

    /// Whether it holds reads or events, and not only fills space.
    package var hasContent: Bool { header.flags.isDisjoint(with: [.padding, .hole]) }

    /// Appends the block's reads, in their order. Room for `header.reads` more.
    func reads(into list: inout FixedBuffer<Read>, symbols: borrowing SymbolTable) {
        guard hasContent else { return }
        var stored = StoredReads(self)
        for _ in 0..<header.reads {
            stored.next()
            list.append(stored.read(symbols))
        }
    }

    /// Appends those of its reads that are of such cameras, in their order.
    @inline(__always)
    func reads(into list: inout FixedBuffer<Read>, symbols: borrowing SymbolTable, of isWanted: (UInt32) -> Bool) {
        guard hasContent else { return }
        var stored = StoredReads(self)
        for _ in 0..<header.reads {
            stored.next()
            if isWanted(stored.camera) { list.append(stored.read(symbols)) }
        }
    }

    /// Which reads it holds, without decoding their texts.
    @inline(__always)
    func forEachReadID(_ body: (ReadID) -> Void) {
        guard hasContent else { return }
        var stored = StoredReads(self)
        for _ in 0..<header.reads {
            stored.next()
            body(stored.id)
        }
    }

    /// One event; `read` is an index in the group's latest block with reads.
    enum Event {
        case hit(StoredHit)
        case watched(read: Int, subscription: UInt32)
        case record(SectionRecord)
    }

    struct StoredHit {
        var read: Int
        var mark: UInt64
        var flags: HitFlags
        var sourceCount: UInt8
        var sourcesOmitted: UInt8
        var sources: UnsafePointer<UInt64>

        /// The hit as it was when it was found.
        func hit(of read: Read, run: UInt32) -> Hit {
            var hit = Hit(read: read)
            hit.mark = mark
            hit.run = run
            hit.flags = flags
            hit.sourceCount = sourceCount
            hit.sourcesOmitted = sourcesOmitted
            for i in 0..<Int(sourceCount) { hit.sources[i] = HitSource(word: sources[i]) }
            return hit
        }
    }

    /// Each event in its order, with its number.
    func forEachEvent(_ body: (Int, Event) throws -> Void) rethrows {
        guard var at = eventsAt else { return }
        for number in 0..<Int(header.events) {
            let head = head(at)
            guard let length = head.length else { return }
            switch EventKind(rawValue: head.kind) {
            case .hit:
                let hit = StoredHit(
                    read: Int(head.read), mark: word(at)[1], flags: HitFlags(rawValue: head.flags),
                    sourceCount: head.sources, sourcesOmitted: head.omitted, sources: word(at) + 2)
                try body(number, .hit(hit))
            case .watched:
                try body(
                    number,
                    .watched(read: Int(head.read), subscription: UInt32(truncatingIfNeeded: word(at)[1])))
            case .record:
                try body(
                    number,
                    .record(UnsafeRawPointer(word(at) + 1).loadUnaligned(as: SectionRecord.self)))
            case nil: return
            }
            at += length
        }
    }
}

extension HitSource {
    /// As it stands in a block; a kind that does not exist counts as a pattern.
    init(word: UInt64) {
        self.init(
            entry: UInt32(truncatingIfNeeded: word), list: UInt16(truncatingIfNeeded: word >> 32),
            kind: MatchKind(rawValue: UInt8(truncatingIfNeeded: word >> 48)) ?? .pattern,
            priority: UInt8(truncatingIfNeeded: word >> 56))
    }
}
