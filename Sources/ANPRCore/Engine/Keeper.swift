import Synchronization

/// The thread that keeps house: checkpoints, and what retention deletes.
final class Keeper<S: Storage>: @unchecked Sendable {
    // SAFE: @unchecked Sendable: made by the engine, then used by its one thread until that has ended; `stopping` is an
    // atomic, `shown` is guarded by its lock.
    private let checkpointer: Checkpointer<S>
    private var retention: Retention<S>
    private let directory: DataDirectory<S>
    private let buffers: [JournalBuffer]
    private let clock: EngineClock
    private let stopping = Atomic<Bool>(false)
    private let shown = Mutex(Shown())

    struct Shown: Sendable {
        var checkpoints = 0
        var deletedSegments = 0
        var problem: String?
    }

    private let rest = Parker()
    private static var pauseNs: Nanoseconds { 100 * .millisecond }
    private static var retentionEveryNs: Nanoseconds { 60 * .second }

    init(
        _ checkpointer: Checkpointer<S>, _ retention: consuming Retention<S>, _ directory: DataDirectory<S>,
        _ buffers: [JournalBuffer], clock: EngineClock
    ) {
        self.checkpointer = checkpointer
        self.retention = retention
        self.directory = directory
        self.buffers = buffers
        self.clock = clock
    }

    func run() {
        var retentionNs = Clock.monotonicNs()
        // ORDER: relaxed; the flag carries nothing else.
        while !stopping.load(ordering: .relaxed) {
            let nowNs = Clock.monotonicNs()
            checkpointer.turn(nowNs: nowNs, wallNs: Clock.wallNs())
            var problem = checkpointer.problem
            if nowNs >= retentionNs {
                retentionNs = nowNs + Self.retentionEveryNs
                do { try deleteOld() } catch { problem = "retention: \(error)" }
            }
            show(problem)
            rest.park(nanoseconds: Self.pauseNs) { true }
        }
    }

    private func deleteOld() throws {
        // WHY not with the frames' clock: simulated time must not delete real reads.
        guard clock.source == .wall else { return }
        let file = directory.deletions
        try retention.turn(nowNs: Clock.wallNs(), needed: buffers.map(\.durable)) { line in
            let log = try LineFile(path: file)
            log.append(line)
            try log.flush()
            try log.sync()
        }
    }

    private func show(_ problem: String?) {
        let taken = checkpointer.taken
        let deleted = retention.deletedSegments
        shown.withLock {
            $0.checkpoints = taken
            $0.deletedSegments = deleted
            $0.problem = problem
        }
    }

    var status: Shown { shown.withLock { $0 } }

    /// Ends the thread's loop.
    func stop() {
        // ORDER: relaxed; as in run.
        stopping.store(true, ordering: .relaxed)
    }

    /// When every other thread has ended: the last checkpoint.
    func finish() {
        checkpointer.finish(wallNs: Clock.wallNs())
        show(checkpointer.problem)
    }
}
