import CLinux

/// Matches batches of reads against one shard's share of the lists: pure, one owner, no clock.
///
/// For each group of `groupReads`, while the next one's words come:
/// 1. hash every skeleton and prefetch its filter word;
/// 2. test the words, four side by side, and (only if there are patterns) the patterns' own filters; what passes is a
///    candidate for the one, the others or both;
/// 3. prefetch the candidates' slots, and sift the next group while they come;
/// 4. probe each candidate's path or the patterns, judge plate, tolerance and validity at the capture time, collect
///    the sources, best first, and emit one hit with all of them.
/// Step 1 and 2 are all that 99 of 100 reads ever see.
package struct Matcher: ~Copyable {
    private var table: BlacklistTable
    private var view: BlacklistView
    /// Keeps alive what `patterns` points at.
    private var patternTable: PatternTable
    private var patterns: PatternView
    private let entries: EntryTable
    private var suppression: Suppression
    private let hashes: Slab<UInt64>
    private let beginningSlab = Slab<UInt64>(count: 2 * Limits.batchReads)
    private let candidates: Slab<MatchCandidate>
    /// `broad` entries that the read at hand has matched by an edit.
    private let edited: Slab<UInt32>

    /// Of the batch: reads that step 1 was done for; candidates; those that were resolved.
    private var asked = 0
    package private(set) var found = 0
    private var resolved = 0

    /// Reads looked up, hits, hits marked as repeats, reads handed to watchers, by best kind.
    package private(set) var counts = MatchCounts()

    init(entries: EntryTable, table: BlacklistTable, patterns: PatternTable, suppressionNs: Nanoseconds) {
        self.entries = entries
        self.table = table
        patternTable = patterns
        self.patterns = patterns.view
        view = table.view
        suppression = Suppression(windowNs: suppressionNs)
        hashes = Slab(count: Limits.batchReads)
        candidates = Slab(count: Limits.batchReads)
        edited = Slab(count: Self.editedMax)
    }

    /// As many as a hit carries and counts: past that it does not matter who came twice.
    private static let editedMax = Hit.sourcesMax + Int(UInt8.max)

    @inline(__always)
    private var beginnings: BeginningHashes {
        BeginningHashes(sixes: beginningSlab.base, fours: beginningSlab.base + Limits.batchReads)
    }

    /// A new batch, of at most `Limits.batchReads`: the steps below take it group by group.
    @inline(__always)
    package mutating func begin(_ reads: UnsafeBufferPointer<Read>) {
        precondition(reads.count <= Limits.batchReads)
        asked = 0
        found = 0
        resolved = 0
    }

    /// Step 1, for the reads up to `end` that it was not done for yet. Between it and `sift` of the same reads is time
    /// for the filter's words to come: do something else.
    @inline(__always)
    package mutating func ask(_ reads: UnsafeBufferPointer<Read>, upTo end: Int) {
        let view = self.view
        let hashes = self.hashes.base
        guard let base = reads.baseAddress else { return }
        let last = reads.count &- 1
        let end = min(end, reads.count)
        var i = asked
        while i < end {
            // WHY not past the batch's end: there a producer may be writing, and would have to fetch the line back.
            clinux_prefetch(base + min(i &+ Self.readsAhead, last))
            let hash = spread(base[i].skeleton.word)
            hashes[i] = hash
            view.filter.ask(hash)
            i &+= 1
        }
        if asked < end {
            patterns.ask(base + asked, count: end &- asked, into: beginnings.from(asked))
            asked = end
        }
    }

    /// Lines that are asked for ahead of their use: reads come from another core or from memory.
    package static let readsAhead = 48
    /// Reads that are sifted together, while the words of as many are under way: a bit each of a word.
    package static let groupReads = 64

    /// All steps at once. Reads are looked at in place, in their order.
    package mutating func match<Sink: MatchSink & ~Copyable>(
        _ reads: UnsafeBufferPointer<Read>, into sink: inout Sink
    ) {
        begin(reads)
        ask(reads, upTo: Self.groupReads)
        for start in stride(from: 0, to: reads.count, by: Self.groupReads) {
            ask(reads, upTo: start &+ 2 &* Self.groupReads)
            let before = found
            sift(reads, start..<min(start &+ Self.groupReads, reads.count))
            resolve(reads, upTo: before, into: &sink)
        }
        resolve(reads, upTo: found, into: &sink)
    }

    /// Step 4 of the candidates that were found before so many.
    @inline(__always)
    package mutating func resolve<Sink: MatchSink & ~Copyable>(
        _ reads: UnsafeBufferPointer<Read>, upTo end: Int, into sink: inout Sink
    ) {
        guard let base = reads.baseAddress else { return }
        while resolved < end {
            let candidate = candidates.base[resolved]
            resolve(candidate, base + candidate.index, hash: hashes.base[candidate.index], into: &sink)
            resolved &+= 1
        }
    }

    /// Steps 2 and 3 of some reads, of one group at most, which step 1 was done for.
    @inline(__always)
    package mutating func sift(_ reads: UnsafeBufferPointer<Read>, _ range: Range<Int>) {
        guard let base = reads.baseAddress, !range.isEmpty else { return }
        counts.reads &+= range.count
        let (view, first, hashes) = (self.view, range.lowerBound, hashes.base)
        let listed = view.filter.mayHold(hashes + first, count: range.count)
        let patterned =
            patterns.isEmpty
            ? 0 : patterns.candidates(base + first, count: range.count, beginnings.from(first))
        var passed = listed | patterned
        while passed != 0 {
            let bit = passed & (0 &- passed)
            let i = first &+ passed.trailingZeroBitCount
            passed ^= bit
            candidates.base[found] = MatchCandidate(
                read: i, mayBeListed: listed & bit != 0, mayMatchPattern: patterned & bit != 0)
            found &+= 1  // SAFE: at most as many as reads
            clinux_prefetch(view.slots + view.slot(of: hashes[i]))
        }
    }

    /// Step 4 for one read. Out of line: rare.
    @inline(never)
    private mutating func resolve<Sink: MatchSink & ~Copyable>(
        _ candidate: MatchCandidate, _ read: UnsafePointer<Read>, hash: UInt64, into sink: inout Sink
    ) {
        guard !read.pointee.plate.isNone else { return }
        var hit = Hit(read: read.pointee)
        var watchers: UInt32 = 0
        if candidate.mayBeListed { collectEntries(hash, in: &hit, &watchers) }
        if candidate.mayMatchPattern { Self.collectPatterns(patterns, entries, edited.base, in: &hit, &watchers) }
        while watchers != 0 {
            let watcher = watchers.trailingZeroBitCount
            watchers &= watchers &- 1  // SAFE: not zero
            counts.watched &+= 1
            sink.watched(read.pointee, at: candidate.index, by: watcher)
        }
        if hit.sourceCount > 0 {
            judgeRepeat(&hit)
            sink.found(hit, at: candidate.index)
        }
    }

    /// The entries on the hash's probe path that match.
    private func collectEntries(_ hash: UInt64, in hit: inout Hit, _ watchers: inout UInt32) {
        let fingerprint = BlacklistView.fingerprint(of: hash)
        var i = view.slot(of: hash)
        while view.slots[i] != 0 {
            let slot = view.slots[i]
            i = view.slot(after: i)  // a table is never full
            // WHY before its entry: that is in a line of its own.
            guard slot & ~BlacklistView.numberMask == fingerprint, slot != BlacklistTable.removed else { continue }
            let number = (slot & BlacklistView.numberMask) &- 1  // SAFE: 0 was excluded above
            let entry = entries.slot(number).pointee
            guard let kind = Self.judge(hit.read, entry) else { continue }
            Self.note(entry, number: number, kind: kind, in: &hit, &watchers)
        }
    }

    /// The patterns that match.
    private static func collectPatterns(
        _ patterns: PatternView, _ entries: EntryTable, _ edited: UnsafeMutablePointer<UInt32>, in hit: inout Hit,
        _ watchers: inout UInt32
    ) {
        let read = hit.read
        var editedCount = 0
        patterns.forEachMatch(of: read.plate) { number in
            let entry = entries.slot(number).pointee
            guard entry.isInForce(atNs: read.capturedNs) else { return }
            if entry.kind == .plate {
                // A `broad` entry is one source: its own probe path may have told of it, or another of its edits.
                guard judge(read, entry) == nil else { return }
                for i in 0..<editedCount where edited[i] == number { return }
                if editedCount < editedMax {
                    edited[editedCount] = number
                    editedCount &+= 1  // SAFE: below editedMax
                }
            }
            note(entry, number: number, kind: patterns.kind(of: entry), in: &hit, &watchers)
        }
    }

    /// How the entry matches the read, if it does.
    @inline(__always)
    private static func judge(_ read: Read, _ entry: Entry) -> MatchKind? {
        guard entry.isInForce(atNs: read.capturedNs) else { return nil }
        if entry.plate == read.plate { return .exact }
        guard entry.tolerance != .exact, entry.plate.skeleton == read.skeleton,
            entry.plate.characterCount >= Tolerance.lookAlikeCharactersMin,
            entry.plate.differences(from: read.plate) <= entry.tolerance.lookAlikesMax
        else { return nil }
        return .lookAlike
    }

    private static func note(
        _ entry: Entry, number: UInt32, kind: MatchKind, in hit: inout Hit, _ watchers: inout UInt32
    ) {
        if let watcher = entry.route.watcher {
            watchers |= 1 << UInt32(watcher)
        } else {
            hit.add(
                HitSource(entry: number, list: entry.list, kind: kind, priority: entry.priority),
                countryDiffers: entry.country != .unknown && hit.read.country != .unknown
                    && entry.country != hit.read.country)
        }
    }

    /// On recovery: an alert that the journal holds. Its repeats are known again.
    package mutating func renew(_ hit: borrowing Hit) {
        guard !hit.flags.contains(.repeated) else { return }
        _ = suppression.isRepeat(
            plate: hit.read.plate, camera: hit.read.camera, mark: hit.mark, capturedNs: hit.read.capturedNs)
    }

    /// Marks and counts the hit.
    private mutating func judgeRepeat(_ hit: inout Hit) {
        let best = hit.best
        hit.mark = entries.mark(of: best.entry)
        counts.hits &+= 1
        counts.sources &+= Int(hit.sourceCount) &+ Int(hit.sourcesOmitted)
        if suppression.isRepeat(
            plate: hit.read.plate, camera: hit.read.camera, mark: hit.mark, capturedNs: hit.read.capturedNs)
        {
            hit.flags.insert(.repeated)
            counts.repeats &+= 1
        } else {
            switch best.kind {
            case .exact: counts.exactAlerts &+= 1
            case .lookAlike: counts.lookAlikeAlerts &+= 1
            case .pattern: counts.patternAlerts &+= 1
            }
        }
    }
}

