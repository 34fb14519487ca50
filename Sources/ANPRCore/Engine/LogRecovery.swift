/// Brings a shard and the cameras' windows back from a log.
package struct LogRecovery<S: Storage>: ~Copyable {
    private let place: JournalPlace<S>
    private let symbols = SymbolTable()
    private var reads = FixedBuffer<Read>(capacity: Int(UInt16.max))
    /// `reads` are all of the group's latest block with reads, and not only those that the shard wants.
    private var hasAll = false

    init(_ place: JournalPlace<S>) { self.place = place }

    /// Verifies the log from the checkpoint's place on, or wholly, and marks its reads as come.
    func verify(_ log: Checkpoint.Log?, run: UInt32, door: CameraDoor) throws -> JournalScan<S>.End {
        let first = try SegmentFile.list(place.storage, place.folder).first?.position ?? 0
        let from = max(log?.from ?? first, first)
        var scan = try JournalScan(place, from: from, knownDurable: max(from, log?.durable ?? 0), run: run)
        return try scan.run { block in block.forEachReadID { door.remember($0) } }
    }

    /// How a shard came back.
    package struct Recovered {
        /// A saved state was taken; without one all that can matter was read again.
        package var hasState = false
        /// Log that was read again.
        package var bytes: UInt64 = 0
        /// Why a state was not taken.
        package var problems: [String] = []
    }

    /// Brings the shard to where it stood at the log's end: from a saved state on, or, where none can be used, from
    /// everything heard of within `spanNs` before the end.
    mutating func replay(
        to end: JournalScan<S>.End, spanNs: Nanoseconds, states: StateFiles<S>, into shard: inout Shard
    ) throws -> Recovered {
        try states.remove(behind: end.position)
        var replay = Recovered()
        var start: UInt64?
        for position in try states.positions() where start == nil {
            let state = try states.load(position)
            do throws(StateProblem) {
                guard let state else { throw StateProblem("it is damaged") }
                try shard.restore(state)
                start = position
            } catch {
                replay.problems.append(
                    "shard \(place.shard): the state saved at position \(position) is not used (\(error)); more of the "
                        + "journal is read again")
            }
        }
        replay.hasState = start != nil
        let from = try start ?? place.position(before: end.latestNs - spanNs, limit: end.position)
        try self.replay(from: from, to: end, &shard)
        replay.bytes = end.position - min(from, end.position)
        return replay
    }

    private mutating func replay(from start: UInt64, to end: JournalScan<S>.End, _ shard: inout Shard) throws {
        let reader = try JournalReader(place, from: start)
        while reader.position < end.position {
            let at = reader.position
            switch try reader.next(before: end.position) {
            case .block(let block): replay(block, &shard)
            case .end, .zeros: throw reader.damage(at: at, "the log ends before its end")
            case .damaged(let reason): throw reader.damage(at: at, reason)
            }
        }
        shard.endReplay()
    }

    private mutating func replay(_ block: JournalBlock, _ shard: inout Shard) {
        if block.header.flags.contains(.hole) { reads.removeAll() }
        if block.header.reads > 0 {
            reads.removeAll()
            // WHY all of a long group's: its hits may stand in a later block, when this one's bytes are gone.
            hasAll = block.header.flags.contains(.continues)
            if hasAll {
                block.reads(into: &reads, symbols: symbols)
            } else {
                block.reads(into: &reads, symbols: symbols) { shard.isAtSection($0) }
            }
            let elements = reads.elements
            for at in stride(from: 0, to: elements.count, by: Limits.batchReads) {
                let end = min(at + Limits.batchReads, elements.count)
                shard.replay(UnsafeBufferPointer(rebasing: elements[at..<end]))
            }
        }
        let elements = reads.elements
        var stored = StoredReads(block)
        block.forEachEvent { _, event in
            guard case .hit(let hit) = event else { return }
            // Reads that are not there: those of a group that begins before what is read, or in a hole.
            guard hit.read < (hasAll ? elements.count : Int(block.header.reads)) else { return }
            let read = hasAll ? elements[hit.read] : stored.read(hit.read, of: block, symbols)
            shard.renew(hit.hit(of: read, run: block.header.run))
        }
        if block.header.advancedNs != 0 { shard.replay(advancedToNs: block.header.advancedNs) }
    }
}
