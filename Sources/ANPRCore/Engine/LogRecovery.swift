/// Brings a shard and the cameras' windows back from a log.
struct LogRecovery<S: Storage>: ~Copyable {
    private let place: JournalPlace<S>
    private let symbols = SymbolTable()
    private var reads = FixedBuffer<Read>(capacity: Int(UInt16.max))

    init(_ place: JournalPlace<S>) { self.place = place }

    /// Verifies the log from the checkpoint's place on, or wholly, and marks its reads as come.
    func verify(_ log: Checkpoint.Log?, run: UInt32, door: CameraDoor) throws -> JournalScan<S>.End {
        let first = try SegmentFile.list(place.storage, place.folder).first?.position ?? 0
        let from = max(log?.from ?? first, first)
        var scan = try JournalScan(place, from: from, knownDurable: max(from, log?.durable ?? 0), run: run)
        return try scan.run { block in block.forEachReadID { door.remember($0) } }
    }

    /// Feeds the shard what it needs to stand where it stood: everything heard of within `spanNs` before the end.
    mutating func replay(to end: JournalScan<S>.End, spanNs: Nanoseconds, into shard: inout Shard) throws {
        let start = try place.position(before: end.latestNs - spanNs, limit: end.position)
        let reader = try JournalReader(place, from: start)
        while reader.position < end.position {
            let at = reader.position
            switch try reader.next(before: end.position) {
            case .block(let block): replay(block, into: &shard)
            case .end, .zeros: throw reader.damage(at: at, "the log ends before its end")
            case .damaged(let reason): throw reader.damage(at: at, reason)
            }
        }
        shard.endReplay()
    }

    private mutating func replay(_ block: JournalBlock, into shard: inout Shard) {
        if block.header.reads > 0 {
            reads.removeAll()
            block.reads(into: &reads, symbols: symbols)
            let elements = reads.elements
            for at in stride(from: 0, to: elements.count, by: Limits.batchReads) {
                let end = min(at + Limits.batchReads, elements.count)
                shard.replay(UnsafeBufferPointer(rebasing: elements[at..<end]))
            }
        }
        let elements = reads.elements
        block.forEachEvent { _, event in
            guard case .hit(let hit) = event, hit.read < elements.count else { return }
            shard.renew(hit.hit(of: elements[hit.read], run: block.header.run))
        }
        if block.header.advancedNs != 0 { shard.replay(advancedToNs: block.header.advancedNs) }
    }
}