/// What a matcher has counted since it began.
package struct MatchCounts: Sendable, BitwiseCopyable {
    package var reads = 0
    package var hits = 0
    package var repeats = 0
    package var sources = 0
    package var watched = 0
    /// Hits that are no repeats, by kind of the best source.
    package var exactAlerts = 0
    package var lookAlikeAlerts = 0
    package var patternAlerts = 0
}

extension Hit {
    /// Puts a source where its rank wants it; the worst falls off the end and is counted. Each entry comes once.
    mutating func add(_ source: HitSource, countryDiffers: Bool) {
        var at = Int(sourceCount)
        while at > 0, sources[at - 1].rank > source.rank { at -= 1 }
        if at == 0 {
            if countryDiffers { flags.insert(.countryDiffers) } else { flags.remove(.countryDiffers) }
        }
        guard sourceCount < Self.sourcesMax else {
            sourcesOmitted = sourcesOmitted == .max ? .max : sourcesOmitted + 1
            guard at < Self.sourcesMax else { return }
            for i in stride(from: Self.sourcesMax - 1, to: at, by: -1) { sources[i] = sources[i - 1] }
            sources[at] = source
            return
        }
        for i in stride(from: Int(sourceCount), to: at, by: -1) { sources[i] = sources[i - 1] }
        sources[at] = source
        sourceCount += 1
    }
}

