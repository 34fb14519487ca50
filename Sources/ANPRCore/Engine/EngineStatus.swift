/// What an engine has done since it started: plain numbers, to be shown. The names are those of docs/OPERATIONS.md.
package struct EngineStatus: Sendable, Equatable {
    package struct Count: Sendable, Equatable {
        package let name: String
        package let value: Int
        package init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    package var upNs: Nanoseconds = 0

    /// What the kernel handed over: datagrams and trains, frames in them, bytes.
    package var receives = 0
    package var frames = 0
    package var bytes = 0
    /// Frames refused, by cause; every cause is there.
    package var refused: [Count] = []
    /// Reads taken; those that had come before; those of known sequences that have not come.
    package var reads = 0
    package var duplicateReads = 0
    package var missingReads = 0
    /// Reads kept with a remark.
    package var unparseableReads = 0
    package var clockSuspectReads = 0
    package var oddFieldReads = 0
    package var kernelDrops = 0
    package var truncated = 0
    package var receiveErrors = 0
    package var ringWaits = 0
    package var heartbeats = 0
    /// Reads that cameras gave up, for want of room.
    package var givenUpReads = 0
    package var camerasKnown = 0
    package var camerasHeard = 0

    /// Reads looked up, and what was found.
    package var matched = 0
    package var hits = 0
    package var hitsRepeated = 0
    package var hitSources = 0
    package var watchedReads = 0
    /// Hits that are no repeats, by their best source.
    package var hitsByKind: [Count] = []

    package var records = 0
    package var offences = 0
    package var recordsForReview = 0
    /// Reads that section control left out: no plate, or a camera whose clock is suspect.
    package var skippedReads = 0
    package var lateReads = 0
    package var lostExits = 0
    package var orphanExits = 0
    package var pendingReads = 0
    package var openPassages = 0
    package var evictedPassages = 0
    package var duplicatesMerged = 0

    /// Nil without a journal.
    package var journal: JournalStatus?

    package var blacklistEntries = 0
    package var blacklistBytes = 0
    package var lists: [Count] = []

    package var plugins: [PluginStatus] = []

    package var refusedFrames: Int { refused.reduce(0) { $0 + $1.value } }
    /// Reads that ingest passed on and the shards have not taken yet.
    package var readsInRings: Int { reads - matched }
}

/// What the journal has done since the start.
package struct JournalStatus: Sendable, Equatable {
    package var commits: Int
    package var writtenBytes: Int
    package var failures: Int
    /// Logs that the disk does not take right now, and why.
    package var stalled: Int
    package var problem: String?
    package var acknowledgements: Int
    /// Reads that were asked for again.
    package var askedReads: Int
    package var checkpoints: Int
    package var deletedSegments: Int
    package var keeperProblem: String?
}
