import Synchronization

/// The daemon's "now": the machine's clock, or (simulated and replayed traffic) the latest sent time heard.
package final class EngineClock: Sendable {
    package let source: ClockSource
    private let heardNs = Atomic<Nanoseconds>(0)

    package init(_ source: ClockSource) { self.source = source }

    package func nowNs() -> Nanoseconds {
        switch source {
        case .wall: Clock.wallNs()
        // ORDER: relaxed; a point in time of its own.
        case .frames: heardNs.load(ordering: .relaxed)
        }
    }

    /// An authenticated frame was sent at that time.
    @inline(__always)
    func heard(sentNs: Nanoseconds) {
        guard source == .frames else { return }
        // ORDER: relaxed; as above. The load spares the locked instruction while time stands still.
        if sentNs > heardNs.load(ordering: .relaxed) { _ = heardNs.max(sentNs, ordering: .relaxed) }
    }
}
