/// Verifies a log to its end and tells an end, a torn tail and damage apart; docs/JOURNAL.md has the rules.
package struct JournalScan<S: Storage>: ~Copyable {
    private let place: JournalPlace<S>
    private let reader: JournalReader<S>
    /// Known to have been on disk: nothing below can be a torn write.
    private var knownDurable: UInt64
    private let startRun: UInt32

    /// What a scan found.
    package struct End: Equatable, Sendable {
        /// After the last whole group: the log goes on here.
        package var position: UInt64
        /// Behind it lies something that was never acknowledged; why it does not count.
        package var torn: String?
        /// Good blocks reach up to here: past `position` when a group has no end.
        package var reached: UInt64 = 0
        /// The highest run that wrote.
        package var run: UInt32
        /// The last block said that the daemon ended as it should.
        package var isStopped: Bool
        /// The latest time that the shard had heard of.
        package var latestNs: Nanoseconds = 0
        /// What good blocks say was on disk when they were written, or a checkpoint.
        package var durable: UInt64 = 0
        package var blocks = 0
        package var reads = 0
        package var events = 0
    }

    /// `from` is the start of a group. `knownDurable`: from a checkpoint, or `from`.
    package init(_ place: JournalPlace<S>, from: UInt64, knownDurable: UInt64, run: UInt32 = 0) throws(SystemError) {
        self.place = place
        self.knownDurable = max(from, knownDurable)
        startRun = run
        reader = try JournalReader(place, from: from)
    }

    /// Visits every block of every whole group. Throws `JournalDamage`, `SystemError`, or what `visit` throws.
    package mutating func run(_ visit: (JournalBlock) throws -> Void) throws -> End {
        var end = End(position: reader.position, run: startRun, isStopped: false)
        end.durable = knownDurable
        var hasGroup = false
        while true {
            switch try reader.next(before: .max) {
            case .block(let block):
                knownDurable = max(knownDurable, block.header.durable)
                end.durable = knownDurable
                if block.header.flags.contains(.continues) {
                    hasGroup = true
                    continue
                }
                let after = reader.position
                if hasGroup {
                    try revisit(from: end.position, to: after, &end, visit)
                } else {
                    try note(block, &end, visit)
                }
                hasGroup = false
                end.position = after
            case .zeros: return try stop(end, hasGroup ? "a group without its end" : nil)
            case .end: return try stop(end, hasGroup ? "a group without its end" : nil)
            case .damaged(let reason): return try stop(end, reason)
            }
        }
    }

    private func note(_ block: JournalBlock, _ end: inout End, _ visit: (JournalBlock) throws -> Void) rethrows {
        end.run = max(end.run, block.header.run)
        end.latestNs = max(end.latestNs, block.header.latestNs)
        end.blocks += 1
        end.reads += Int(block.header.reads)
        end.events += Int(block.header.events)
        // A padding may stand behind the stop.
        if !block.header.flags.contains(.padding) { end.isStopped = block.header.flags.contains(.stop) }
        try visit(block)
    }

    /// A group of several blocks, once it is known to be whole.
    private mutating func revisit(
        from: UInt64, to: UInt64, _ end: inout End, _ visit: (JournalBlock) throws -> Void
    ) throws {
        reader.seek(from)
        while reader.position < to {
            guard case .block(let block) = try reader.next(before: to) else {
                throw SystemError("read", code: SystemError.notOurs, subject: "\(place.folder): changed while read")
            }
            try note(block, &end, visit)
        }
    }

    // MARK: Where it stops

    private mutating func stop(_ found: End, _ reason: String?) throws -> End {
        var end = found
        let at = reader.position
        let evidence = try lookAhead(from: at)
        let durable = max(knownDurable, evidence.durable)
        // A rest that is too short for a header belongs to the block before it.
        let size = UInt64(place.options.bufferBytes)
        let rest = size - (end.position & (size - 1))
        if rest < UInt64(JournalLayout.blockHeaderBytes) { end.position += rest }
        end.reached = max(at, end.position)
        // WHY not the group's beginning: of a group that is larger than the buffer some was on disk before its end was
        // written. All of that is there; without its end nobody was told of it.
        guard durable <= end.reached else {
            throw reader.damage(
                at: at, reason ?? "zeros or no file where there was a block", goodAgain: evidence.first)
        }
        if reason != nil || evidence.isDirty { end.torn = reason ?? "writes that came out of order" }
        return end
    }

    /// What lies behind the place where reading stopped.
    private struct Evidence {
        /// The highest durable position that a good block tells of.
        var durable: UInt64 = 0
        /// The first good block.
        var first: UInt64?
        /// Something is not zero.
        var isDirty = false
    }

    /// WHY every eighth byte: a torn write may have left blocks behind the tear, whose beginnings nobody knows. A block
    /// names its own position, so that nothing is taken for one by chance.
    private func lookAhead(from position: UInt64) throws(SystemError) -> Evidence {
        var evidence = Evidence()
        let files = try SegmentFile.list(place.storage, place.folder)
        let window = 4 * UInt64(place.options.bufferBytes)
        for segment in files where segment.position > position {
            if let header = try place.header(of: segment) {
                evidence.durable = max(evidence.durable, min(header.durable, segment.position + header.bytes))
            }
        }
        for (i, segment) in files.enumerated() {
            let end = i + 1 < files.count ? files[i + 1].position : .max
            guard end > position else { continue }
            let start = max(position, segment.position)
            // Of later files the beginning is enough: what was durable there began with a good block.
            let most = segment.position <= position ? window : UInt64(place.options.blockBytesMax)
            try look(in: segment, from: start, to: min(end, start &+ most), &evidence)
        }
        return evidence
    }

    private func look(
        in segment: SegmentFile, from: UInt64, to: UInt64, _ evidence: inout Evidence
    ) throws(SystemError) {
        let file = try place.storage.open(place.path(segment), writable: false)
        defer { place.storage.close(file) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(to - from), alignment: 8)
        defer { memory.deallocate() }
        var have = 0
        while have < memory.count {
            let offset = JournalLayout.segmentHeaderBytes + Int(from - segment.position) + have
            let n = try place.storage.read(
                file, at: offset, into: UnsafeMutableRawBufferPointer(rebasing: memory[have...]))
            if n == 0 { break }
            have += n
        }
        let search = JournalSearch(place: place)
        var at = 0
        while at + 8 <= have {
            let word = memory.load(fromByteOffset: at, as: UInt64.self)
            if word != 0 { evidence.isDirty = true }
            let position = from + UInt64(at)
            if let header = search.good(UnsafeRawBufferPointer(rebasing: memory[..<have]), at, position) {
                evidence.durable = max(evidence.durable, header.durable)
                if evidence.first == nil { evidence.first = position }
                at += Int(header.length)
            } else {
                at += 8
            }
        }
    }
}
