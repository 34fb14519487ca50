import Synchronization

/// Turns refusals into few lines: for each cause that moved since the last look, how many and from where, the last one.
final class RefusalLog: Sendable {
    private let receivers: [Receiver]
    private let log: @Sendable (String) -> Void
    private let seen = Mutex([Int](repeating: 0, count: FrameRefusal.allCases.count))

    init(_ receivers: [Receiver], log: @escaping @Sendable (String) -> Void) {
        self.receivers = receivers
        self.log = log
    }

    func look() {
        for cause in FrameRefusal.allCases {
            let at = IngestCounter.refusalsAt + Int(cause.rawValue)
            let now = receivers.reduce(0) { $0 + $1.counters[at] }
            let before = seen.withLock {
                let before = $0[Int(cause.rawValue)]
                $0[Int(cause.rawValue)] = now
                return before
            }
            guard now > before else { continue }
            let from = receivers.compactMap { $0.samples.sample(cause) }.first ?? "unknown"
            log("refused \(now - before) frame(s): \(cause.name); the last from \(from); \(now) in all")
        }
    }
}
