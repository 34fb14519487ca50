/// Which reads a journal holds, by camera and epoch: what is there twice, and what is not there.
///
/// Flat, so that tens of millions of reads are counted in seconds: a bit a sequence, in pages that are made as they are
/// met.
package struct JournalAudit: ~Copyable {
    /// Of one camera and epoch.
    package struct Line: Equatable, Sendable {
        package var camera: UInt32
        package var epoch: UInt32
        /// The lowest sequence, and one above the highest.
        package var first: UInt64
        package var next: UInt64
        /// Reads in the log, also those that are there more than once; and how many of them are there already.
        package var reads: Int
        package var duplicates: Int
        package var missing: Int { Int(next - first) - (reads - duplicates) }
    }

    private struct Sequences {
        var line: Line
        /// Another epoch of the same camera.
        var following: Int32
        /// Pages from this one on; where each begins in `bits`, or -1.
        var firstPage: Int
        var pages: [Int32] = []
    }

    private static let pageWords = 64
    private static let pageShift = UInt32(12)

    private var known: [Sequences] = []
    /// The latest epoch of each camera.
    private var heads = [Int32](repeating: -1, count: 1 << 20)
    private var bits: [UInt64] = []

    package init() {}

    /// Counts a whole directory, as far as it is written; a daemon may be at work. Throws `JournalDamage` when a log
    /// cannot be read to its end.
    package static func of<S: Storage>(_ directory: DataDirectory<S>) throws -> JournalAudit {
        var audit = JournalAudit()
        for shard in 0..<directory.shards {
            let place = directory.place(shard: shard)
            let follower = try JournalFollower(place, from: try place.firstPosition() ?? 0)
            while try follower.poll(groups: 1024, { audit.add($0) }) {}
            try follower.confirmEnd { audit.add($0) }
        }
        return audit
    }

    package mutating func add(_ block: JournalBlock) { block.forEachReadID { add($0) } }

    @inline(__always)
    package mutating func add(_ read: ReadID) {
        let at = find(read)
        let page = Int(read.sequence >> Self.pageShift)
        let index = page - known[at].firstPage
        if index < 0 || index >= known[at].pages.count || known[at].pages[index] < 0 { makePage(page, of: at) }
        let bit = Int(read.sequence & (1 << Self.pageShift - 1))
        let word = Int(known[at].pages[page - known[at].firstPage]) * Self.pageWords + bit >> 6
        let mask = UInt64(1) << UInt64(bit & 63)
        if bits[word] & mask != 0 { known[at].line.duplicates += 1 }
        bits[word] |= mask
        known[at].line.reads += 1
        known[at].line.first = min(known[at].line.first, UInt64(read.sequence))
        known[at].line.next = max(known[at].line.next, UInt64(read.sequence) + 1)
    }

    private mutating func find(_ read: ReadID) -> Int {
        var at = heads[Int(read.camera)]
        while at >= 0 {
            if known[Int(at)].line.epoch == read.epoch { return Int(at) }
            at = known[Int(at)].following
        }
        let line = Line(
            camera: read.camera, epoch: read.epoch, first: .max, next: 0, reads: 0, duplicates: 0)
        known.append(
            Sequences(line: line, following: heads[Int(read.camera)], firstPage: Int(read.sequence >> Self.pageShift)))
        heads[Int(read.camera)] = Int32(known.count - 1)
        return known.count - 1
    }

    private mutating func makePage(_ page: Int, of at: Int) {
        let before = known[at].firstPage - page
        if before > 0 {
            known[at].pages.insert(contentsOf: repeatElement(-1, count: before), at: 0)
            known[at].firstPage = page
        }
        let missing = page - known[at].firstPage + 1 - known[at].pages.count
        if missing > 0 { known[at].pages.append(contentsOf: repeatElement(-1, count: missing)) }
        known[at].pages[page - known[at].firstPage] = Int32(bits.count / Self.pageWords)
        bits.append(contentsOf: repeatElement(0, count: Self.pageWords))
    }

    /// By camera, then epoch.
    package var lines: [Line] {
        known.map(\.line).sorted { ($0.camera, $0.epoch) < ($1.camera, $1.epoch) }
    }
}
