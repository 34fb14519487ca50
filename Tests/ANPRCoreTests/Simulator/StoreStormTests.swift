import Testing

@testable import ANPRCore

/// Ten thousand cameras that could not reach the daemon for a minute, and then all can.
@Suite struct StoreStormTests {
    private static let stores = 10_000
    private static let tickNs: Nanoseconds = 10 * .millisecond
    private static let silentTicks = 6_000

    private final class Camera {
        var store: CameraStore
        var daemon = ModelDaemon(key: nil)
        /// The tick for which it stands on the wheel; it may stand there for others, which are void.
        var tick = 0

        init(_ camera: UInt32) {
            var options = CameraStore.Options()
            options.capacity = 256
            store = CameraStore(camera: camera, key: nil, options: options, seed: UInt64(camera))
        }
    }

    private struct Outgoing: FrameSink {
        var frames: [[UInt8]] = []
        mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) -> FrameFate {
            frames.append(Array(frame))
            return .sent
        }
        mutating func finish() {}
    }

    /// All cameras and a daemon that takes so many datagrams a tick and drops the rest.
    private struct Storm {
        let cameras = (0..<UInt32(stores)).map(Camera.init)
        var wheel: [[Int]] = []
        var tick = 0
        var random = Random(seed: 5)
        let datagramsATick: Int
        /// Sent after the silence.
        var frames = 0
        var heartbeats = 0
        var dropped = 0
        var unsettled = stores

        init(datagramsATick: Int) { self.datagramsATick = datagramsATick }

        var nowNs: Nanoseconds { GoldenFrame.nowNs + Nanoseconds(tick) * tickNs }

        mutating func schedule(_ i: Int) {
            let wakeNs = cameras[i].store.wakeNs
            let delay = wakeNs <= nowNs ? 1 : min(100_000, Int((wakeNs - nowNs + tickNs - 1) / tickNs))
            let at = tick + max(1, delay)
            guard cameras[i].tick <= tick || at < cameras[i].tick else { return }
            while wheel.count <= at { wheel.append([]) }
            cameras[i].tick = at
            wheel[at].append(i)
        }

        mutating func append(_ i: Int) {
            let sequence = cameras[i].store.nextSequence
            cameras[i].store.append(StoreRig.read(sequence), nowNs: nowNs)
            schedule(i)
        }

        mutating func step() throws {
            tick += 1
            let isSilent = tick < silentTicks
            var arrived: [(Int, [UInt8])] = []
            for i in wheel.count > tick ? wheel[tick] : [] where cameras[i].tick == tick {
                var outgoing = Outgoing()
                try cameras[i].store.poll(nowNs: nowNs, sentNs: nowNs, into: &outgoing)
                schedule(i)
                if isSilent { continue }
                for frame in outgoing.frames {
                    if frame.count < FrameLayout.frameBytesMin { heartbeats += 1 } else { frames += 1 }
                    arrived.append((i, frame))
                }
            }
            if wheel.count > tick { wheel[tick] = [] }
            arrive(&arrived)
        }

        private mutating func arrive(_ arrived: inout [(Int, [UInt8])]) {
            // Who comes first is chance.
            for i in arrived.indices { arrived.swapAt(i, random.below(arrived.count)) }
            dropped += max(0, arrived.count - datagramsATick)
            for (i, frame) in arrived.prefix(datagramsATick) { cameras[i].daemon.take(frame) }
            for (i, _) in arrived.prefix(datagramsATick) {
                cameras[i].daemon.synchronise()
                guard let answer = cameras[i].daemon.answer(camera: UInt32(i), sentNs: nowNs) else { continue }
                let wasKept = cameras[i].store.kept > 0
                _ = answer.withUnsafeBytes { cameras[i].store.take($0, nowNs: nowNs) }
                if wasKept, cameras[i].store.kept == 0 { unsettled -= 1 }
                schedule(i)
            }
        }
    }

    /// `ticks`: within which all must be there; the daemon would need 50,000 / datagramsATick for the frames alone.
    @Test(arguments: [(100, 5_000), (40, 6_000), (20, 9_000)])
    func allIsDeliveredWithoutAStorm(datagramsATick: Int, ticks: Int) throws {
        var storm = Storm(datagramsATick: datagramsATick)
        let reads = 200
        while storm.tick < Self.silentTicks {
            // Every 300 ms a read, each camera at its own instant.
            for i in stride(from: storm.tick % 30, to: Self.stores, by: 30) { storm.append(i) }
            try storm.step()
        }
        while storm.unsettled > 0, storm.tick < Self.silentTicks + 60_000 { try storm.step() }
        let needed = Self.stores * ((reads + Limits.frameReadsMax - 1) / Limits.frameReadsMax)
        #expect(storm.unsettled == 0)
        #expect(storm.tick - Self.silentTicks <= ticks)
        #expect(storm.frames <= needed * 3 / 2)
    }
}
