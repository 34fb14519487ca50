import Synchronization

/// The thread of a log: commits what was sealed, at most once an interval, so that many reads share one fdatasync.
package final class JournalRunner<S: Storage>: @unchecked Sendable {
    // SAFE: @unchecked Sendable: made by the engine, then used by its one thread until that has ended; `stopping` and
    // the buffer are atomics, `shown` is guarded by its lock.
    private let committer: JournalCommitter<S>
    let buffer: JournalBuffer
    private let intervalNs: Nanoseconds
    private let stopping = Atomic<Bool>(false)
    private let shown = Mutex<SystemError?>(nil)
    private let rest = Parker()

    /// Between two looks whether so much waits that it is committed at once, interval or not.
    private static var lookNs: Nanoseconds { .millisecond / 4 }

    package init(_ committer: JournalCommitter<S>, _ buffer: JournalBuffer, intervalNs: Nanoseconds) {
        self.committer = committer
        self.buffer = buffer
        self.intervalNs = intervalNs
    }

    package var counters: Counters { committer.counters }
    /// Why the log is stalled.
    var failure: SystemError? { shown.withLock { $0 } }

    package func run() {
        var lastNs = Nanoseconds.min
        while true {
            if lastNs != .min { share(until: lastNs + intervalNs) }
            let isIdle = !committer.hasMarks && committer.pendingBytes == 0
            if isIdle {
                if isStopping { break }
                _ = committer.turn(nowNs: Clock.monotonicNs())
                buffer.parker.park(nanoseconds: 100 * .millisecond) { !committer.hasMarks && !isStopping }
                buffer.wishSeal(true)
                continue
            }
            lastNs = Clock.monotonicNs()
            if !committer.turn(nowNs: lastNs) {
                // A disk that does not take it does not hold the end of the daemon up: what is not durable was never
                // acknowledged.
                if isStopping, committer.failure != nil { break }
                pause(.millisecond)
            }
            show()
        }
        show()
    }

    /// Reads that come meanwhile share the commit; the shard closes its block for it.
    private func share(until endNs: Nanoseconds) {
        while !isStopping, !committer.isUrgent() {
            let waitNs = endNs - Clock.monotonicNs()
            guard waitNs > 0 else { return }
            pause(min(waitNs, Self.lookNs))
            if waitNs <= Self.lookNs { return buffer.wishSeal(true) }
        }
    }

    private func show() {
        let failure = committer.failure
        shown.withLock { $0 = failure }
    }

    private func pause(_ ns: Nanoseconds) {
        rest.park(nanoseconds: ns) { !isStopping }
    }

    private var isStopping: Bool {
        // ORDER: acquire, pairs with the release in stop: the shard's last mark was pushed before it.
        stopping.load(ordering: .acquiring)
    }

    /// After the shard has ended.
    package func stop() {
        // ORDER: release, pairs with the acquire above.
        stopping.store(true, ordering: .releasing)
        buffer.parker.wake()
    }
}
