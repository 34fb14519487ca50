/// Verifies one shard's log from its first block to its end, beyond damage too; a daemon may be writing.
package struct LogCheck<S: Storage> {
    /// What is there and good.
    package struct Summary: Equatable, Sendable {
        package var segments = 0
        /// From the first block that is kept to the end.
        package var bytes: UInt64 = 0
        package var blocks = 0
        package var reads = 0
        package var hits = 0
        package var records = 0
        package var holes = 0
        package var holeBytes = 0
        /// Capture times of the first block's base, and the latest time that the shard had heard of.
        package var firstNs: Nanoseconds?
        package var latestNs: Nanoseconds = 0
        package var end: UInt64 = 0
        package var isStopped = false
        package var torn: String?
    }

    private let place: JournalPlace<S>
    private let knownDurable: UInt64
    package private(set) var summary = Summary()
    package private(set) var damages: [JournalDamage] = []

    package init(_ place: JournalPlace<S>, knownDurable: UInt64) {
        self.place = place
        self.knownDurable = knownDurable
    }

    /// `mend` is told of damage in the log and from where on its group is to be read again; without it, what is damaged
    /// is passed over.
    package mutating func run(mend: ((JournalDamage, UInt64) throws -> Void)? = nil) throws {
        let files = try SegmentFile.list(place.storage, place.folder)
        summary.segments = files.count
        try checkHeaders(files)
        let first = try place.firstPosition() ?? 0
        var from: UInt64? = first
        while let at = from { from = try run(from: at, mend) }
        summary.bytes = summary.end - min(first, summary.end)
    }

    /// One stretch without damage; from where on to go on.
    private mutating func run(
        from position: UInt64, _ mend: ((JournalDamage, UInt64) throws -> Void)?
    ) throws -> UInt64? {
        let follower = try JournalFollower(place, from: position)
        do {
            _ = try follower.poll { note($0) }
            summary.torn = try follower.confirmEnd(knownDurable: knownDurable) { note($0) }
            summary.end = follower.position
            return nil
        } catch let damage as JournalDamage {
            summary.end = follower.position
            let next = try JournalSearch(place: place).firstGood(from: damage.position + 8)
            let exact = JournalDamage(
                file: damage.file, offset: damage.offset, shard: damage.shard, position: damage.position,
                goodAgain: next?.position, reason: damage.reason)
            damages.append(exact)
            guard let mend else { return next?.position }
            try mend(exact, follower.position)
            return follower.position
        } catch let error as SystemError where error.code == SystemError.notOurs {
            // A file whose header is damaged, which was noted: the next one that is not.
            let files = try SegmentFile.list(place.storage, place.folder)
            for file in files where file.position > follower.position {
                if let header = try place.header(of: file) { return header.firstBlock }
            }
            return nil
        }
    }

    private mutating func checkHeaders(_ files: [SegmentFile]) throws {
        for file in files where try place.header(of: file) == nil {
            let next = try JournalSearch(place: place).firstGood(from: file.position)
            damages.append(
                JournalDamage(
                    file: place.path(file), offset: 0, shard: place.shard, position: file.position,
                    goodAgain: next?.position, reason: "no segment's header of this directory"))
        }
    }

    private mutating func note(_ block: JournalBlock) {
        let header = block.header
        summary.blocks += 1
        summary.reads += Int(header.reads)
        summary.latestNs = max(summary.latestNs, header.latestNs)
        if header.flags.contains(.hole) {
            summary.holes += 1
            summary.holeBytes += Int(header.length)
        }
        if header.reads > 0, summary.firstNs == nil { summary.firstNs = header.baseNs }
        if !header.flags.contains(.padding) { summary.isStopped = header.flags.contains(.stop) }
        var hits = 0
        var records = 0
        block.forEachEvent { _, event in
            switch event {
            case .hit: hits += 1
            case .record: records += 1
            case .watched: break
            }
        }
        summary.hits += hits
        summary.records += records
    }
}
