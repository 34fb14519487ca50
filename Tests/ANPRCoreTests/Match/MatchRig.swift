@testable import ANPRCore

/// Lists and the matchers of their shards, without threads: a shard takes its mail when the test says so.
struct MatchRig: ~Copyable {
    let blacklists: Blacklists
    private let matchers: UnsafeMutablePointer<Matcher>
    private let shards: Int

    init(_ lists: [BlacklistConfiguration], shards: Int = 1, suppressionNs: Nanoseconds = 0) throws {
        let blacklists = Blacklists(shards: shards)
        try blacklists.load(lists)
        self.blacklists = blacklists
        self.shards = shards
        matchers = .allocate(capacity: shards)
        for shard in 0..<shards {
            (matchers + shard).initialize(to: blacklists.matcher(shard: shard, suppressionNs: suppressionNs))
        }
    }

    deinit {
        matchers.deinitialize(count: shards)
        matchers.deallocate()
    }

    /// What the shards find in reads, in batches of at most `batch`.
    func match(_ reads: [Read], batch: Int = Limits.batchReads) -> Findings {
        var findings = Findings()
        for shard in 0..<shards {
            let mine = reads.filter { $0.plate.skeleton.shard(of: shards) == shard }
            for at in stride(from: 0, to: mine.count, by: batch) {
                mine[at..<min(at + batch, mine.count)].withUnsafeBufferPointer {
                    matchers[shard].match($0, into: &findings)
                }
            }
        }
        return findings
    }

    /// What a shard does between two batches. Returns whether a table was swapped.
    @discardableResult
    func takeMail(shard: Int? = nil) -> Bool {
        var isSwapped = false
        for shard in shard.map({ $0...$0 }) ?? 0...shards - 1 {
            let orders = blacklists.mailboxes[shard].take()
            for order in orders {
                guard let old = matchers[shard].apply(order) else { continue }
                blacklists.mailboxes[shard].retire(old)
                isSwapped = true
            }
            blacklists.mailboxes[shard].confirm(orders.count)
        }
        return isSwapped
    }

    var counts: [MatchCounts] { (0..<shards).map { matchers[$0].counts } }
}

/// What matchers found, by the reads' sequences.
struct Findings: MatchSink {
    private(set) var hits: [UInt32: Hit] = [:]
    private(set) var watched: [UInt32: Set<Int>] = [:]
    /// Reads that were told of twice.
    private(set) var twice = 0

    mutating func found(_ hit: borrowing Hit, at index: Int) {
        if hits.updateValue(copy hit, forKey: hit.read.sequence) != nil { twice += 1 }
    }

    mutating func watched(_ read: Read, at index: Int, by watcher: Int) {
        if !watched[read.sequence, default: []].insert(watcher).inserted { twice += 1 }
    }
}

extension Read {
    /// A read of which only the plate, the camera, the time and the country matter.
    init(
        _ plate: Plate, sequence: UInt32 = 0, camera: UInt32 = 1, capturedNs: Nanoseconds = 0,
        country: Country = .unknown
    ) {
        self.init(
            plate: plate, skeleton: plate.skeleton, capturedNs: capturedNs, camera: camera, epoch: 1,
            sequence: sequence, text: PlateText(plate.description), country: country)
    }
}
