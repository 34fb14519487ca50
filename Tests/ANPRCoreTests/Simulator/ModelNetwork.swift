@testable import ANPRCore

/// A network between one camera and its daemon: loses, repeats, delays and so reorders. In virtual time.
struct ModelNetwork {
    struct Faults: Sendable {
        var loss = 0.0
        var repetition = 0.0
        var delayNs: ClosedRange<Nanoseconds> = 1 * .millisecond...1 * .millisecond
        /// While nothing comes through, either way.
        var silences: [Range<Nanoseconds>] = []
    }

    struct Datagram {
        var atNs: Nanoseconds
        var isToDaemon: Bool
        var bytes: [UInt8]
    }

    let faults: Faults
    private var random: Random
    private var underWay: [Datagram] = []

    init(_ faults: Faults, seed: UInt64) {
        self.faults = faults
        random = Random(seed: seed)
    }

    mutating func send(_ bytes: [UInt8], isToDaemon: Bool, nowNs: Nanoseconds) {
        guard !faults.silences.contains(where: { $0.contains(nowNs) }), !random.chance(faults.loss) else { return }
        for _ in 0..<(random.chance(faults.repetition) ? 2 : 1) {
            let width = Int(faults.delayNs.upperBound - faults.delayNs.lowerBound)
            let delayNs = faults.delayNs.lowerBound + Nanoseconds(random.below(width + 1))
            underWay.append(Datagram(atNs: nowNs + delayNs, isToDaemon: isToDaemon, bytes: bytes))
        }
    }

    var nextNs: Nanoseconds { underWay.map(\.atNs).min() ?? .max }

    /// What has arrived, in the order of arrival.
    mutating func arrivals(toNs: Nanoseconds) -> [Datagram] {
        let arrived = underWay.filter { $0.atNs <= toNs }.sorted { $0.atNs < $1.atNs }
        underWay.removeAll { $0.atNs <= toNs }
        return arrived
    }
}
