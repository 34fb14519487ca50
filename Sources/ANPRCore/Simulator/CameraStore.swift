/// One camera's reads, kept until the daemon has them on disk: the reference for whoever writes a camera.
///
/// A bounded ring of reads, each with a sequence that is its own for ever. Nothing here waits, locks, reads a clock or,
/// after `init`, allocates: the owner appends reads, hands in what the daemon sent, and polls at `wakeNs` at the
/// latest.
///
/// ```
///                          asked for again, or kept back
///              +-----------------------------------------------+
///              |                                               v
///          +------+      nothing left to send          +--------------+
///  ------> | live | <---------------------------------- |  catchingUp  |
///          +------+                                    +--------------+
///              |   ^                                     |          ^
///     silence  |   |  acknowledged,             silence  |          |  acknowledged,
///              |   |  nothing to send                    |          |  reads to send
///              |   |          +-------------+            |          |
///              |   +----------|   probing   |<-----------+          |
///              +------------->|             |-----------------------+
///                             +-------------+
/// ```
/// - live: a new read goes out when its frame is full, or `lingerNs` after it came.
/// - probing: nothing was acknowledged for `silenceNs` though something is out. Only heartbeats go out, further and
///   further apart, each somewhere in +-50 % of its delay; new reads are kept.
/// - catchingUp: a window of frames goes out, and the next one when the daemon told what became of it: 1, 2, 4, ... 16
///   frames, half of it when frames were lost. A network of cameras that come back at once fills the daemon's socket no
///   faster than it answers.
///
/// Of its own accord the store sends nothing twice: a read goes out again when an acknowledgement asks for it,
/// `resendNs` after the last time at the earliest. Silence alone makes it ask, by a heartbeat, which is 48 bytes.
/// Frames of which the sending fails count as lost. Owned by one thread.
package struct CameraStore: ~Copyable {
    package enum Phase: Sendable { case live, probing, catchingUp }

    package struct Options: Sendable {
        package var epoch: UInt32 = 1
        /// Sequence of the first read.
        package var firstSequence: UInt32 = 0
        /// Reads that are kept at most; a power of two. 41 bytes each.
        package var capacity = 1 << 14
        package var lingerNs: Nanoseconds = 500 * .millisecond
        package var frameReadsMax = Limits.frameReadsMax
        /// Without an acknowledgement for so long, though something is out, the daemon counts as silent.
        package var silenceNs: Nanoseconds = .second
        package var backoffMinNs: Nanoseconds = 200 * .millisecond
        package var backoffMaxNs: Nanoseconds = 30 * .second
        /// Between two heartbeats when nothing else calls for one.
        package var idleNs: Nanoseconds = 10 * .second
        /// One read does not go out again within this, nor within one and a half times what answers take of late.
        package var resendNs: Nanoseconds = 100 * .millisecond
        package var windowFramesMax = 16
        package init() {}
    }

    package struct Counts: BitwiseCopyable, Equatable, Sendable {
        /// Reads that were appended.
        package var reads = 0
        /// Reads that were given up unacknowledged: for want of room, or by a restart. The daemon may have some.
        package var givenUp = 0
        /// Data frames, reads in them, and of these reads those that had gone out before.
        package var frames = 0
        package var sentReads = 0
        package var resentReads = 0
        package var heartbeats = 0
        /// Acknowledgements that were taken, and frames that were refused.
        package var acknowledgements = 0
        package var refused = 0
    }

    package let camera: UInt32
    package internal(set) var epoch: UInt32
    package internal(set) var phase = Phase.live
    package internal(set) var counts = Counts()

    let key: CameraBank.Key?
    let options: Options
    var random: Random

    /// Kept are first ..< next; sequence s at s modulo capacity. Wider than a sequence, so that sums do not wrap.
    var first: Int
    var next: Int
    let reads: Slab<WireRead>
    let marks: Slab<ReadMark>
    /// When a read came (fresh), or last went out.
    let timesNs: Slab<Nanoseconds>
    /// Reads that are to be sent; all of them in dueFrom ..< dueTo, which says nothing while there are none.
    var dueReads = 0
    var dueFrom: Int
    var dueTo: Int
    /// Reads that went out and of which the daemon has not spoken.
    var outReads = 0
    /// Frames of the window, and those of them that may still go out.
    var window = 1
    var credit = 0

    /// The latest instant that was handed in: a clock that goes back stands still here.
    var nowNs: Nanoseconds = .min
    /// Since when the daemon is waited for: the last acknowledgement, or the first frame that went out after it.
    var waitingFromNs: Nanoseconds = .max
    /// The next heartbeat by the idle or back-off delay, and one that is wanted sooner.
    var heartbeatNs: Nanoseconds = .min
    var inquiryNs: Nanoseconds = .max
    var lastHeartbeatNs: Nanoseconds = .min
    var backoffNs: Nanoseconds
    /// From a read's going out to the acknowledgement that first speaks of it: the longest, fading.
    var answerNs: Nanoseconds = 0
    /// `sent` of the next frame.
    var stampNs: Nanoseconds = 0
    /// `sent` of the last acknowledgement that was taken.
    var takenSentNs: Nanoseconds = .min

    let packing: Slab<WireRead>
    let frame: Slab<UInt8>

    /// `key` is nil in a laboratory without authentication. `seed` is a camera's own, or all would jitter alike.
    package init(camera: UInt32, key: CameraBank.Key?, options: Options = Options(), seed: UInt64) {
        precondition(options.capacity > 0 && options.capacity & (options.capacity - 1) == 0)
        precondition((1...Limits.frameReadsMax).contains(options.frameReadsMax) && options.windowFramesMax >= 1)
        precondition(options.backoffMinNs > 1 && options.backoffMinNs <= options.backoffMaxNs && options.idleNs > 1)
        self.camera = camera
        self.key = key
        self.options = options
        random = Random(seed: seed)
        epoch = options.epoch
        first = Int(options.firstSequence)
        next = first
        dueFrom = first
        dueTo = first
        backoffNs = options.backoffMinNs
        reads = Slab(count: options.capacity)
        marks = Slab(count: options.capacity)
        timesNs = Slab(count: options.capacity)
        packing = Slab(count: options.frameReadsMax)
        frame = Slab(count: FrameLayout.frameBytesMax)
    }

    /// What became of a read that is kept.
    enum ReadMark: UInt8, BitwiseCopyable {
        /// Never went out.
        case fresh
        /// Went out and is asked for again.
        case asked
        /// Went out; the daemon has not spoken of it.
        case out
        /// The daemon has it, but not on disk yet.
        case heard

        var isDue: Bool { self == .fresh || self == .asked }
    }

    /// Reads that are kept: given a sequence and not acknowledged.
    package var kept: Int { next - first }
    /// The lowest sequence that is kept; `nextSequence` if none is.
    package var firstSequence: UInt32 { UInt32(first) }
    package var nextSequence: UInt32 { UInt32(next) }

    // MARK: Reads

    /// Keeps a read and returns the sequence that it has from now on.
    ///
    /// When there is no room the oldest read is given up. It is worth the least: a fresh one can still lead to an
    /// interception, and an old one no longer pairs to a passage. It also leaves what is kept without gaps, so that one
    /// number in a heartbeat tells the daemon what not to wait for.
    @discardableResult
    package mutating func append(_ read: WireRead, nowNs: Nanoseconds) -> UInt32 {
        precondition(next < Int(UInt32.max), "a camera that runs out of sequences starts an epoch")
        advance(nowNs)
        if kept == options.capacity {
            counts.givenUp += 1
            forget(below: first + 1)
        }
        let at = place(next)
        reads.base[at] = read
        marks.base[at] = .fresh
        timesNs.base[at] = self.nowNs
        if dueReads == 0 { dueFrom = next }
        dueReads += 1
        next += 1
        dueTo = next
        counts.reads += 1
        return UInt32(next - 1)
    }

    /// The next `poll` sends a heartbeat.
    package mutating func askNow() { inquiryNs = .min }

    /// What a camera does that lost its memory: it cannot know which number comes next, so it begins a higher epoch at
    /// 0. What it kept is lost, and counted as given up.
    package mutating func restart(epoch: UInt32) {
        precondition(epoch > self.epoch, "the daemon refuses an epoch that is not higher")
        counts.givenUp += kept
        self.epoch = epoch
        first = 0
        next = 0
        dueReads = 0
        outReads = 0
        dueFrom = 0
        dueTo = 0
        phase = .live
        credit = 0
        waitingFromNs = .max
        heartbeatNs = .min
        inquiryNs = .max
        backoffNs = options.backoffMinNs
        takenSentNs = .min
    }

    @inline(__always)
    func place(_ sequence: Int) -> Int { sequence & (options.capacity - 1) }

    @inline(__always)
    func mark(of sequence: Int) -> ReadMark { marks.base[place(sequence)] }

    /// Acknowledged or given up.
    mutating func forget(below end: Int) {
        while first < end {
            switch mark(of: first) {
            case .fresh, .asked: dueReads -= 1
            case .out: outReads -= 1
            case .heard: break
            }
            first += 1
        }
        if !isWaiting { waitingFromNs = .max }
    }

    // MARK: Time

    mutating func advance(_ nowNs: Nanoseconds) { self.nowNs = max(self.nowNs, nowNs) }

    /// Somewhere in +-50 % of a delay: cameras that lost the daemon at one instant must not all ask at one instant.
    mutating func jittered(_ delayNs: Nanoseconds) -> Nanoseconds {
        delayNs / 2 + Nanoseconds(random.below(Int(delayNs)))
    }

    /// Whether only the daemon can move things on.
    var isWaiting: Bool { kept > dueReads || (phase == .catchingUp && kept > 0) }

    /// When the daemon counts as silent.
    var silentNs: Nanoseconds {
        phase == .probing || !isWaiting || waitingFromNs == .max ? .max : waitingFromNs + options.silenceNs
    }

    /// When `poll` is to be called at the latest; an instant of the past when it has something to do at once.
    package var wakeNs: Nanoseconds { min(heartbeatNs, inquiryNs, silentNs, framesNs) }

    /// When a data frame is due.
    private var framesNs: Nanoseconds {
        switch phase {
        case .probing: return .max
        case .catchingUp: return credit > 0 && hasSendable ? .min : .max
        case .live:
            let sendable = min(next, sendEnd) - (next - dueReads)
            if dueReads == 0 || sendable <= 0 { return .max }
            return sendable >= options.frameReadsMax ? .min : timesNs.base[place(next - dueReads)] + options.lingerNs
        }
    }
}
