/// Everything that can be set on an engine, resolved: paths are absolute, defaults are filled in.
///
/// Each field's documentation is in seeds/config/anprd.json5, which holds every key with its default.
package struct EngineConfiguration: Sendable, Equatable {
    /// Where relative paths start: the folder of the file that this was read from.
    package var directory = "."
    package var listen = ListenConfiguration()
    package var authentication = Authentication.required
    package var clock = ClockSource.wall
    /// `camera,site,lane,x_m,y_m[,road,clock_tolerance_ms]`
    package var camerasPath = ""
    package var keys = KeySource.none
    /// `section,entry_cameras,exit_cameras,length_m,limit_kmh[,...]`; empty: no sections.
    package var sectionsPath = ""
    package var sections = SectionConfiguration()
    package var blacklists: [BlacklistConfiguration] = []
    package var suppressionNs: Nanoseconds = 15 * .second
    /// How far a frame's sent time may be from the daemon's clock before it is refused as out of range.
    package var captureAgeMaxNs: Nanoseconds = 31 * .day
    package var captureAheadMaxNs: Nanoseconds = 5 * .second
    /// A camera whose clock is further off has its reads flagged: matched, but not paired in sections.
    package var clockOffsetMaxNs: Nanoseconds = 2 * .second
    /// Shards; 0: one for each core that is left beside the receivers, at least one.
    package var shards = 0
    /// Slots of each ring between a receiver and a shard; a power of two.
    package var ringReads = 1 << 16
    package var journal = JournalConfiguration()
    package var quota = QuotaConfiguration()
    package var output = OutputConfiguration()
    package var plugins: [PluginConfiguration] = []

    package init() {}

    package func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
}

package struct ListenConfiguration: Sendable, Equatable {
    /// IPv4, host order. Loopback unless told otherwise.
    package var address: UInt32 = 0x7f00_0001
    /// 0: any free port (the daemon says which).
    package var port: UInt16 = 7700
    /// SO_REUSEPORT sockets, one thread each; 0: one for each four cores, at least one.
    package var receivers = 0
    /// Asked of the kernel for each socket; what it gave is reported.
    package var receiveBufferBytes = 64 << 20

    package init() {}
}

/// Whose word counts.
package enum Authentication: Sendable, Equatable {
    /// Each frame carries a tag made with its camera's key.
    case required
    /// No tag is looked at. For a laboratory; asked for by the name `"none-lab-only"`, and said loudly.
    case noneLabOnly
}

package enum KeySource: Sendable, Equatable {
    case none
    /// `camera,key_id,key` with 32 hexadecimal digits.
    case file(path: String)
    /// 32 hexadecimal digits from which each camera's keys are derived (docs/PROTOCOL.md says how).
    case master(path: String)
}

package struct SectionConfiguration: Sendable, Equatable {
    /// How late a read may come and still be paired.
    package var latenessNs: Nanoseconds = 120 * .second
    /// Reads of one vehicle at one end within this time are one crossing.
    package var crossingNs: Nanoseconds = 5 * .second
    /// An entry waits at most this long for its exit.
    package var passageMaxNs: Nanoseconds = .hour
    /// Slower than this over a section, two reads are not one passage (a stop, a detour).
    package var speedMinKmh = 5
    /// Faster than this, the pair is implausible and goes to a human.
    package var speedMaxKmh = 300
    /// Technical tolerance: taken off up to `toleranceFromKmh`, in km/h; above it, in percent.
    package var toleranceKmh = 6
    package var tolerancePercent = 6
    package var toleranceFromKmh = 100
    /// Reads waiting for their turn, and passages open, in each shard.
    package var pendingReads = 1 << 20
    package var openPassages = 1 << 20

    package init() {}
}

/// What is kept on disk, and how.
package struct JournalConfiguration: Sendable, Equatable {
    /// Empty: nothing is kept, nothing is acknowledged.
    package var directory = ""
    /// Of one segment file; fixed when the directory is made.
    package var segmentBytes = 256 << 20
    /// Between two commits of a shard's log.
    package var intervalNs: Nanoseconds = 5 * .millisecond
    package var checkpointNs: Nanoseconds = 60 * .second
    /// Segments in which everything is older are deleted.
    package var retentionNs: Nanoseconds = 365 * .day

    package init() {}
}

/// Frames a second that are taken at most.
package struct QuotaConfiguration: Sendable, Equatable {
    /// Of one camera; 0: any number.
    package var cameraFrames = 10_000
    /// Of one address, which may be a gateway's; 0: any number.
    package var sourceFrames = 2_000_000

    package init() {}

    /// Ten seconds' worth may come at once.
    static func quota(_ frames: Int) -> FrameQuota? {
        frames == 0 ? nil : FrameQuota(framesPerSecond: UInt32(frames), burst: UInt32(frames) * 10)
    }
}

/// Where hits and records go beside the plugins.
package struct OutputConfiguration: Sendable, Equatable {
    /// Plugins get a folder of their own in it. Empty: nothing is written.
    package var directory = ""
    /// `hits.jsonl` and `records.jsonl` / `records.csv`.
    package var hits = true
    package var records = true
    /// Also the hits that the suppression window marked as repeats.
    package var repeats = false

    package init() {}
}

/// A plugin by name, with the files that it needs; what they are is the plugin's to say.
package struct PluginConfiguration: Sendable, Equatable {
    package var name: String
    package var options: [String: String]
    /// Events that wait for it at most, of each stream and shard; a power of two.
    package var backlog = 1 << 16

    package init(name: String, options: [String: String] = [:], backlog: Int = 1 << 16) {
        self.name = name
        self.options = options
        self.backlog = backlog
    }
}
