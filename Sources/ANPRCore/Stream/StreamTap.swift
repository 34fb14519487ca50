/// One shard's events for one subscription: from the ring while the shard pushes, from the log on disk until then.
struct StreamTap<S: Storage>: ~Copyable {
    /// A shard's log as a tap sees it.
    struct Log {
        let place: JournalPlace<S>
        let buffer: JournalBuffer
    }

    private var ring: RingConsumer<StreamEvent>
    private let link: SubscriptionLink
    private let interests: PluginInterests
    private let id: UInt32
    private let log: Log?
    private var reader: JournalReader<S>?
    private let symbols: SymbolTable
    private var reads: FixedBuffer<Read>
    /// The block that `reads` are of.
    private var readsAt: UInt64?
    /// Everything before is done.
    private(set) var cursor: StreamCursor
    /// Log bytes that were deleted before this subscription had read them.
    private(set) var expiredBytes: UInt64 = 0

    init(_ subscription: Subscription, shard: Int, log: Log?, from cursor: StreamCursor) {
        ring = subscription.rings[shard].consumer()
        link = subscription.links[shard]
        interests = subscription.interests
        id = subscription.id
        self.log = log
        self.cursor = cursor
        symbols = SymbolTable()
        reads = FixedBuffer(capacity: log == nil ? 1 : Int(UInt16.max))
        readsAt = nil
        reader = nil
    }

    /// The log's durable position; everything, when there is no log.
    var durable: UInt64 { log?.buffer.durable ?? .max }

    /// Nothing waits right now that could be given.
    var isEmpty: Bool {
        guard let log else { return ring.isEmpty }
        if reader == nil, link.state != .parted { return ring.isEmpty }
        return reader.map { $0.position >= log.buffer.durable } ?? false
    }

    /// Events come from memory.
    var isLive: Bool { reader == nil && link.state == .joined }

    /// Up to `max` events, appended to an empty batch; `cursor` is then behind them.
    mutating func poll(_ max: Int, into batch: inout EventBatch) throws {
        guard let log else { return pollRing(max, into: &batch) }
        if reader == nil {
            // WHY first: what was pushed before it parted is seen with the state.
            let state = link.state
            let reach = link.reach
            pollRing(max, into: &batch)
            // Nothing for this subscription in what the shard has done since: its place moves on all the same.
            if batch.count == 0, state == .joined { cursor = Swift.max(cursor, StreamCursor(position: reach)) }
            guard batch.count == 0, state == .parted else { return }
            reader = try JournalReader(log.place, from: cursor.position)
        }
        try pollLog(log, max, into: &batch)
    }

    private mutating func pollRing(_ max: Int, into batch: inout EventBatch) {
        let events = ring.poll(max)
        guard !events.isEmpty else { return }
        for i in 0..<events.count {
            // Pushed, parted from, and read from disk since: it was given already.
            if log != nil, (events.baseAddress! + i).pointee.cursor < cursor { continue }
            batch.append(events.baseAddress! + i)
        }
        let last = events[events.count - 1].cursor
        cursor =
            log == nil
            ? StreamCursor(position: cursor.position + 1)
            : Swift.max(cursor, StreamCursor(position: last.position, event: last.event + 1))
        ring.release(events.count)
    }

    // MARK: From disk

    private mutating func pollLog(_ log: Log, _ max: Int, into batch: inout EventBatch) throws {
        while batch.count < max {
            let state = link.state
            let target = state == .joined ? link.joinedFrom : nil
            if let target, hasReached(target) {
                reader = nil
                return
            }
            let before = reader!.position
            let found = try reader!.next(before: log.buffer.durable)
            switch found {
            case .block(let block):
                if try loadReads(behind: block.header) {
                    reader!.seek(before)
                } else if !take(block, max, before: target, into: &batch) {
                    reader!.seek(before)
                }
            case .end:
                if state == .parted { link.want() }
                if try !skipExpired(log) { return }
            case .zeros: throw reader!.damage(at: before, "zeros where there was a block")
            case .damaged(let reason): throw reader!.damage(at: before, reason)
            }
        }
    }

    /// Whether all events that the shard did not push are done.
    private func hasReached(_ target: StreamCursor) -> Bool {
        target.event == 0 ? reader.map { $0.position >= target.position } ?? true : cursor >= target
    }

    /// The block's events from the cursor on; false when not all had room.
    private mutating func take(
        _ block: JournalBlock, _ max: Int, before target: StreamCursor?, into batch: inout EventBatch
    ) -> Bool {
        guard block.hasContent else { return true }
        let header = block.header
        if header.reads > 0, header.flags.contains(.continues) { decodeReads(block) }
        let first = cursor.position == header.position ? Int(cursor.event) : 0
        let end = target.map { $0.position == header.position ? Int($0.event) : .max } ?? .max
        var done = first
        var isFull = false
        block.forEachEvent { number, event in
            guard number >= first, number < end, !isFull else { return }
            if batch.count == max {
                isFull = true
                return
            }
            append(event, of: block, to: &batch)
            done = number + 1
        }
        cursor = StreamCursor(position: header.position, event: UInt32(isFull ? done : min(end, Int(header.events))))
        return !isFull
    }

    private mutating func append(_ event: JournalBlock.Event, of block: JournalBlock, to batch: inout EventBatch) {
        switch event {
        case .hit(let hit):
            guard interests.contains(.hits), let read = read(hit.read, of: block) else { return }
            batch.append(hit.hit(of: read, run: block.header.run))
        case .watched(let index, let subscription):
            guard subscription == id, let read = read(index, of: block) else { return }
            batch.append(read)
        case .record(let record):
            if interests.contains(.records) { batch.append(record) }
        }
    }

    // MARK: Reads of events

    private mutating func read(_ index: Int, of block: JournalBlock) -> Read? {
        if block.header.readsBehind == 0, readsAt != block.header.position { decodeReads(block) }
        return index < reads.count ? reads.elements[index] : nil
    }

    private mutating func decodeReads(_ block: JournalBlock) {
        reads.removeAll()
        block.reads(into: &reads, symbols: symbols)
        readsAt = block.header.position
    }

    /// A block whose events count in an earlier one's reads: those are fetched. True when the reader has moved.
    private mutating func loadReads(behind header: BlockHeader) throws -> Bool {
        guard header.readsBehind != 0, header.events > 0 else { return false }
        let position = header.position - UInt64(header.readsBehind)
        guard readsAt != position else { return false }
        reader!.seek(position)
        guard case .block(let block) = try reader!.next(before: header.position) else {
            throw reader!.damage(at: position, "the reads of a group are not there")
        }
        decodeReads(block)
        return true
    }

    // MARK: Trouble

    /// Retention deleted what comes next: goes on at what is left. False when that is not so.
    private mutating func skipExpired(_ log: Log) throws -> Bool {
        guard let first = reader!.firstPosition, first > reader!.position, first < log.buffer.durable else {
            return false
        }
        expiredBytes += first - reader!.position
        // A file's first block may belong to a group that began before; its own blocks are whole.
        let begin = try reader!.firstBlock(inFileOf: first) ?? first
        reader!.seek(begin)
        cursor = StreamCursor(position: begin)
        return true
    }
}
