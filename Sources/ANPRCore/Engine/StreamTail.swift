/// A stream of a data directory as lines, from a place on and as far as it is written; a daemon may be at work.
package struct StreamTail<S: Storage> {
    package enum Stream: String, CaseIterable, Sendable { case reads, hits, records }

    package enum Start: Equatable, Sendable {
        /// With the oldest that is still there; with what comes from now on.
        case start, now
        /// One place a shard: its event is the first.
        case places([StreamCursor])
        /// Blocks behind which the shard had not heard of a later time are left out.
        case instant(Nanoseconds)
    }

    private let stream: Stream
    private var logs: [Log] = []
    private var lines: StreamLines

    /// Throws `InputProblems` when a place is none.
    package init(
        _ directory: DataDirectory<S>, _ stream: Stream, from start: Start, knowledge: any EngineKnowledge
    ) throws {
        self.stream = stream
        lines = StreamLines(knowledge)
        if case .places(let places) = start, places.count != directory.shards {
            throw InputProblems(file: directory.path, "has \(directory.shards) shard(s): one position for each")
        }
        for shard in 0..<directory.shards { logs.append(try Log(directory.place(shard: shard), from: start)) }
    }

    /// Hands over what so many groups of each shard hold. False when everything that is there was handed over.
    package mutating func poll(groups: Int, _ take: (JSONLine) throws -> Void) throws -> Bool {
        var hasMore = false
        for i in logs.indices {
            if try logs[i].follower.poll(groups: groups, { try write($0, shard: i, take) }) { hasMore = true }
        }
        return hasMore
    }

    /// After everything was handed over. Throws `JournalDamage` when a log goes on and cannot be read.
    package mutating func confirmEnd(_ take: (JSONLine) throws -> Void) throws {
        for i in logs.indices { try logs[i].follower.confirmEnd { try write($0, shard: i, take) } }
    }

    private mutating func write(_ block: JournalBlock, shard: Int, _ take: (JSONLine) throws -> Void) throws {
        guard block.hasContent, block.header.latestNs >= logs[shard].fromNs else { return }
        let position = block.header.position
        let first = logs[shard].from.position == position ? Int(logs[shard].from.event) : 0
        func place(_ event: Int) -> StreamPlace {
            StreamPlace(shard: shard, cursor: StreamCursor(position: position, event: UInt32(event)))
        }
        if stream == .reads {
            guard block.header.reads > 0 else { return }
            try logs[shard].decode(block)
            for i in first..<max(first, logs[shard].reads.count) {
                try take(lines.line(logs[shard].reads.elements[i], at: place(i)))
            }
            return
        }
        guard block.header.reads > 0 || block.header.events > 0 else { return }
        if stream == .hits { try logs[shard].decode(block) }
        try block.forEachEvent { number, event in
            guard number >= first else { return }
            switch event {
            case .hit(let hit) where stream == .hits && hit.read < logs[shard].reads.count:
                let found = hit.hit(of: logs[shard].reads.elements[hit.read], run: block.header.run)
                try take(lines.line(found, at: place(number)))
            case .record(let record) where stream == .records: try take(lines.line(record, at: place(number)))
            default: break
            }
        }
    }

    /// One shard's log.
    private final class Log {
        let place: JournalPlace<S>
        let follower: JournalFollower<S>
        let from: StreamCursor
        let fromNs: Nanoseconds
        let symbols = SymbolTable()
        /// Of the group's latest block with reads, which begins at `readsAt`.
        var reads = FixedBuffer<Read>(capacity: Int(UInt16.max))
        var readsAt: UInt64?

        init(_ place: JournalPlace<S>, from start: Start) throws {
            self.place = place
            fromNs = if case .instant(let ns) = start { ns } else { .min }
            switch start {
            case .start: from = StreamCursor(position: try place.firstPosition() ?? 0)
            case .now: from = StreamCursor(position: try place.position(before: .max))
            case .instant(let ns): from = StreamCursor(position: try place.position(before: ns))
            case .places(let places):
                from = places[place.shard]
                let reader = try JournalReader(place, from: from.position)
                if case .damaged = try reader.next(before: .max) {
                    throw InputProblems(file: place.folder, "no block begins at position \(from.position)")
                }
            }
            follower = try JournalFollower(place, from: from.position)
            if start == .now { _ = try follower.poll { _ in } }
        }

        /// The reads that a block's events count in: its own, or an earlier block's.
        func decode(_ block: JournalBlock) throws {
            let position = block.header.position - UInt64(block.header.readsBehind)
            guard readsAt != position else { return }
            reads.removeAll()
            readsAt = position
            guard block.header.readsBehind != 0 else { return block.reads(into: &reads, symbols: symbols) }
            // Its group began before what is read here.
            let reader = try JournalReader(place, from: position)
            guard case .block(let earlier) = try reader.next(before: block.header.position) else { return }
            earlier.reads(into: &reads, symbols: symbols)
        }
    }
}