// MARK: Orders of the control plane, between two batches

extension Matcher {
    /// One change of the lists.
    enum Order: @unchecked Sendable {
        // SAFE: @unchecked Sendable: a table or pattern table is given up by its maker when it is sent.
        case insert(UInt32, Skeleton)
        case remove(UInt32, Skeleton)
        /// Takes the place of the whole table.
        case table(BlacklistTable)
        case patterns(PatternTable)
    }

    /// Starts the fetch of what `apply` of the order will touch.
    func prepare(_ order: Order) {
        switch order {
        case .insert(_, let skeleton): table.prefetchForInsert(skeleton)
        case .remove(_, let skeleton): table.prefetchForRemove(skeleton)
        case .table, .patterns: break
        }
    }

    /// Returns a table that is no longer needed, for the control plane to free.
    mutating func apply(_ order: Order) -> BlacklistTable? {
        switch order {
        case .insert(let number, let skeleton):
            let taken = table.insert(number, skeleton: skeleton)
            precondition(taken, "the control plane swaps a table before it is full")
        case .remove(let number, let skeleton):
            _ = table.remove(number, skeleton: skeleton)
        case .table(let new):
            let old = table
            table = new
            view = new.view
            return old
        case .patterns(let new):
            patterns = new.view
            patternTable = new
        }
        return nil
    }
}

// MARK: Saved state

extension Matcher {
    /// What has alerted, and the counts. The lists are not part of it: they come from their files.
    package borrowing func save(to writer: inout StateWriter) {
        writer.mark("matcher")
        writer.put(counts)
        suppression.save(to: &writer)
    }

    /// When it throws, the matcher has counted nothing and remembers no alert.
    package mutating func restore(from reader: inout StateReader) throws(StateProblem) {
        clear()
        try reader.expect("matcher")
        let counts = try reader.takeCounts(MatchCounts.self)
        try suppression.restore(from: &reader)
        self.counts = counts
    }

    mutating func forgetCounts() { counts = MatchCounts() }

    mutating func clear() {
        forgetCounts()
        suppression.clear()
    }
}
