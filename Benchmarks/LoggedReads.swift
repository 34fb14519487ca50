import ANPRCore

/// Reads as cameras of the seeds' network bring them, in the order in which a shard takes them: what a log gets.
///
/// 10,000 reads a second from all cameras. What is sent arrives 15 to 25 ms later; a frame's reads arrive together.
enum LoggedReads {
    static func make(count: Int, readsPerFrame: Int) throws -> Slab<Read> {
        let network = try RoadNetwork(
            camerasPath: "seeds/network/cameras.csv", linksPath: "seeds/network/links.csv")
        var options = TrafficOptions()
        options.readsPerSecond = 10_000
        options.durationNs = .day
        var traffic = try Traffic(network, options: options)
        var cameras = Cameras(idEnd: Int(network.registry.idEnd), readsPerFrame: readsPerFrame)
        var frames: [Frame] = []
        var made = 0
        while made < count, let seen = traffic.next() {
            guard let frame = cameras.frame(completedBy: seen) else { continue }
            frames.append(frame)
            made += frame.reads.count
        }
        frames.sort { $0.receivedNs < $1.receivedNs }
        let reads = Slab<Read>(count: count)
        var at = 0
        let decoder = FrameDecoder()
        for frame in frames {
            for (i, read) in frame.reads.enumerated() where at < count {
                decoder.decode(
                    read, camera: frame.camera, epoch: frame.epoch, sequence: frame.sequence + UInt32(i),
                    receivedNs: frame.receivedNs, into: reads.base + at)
                at += 1
            }
        }
        return reads
    }

    private struct Frame {
        let camera: UInt32
        let epoch: UInt32
        let sequence: UInt32
        let receivedNs: Nanoseconds
        let reads: [WireRead]
    }

    /// What the cameras have not sent yet.
    private struct Cameras {
        private var waiting: [[WireRead]]
        private var sequences: [UInt32]
        private let epochs: [UInt32]
        private let readsPerFrame: Int
        private var random: Random

        init(idEnd: Int, readsPerFrame: Int) {
            self.readsPerFrame = readsPerFrame
            waiting = Array(repeating: [], count: idEnd)
            // Seconds at which they started within the last month, and what they read since.
            let startS = UInt32(TrafficOptions.startDefaultNs / .second)
            var random = Random(seed: 42)
            epochs = (0..<idEnd).map { _ in startS - UInt32(random.below(30 * 86_400)) }
            sequences = (0..<idEnd).map { _ in UInt32(random.below(10_000_000)) }
            self.random = random
        }

        mutating func frame(completedBy seen: Observation) -> Frame? {
            let camera = Int(seen.camera)
            waiting[camera].append(seen.read)
            guard waiting[camera].count == readsPerFrame else { return nil }
            let reads = waiting[camera]
            waiting[camera].removeAll()
            let sequence = sequences[camera]
            sequences[camera] += UInt32(reads.count)
            let delayNs = 15 * Nanoseconds.millisecond + Nanoseconds(random.below(10_000_000))
            return Frame(
                camera: seen.camera, epoch: epochs[camera], sequence: sequence,
                receivedNs: seen.arrivalNs + delayNs, reads: reads)
        }
    }
}
