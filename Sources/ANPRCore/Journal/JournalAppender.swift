/// The shard's side of its log: reads are encoded where they will be written from, what is found with them waits
/// beside until the block is closed. Owned by the shard's thread; no lock, no allocation, no system call.
package struct JournalAppender: ~Copyable {
    private let buffer: JournalBuffer
    private let base: UnsafeMutableRawPointer
    /// Beside the buffer, which keeps alive what it points at: to hand over must not count references.
    private let waker: Waker
    private let mask: UInt64
    private var marks: RingProducer<SealMark>
    private let run: UInt32
    private let blockBytes: Int
    private let eventBytes: Int
    private let blockBytesMax: UInt64
    /// Events of the open block.
    private let staged: Slab<UInt64>
    private var stagedWords = 0
    private var header = BlockHeader()
    private var packer = ReadPacker(baseNs: 0)
    private var isOpen = false
    /// Where the open block begins, or the next one will; how far it is written; the shard's limit as last seen.
    private var start: UInt64
    private var at: UInt64
    private var limit: UInt64
    /// Index of the batch's first read in the group's latest block with reads.
    private var firstRead: UInt32 = 0
    private var isContinued = false
    /// The group's latest block with reads, if it has one.
    private var readsAt: UInt64?
    private var latestNs: Nanoseconds
    private let known: Slab<UInt64>
    private var entries: RingProducer<NewEntry>
    private var rings = InlineArray<16, UInt64>(repeating: 0)
    /// Times that the shard had to wait for the disk in the midst of a turn.
    private(set) var waits = 0

    /// `latestNs`: what the log had heard of before.
    package init(_ buffer: JournalBuffer, start: UInt64, run: UInt32, latestNs: Nanoseconds = 0) {
        self.latestNs = latestNs
        precondition(run > 0)
        self.buffer = buffer
        base = buffer.base
        waker = buffer.parker.waker
        mask = UInt64(buffer.options.bufferBytes - 1)
        marks = buffer.marks.producer()
        self.run = run
        blockBytes = buffer.options.blockBytes
        eventBytes = buffer.options.eventBytes
        blockBytesMax = UInt64(buffer.options.blockBytesMax)
        staged = Slab(count: buffer.options.eventBytes / 8)
        known = Slab(count: Limits.entriesMax / 64)
        entries = buffer.newEntries.producer()
        self.start = start
        at = start
        limit = buffer.limit
    }

    /// Where the log ends for the shard: the next event's place.
    @inline(__always)
    package mutating func nextCursor() -> StreamCursor { StreamCursor(position: start, event: header.events) }

    /// The disk takes nothing at the moment.
    package mutating func isStalled() -> Bool { buffer.isStalled }

    /// Nothing is open: everything was handed over.
    package var isSealed: Bool { !isOpen }
    package var end: UInt64 { at }

    // MARK: A turn

    /// Whether a batch of reads can be taken without waiting. Call before each; opens a block if none is.
    @inline(__always)
    package mutating func hasRoom() -> Bool {
        // What follows is another group. WHY a large one too: a turn takes a batch from each ring, and a block has room
        // for one batch more than makes it large.
        if isContinued || isOpen && isLarge { seal() }
        return isOpen || open(waiting: false)
    }

    /// Takes a batch, which was promised room.
    @inline(__always)
    package mutating func append(_ reads: UnsafeBufferPointer<Read>) {
        guard let first = reads.baseAddress, !reads.isEmpty else { return }
        precondition(isOpen && !isContinued)
        if header.reads == 0 {
            header.baseNs = first.pointee.capturedNs
            packer = ReadPacker(baseNs: header.baseNs)
        }
        firstRead = UInt32(header.reads)
        // SAFE: a block is open only where blockBytesMax is left before the limit and the multiple of the buffer's
        // size.
        let begin = base + Int(truncatingIfNeeded: at & mask)
        at &+= UInt64(packer.pack(reads, to: begin) - begin)
        header.reads &+= UInt16(truncatingIfNeeded: reads.count)  // SAFE: JournalOptions.check
        readsAt = start
        let last = first + (reads.count - 1)
        if !last.pointee.flags.contains(.clockSuspect) { latestNs = max(latestNs, last.pointee.capturedNs) }
    }

    /// A hit of read `index` of the batch. Returns its place.
    @discardableResult
    package mutating func found(_ hit: borrowing Hit, at index: Int) -> StreamCursor {
        let sources = Int(hit.sourceCount)
        var place = stage(words: 2 + sources)
        let head = EventHead(
            kind: EventKind.hit.rawValue, sources: hit.sourceCount, omitted: hit.sourcesOmitted,
            flags: hit.flags.rawValue, read: firstRead &+ UInt32(truncatingIfNeeded: index))
        place[0] = unsafeBitCast(head, to: UInt64.self)
        place[1] = hit.mark
        place += 2
        for i in 0..<sources {
            place[i] = unsafeBitCast(hit.sources[i], to: UInt64.self)
            if !isKnown(hit.sources[i].entry) { announce(hit.sources[i].entry) }
        }
        return latest
    }

    /// Read `index` of the batch is wanted by a subscription.
    @discardableResult
    package mutating func watched(at index: Int, by subscription: UInt32) -> StreamCursor {
        let place = stage(words: 2)
        let head = EventHead(
            kind: EventKind.watched.rawValue, read: firstRead &+ UInt32(truncatingIfNeeded: index))
        place[0] = unsafeBitCast(head, to: UInt64.self)
        place[1] = UInt64(subscription)
        return latest
    }

    @discardableResult
    package mutating func recorded(_ record: borrowing SectionRecord) -> StreamCursor {
        let place = stage(words: JournalLayout.eventBytesMax / 8)
        place[0] = unsafeBitCast(EventHead(kind: EventKind.record.rawValue), to: UInt64.self)
        let raw = UnsafeMutableRawPointer(place + 1)
        raw.storeBytes(of: copy record, as: SectionRecord.self)
        // What lies between two fields is nobody's: on disk it is zero.
        for at in 91..<96 { raw.storeBytes(of: 0, toByteOffset: at, as: UInt8.self) }
        return latest
    }

    /// The turn ends; `rings` says how far each ring was taken. Closes the block if it is large enough or wanted.
    @inline(__always)
    package mutating func endTurn(isIdle: Bool) {
        guard isOpen, !isEmpty || isContinued else { return }
        if isLarge || isContinued || isIdle || buffer.wantsSeal { seal() }
    }

    /// The latest time that the shard has heard of.
    @inline(__always)
    package mutating func noteTime(_ ns: Nanoseconds) { latestNs = max(latestNs, ns) }

    @inline(__always)
    private func isKnown(_ entry: UInt32) -> Bool { known.base[Int(entry >> 6)] >> UInt64(entry & 63) & 1 != 0 }

    /// The first hit of an entry in this log and run: what its number stands for is written down before the hit is.
    @inline(never)
    private mutating func announce(_ entry: UInt32) {
        known.base[Int(entry >> 6)] |= 1 << UInt64(entry & 63)
        while !entries.push(NewEntry(entry: entry, position: start)) { wait() }
    }

    /// The entry is gone; its number may come to stand for another.
    package mutating func forget(_ entry: UInt32) { known.base[Int(entry >> 6)] &= ~(1 << UInt64(entry & 63)) }

    @inline(__always)
    package mutating func noteRing(_ ring: Int, taken position: UInt64) { rings[ring] = position }

    /// Time went on: what follows is in another block.
    package mutating func advanced(toNs: Nanoseconds) {
        if !isOpen { _ = open(waiting: true) }
        header.advancedNs = toNs
    }

    /// The daemon ends as it should: the log's last block.
    package mutating func stop() {
        if isContinued { seal() }
        // A disk that takes nothing does not hold the end up.
        guard !buffer.isStalled else { return }
        if !isOpen { _ = open(waiting: true) }
        header.flags.insert(.stop)
        seal()
    }

    /// Closes the open block and hands it over.
    package mutating func seal(continues: Bool = false) {
        guard isOpen else { return }
        if header.reads > 0 { endReads() }
        let bytes = stagedWords &* 8
        (base + Int(truncatingIfNeeded: at & mask)).copyMemory(from: staged.base, byteCount: bytes)
        at &+= UInt64(bytes)
        header.position = start
        header.run = run
        header.latestNs = latestNs
        header.length = UInt32(truncatingIfNeeded: at &- start)
        if continues { header.flags.insert(.continues) }
        if isContinued, let readsAt { header.readsBehind = UInt32(truncatingIfNeeded: start &- readsAt) }
        if !continues { readsAt = nil }
        (base + Int(truncatingIfNeeded: start & mask)).storeBytes(of: header, as: BlockHeader.self)
        isContinued = continues
        isOpen = false
        stagedWords = 0
        start = at
        header = BlockHeader()
        handOver(isGroupEnd: !continues)
    }

    // MARK: Inner

    /// Zeros behind the reads, where whole words were written.
    private mutating func endReads() {
        header.flags.insert(.packed)
        let end = (at &+ UInt64(PackedRead.slackBytes + 7)) & ~7
        (base + Int(truncatingIfNeeded: at & mask)).initializeMemory(
            as: UInt8.self, repeating: 0, count: Int(truncatingIfNeeded: end &- at))
        at = end
    }

    /// The place of the event that was staged last.
    private var latest: StreamCursor { StreamCursor(position: start, event: header.events &- 1) }

    /// The open block is to be closed.
    private var isLarge: Bool {
        Int(truncatingIfNeeded: at &- start) >= blockBytes || stagedWords &* 16 >= eventBytes
    }

    /// The open block says nothing.
    private var isEmpty: Bool { header.reads == 0 && header.events == 0 && header.advancedNs == 0 }

    private mutating func handOver(isGroupEnd: Bool) {
        let mark = SealMark(end: at, isGroupEnd: isGroupEnd, rings: rings)
        while !marks.push(mark) { wait() }
        waker.wake()
    }

    /// Room for an event of so many words; a group that grows too large goes on in another block.
    @inline(__always)
    private mutating func stage(words: Int) -> UnsafeMutablePointer<UInt64> {
        if !isOpen || stagedWords &+ words > staged.count { makeStage() }
        let place = staged.base + stagedWords
        stagedWords &+= words
        header.events &+= 1
        return place
    }

    @inline(never)
    private mutating func makeStage() {
        if isOpen { seal(continues: true) }
        _ = open(waiting: true)
    }

    /// Begins a block where it fits whole; fills up to the multiple of the buffer's size where it does not.
    @inline(never)
    private mutating func open(waiting: Bool) -> Bool {
        let size = mask &+ 1
        let left = size &- (start & mask)
        let needed = left < blockBytesMax ? left &+ blockBytesMax : blockBytesMax
        while start &+ needed > limit {
            limit = buffer.limit
            guard start &+ needed > limit else { break }
            guard waiting else { return false }
            wait()
        }
        if left < blockBytesMax { pad(Int(left)) }
        at = start &+ UInt64(JournalLayout.blockHeaderBytes)
        isOpen = true
        return true
    }

    private mutating func pad(_ bytes: Int) {
        var padding = BlockHeader()
        padding.position = start
        padding.run = run
        padding.latestNs = latestNs
        padding.length = UInt32(bytes)
        padding.flags = isContinued ? [.padding, .continues] : .padding
        let place = base + Int(truncatingIfNeeded: start & mask)
        place.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        // A rest that is too short for a header is zeros, and readers go over it.
        if bytes >= JournalLayout.blockHeaderBytes { place.storeBytes(of: padding, as: BlockHeader.self) }
        start &+= UInt64(bytes)
        at = start
        handOver(isGroupEnd: !isContinued)
    }

    @inline(never)
    private mutating func wait() {
        waits &+= 1
        buffer.parker.wake()
        buffer.waitForDisk()
    }
}
