import ANPRCore
import CLinux
import Glibc

extension Benchmark {
    static let udp = Benchmark(
        name: "udp", purpose: "sealed frames over loopback into a whole engine: plain datagrams, and GSO trains"
    ) { options in
        let frames = options.small ? 5_000 : 500_000
        let most = Limits.frameReadsMax
        return try [
            (1, false, false), (most, false, false), (most, false, true), (most, true, false), (most, true, true),
        ]
        .map { reads, trains, isDurable in
            let stage = try UDPStage(frames: frames, readsPerFrame: reads)
            let name = "\(trains ? "trains of" : "plain,") \(stage.frameBytes) bytes"
            return BenchmarkCase(
                name + (isDurable ? ", journalled" : ""), unit: "datagrams", expected: "all accounted for"
            ) {
                trains
                    ? try stage.fastest(isDurable: isDurable, core: options.cores.0)
                    : try stage.run(
                        trains: false, isDurable: isDurable, core: options.cores.0, engineCore: options.cores.1
                    ).outcome
            }
        }
    }
}

/// Frames ready to be sent, and an engine for each round to send them to.
private final class UDPStage {
    private static let cameras = 1531
    private let frames: Int
    private let readsPerFrame: Int
    let frameBytes: Int
    private let bytes: Slab<UInt8>
    private let folder: BenchmarkFolder
    private let network: BenchmarkNetwork

    init(frames: Int, readsPerFrame: Int) throws {
        self.frames = frames
        self.readsPerFrame = readsPerFrame
        frameBytes = FrameLayout.frameBytes(reads: readsPerFrame)
        bytes = Slab(count: frames * frameBytes)
        folder = try BenchmarkFolder()
        network = try BenchmarkNetwork(cameras: Self.cameras, in: folder)
        encode(network.keys)
    }

    /// The cameras take turns; each numbers its reads without gaps.
    private func encode(_ keys: KeyRing) {
        let named = (1...UInt32(Self.cameras)).map { keys.keys(of: $0)[0] }
        let nowNs = Clock.wallNs()
        var random = Random(seed: 42)
        for frame in 0..<frames {
            let camera = frame % Self.cameras
            let turn = frame / Self.cameras
            let reads = (0..<readsPerFrame).map { _ in
                WireRead(capturedNs: nowNs, text: PlateText("\(Plate(number: random.next()))"), confidence: 95)
            }
            let header = FrameHeader(
                camera: UInt32(camera + 1), epoch: 1, sequence: UInt32(turn * readsPerFrame),
                count: UInt8(readsPerFrame),
                keyID: named[camera].id, sentNs: nowNs)
            let out = UnsafeMutableRawBufferPointer(start: bytes.base + frame * frameBytes, count: frameBytes)
            _ = reads.withUnsafeBufferPointer {
                FrameEncoder.encode($0, header: header, key: named[camera].key, into: out)
            }
        }
    }

    private func configuration(_ data: BenchmarkFolder?) -> EngineConfiguration {
        var configuration = network.configuration
        if let data { configuration.journal.directory = data.path("data") }
        // The frames are made beforehand, and their times with them.
        configuration.clockOffsetMaxNs = .hour
        configuration.quota.cameraFrames = 0
        configuration.quota.sourceFrames = 0
        configuration.listen.receivers = 1
        configuration.listen.receiveBufferBytes = 256 << 20
        configuration.shards = 1
        return configuration
    }

    /// Paces of trains that are tried, in millions of reads a second.
    private static let paces = Array(stride(from: 4, through: 60, by: 4))

    /// The fastest pace of trains at which nothing is lost, pace after pace up to the first at which something is. WHY
    /// a pace: flat out a sender of trains fills any socket buffer; what is taken then says little.
    func fastest(isDurable: Bool, core: Int) throws -> Outcome {
        var best: Outcome?
        for pace in Self.paces {
            let (outcome, lost) = try run(
                trains: true, isDurable: isDurable, core: core, framesPerSecond: pace * 1_000_000 / readsPerFrame)
            var paced = outcome
            paced.remark = "\(outcome.remark), at a pace of \(pace) M reads/s"
            guard lost == 0 else { return best ?? paced }
            // A pace that was not kept up with is no pace; the rate says what was.
            if best.map({ outcome.perSecond > $0.perSecond }) ?? true { best = paced }
        }
        return best!
    }

    /// Sends everything, and waits until the engine has taken what the kernel did not drop. `engineCore`: that of all
    /// of the engine's threads. WHY: flat out plain datagrams ask for a core for their sender alone, and the bare
    /// receiver that this is held against is pinned to the other one too.
    func run(
        trains: Bool, isDurable: Bool, core: Int, engineCore: Int? = nil, framesPerSecond: Int? = nil
    ) throws -> (outcome: Outcome, lost: Int) {
        let data = isDurable ? try BenchmarkFolder() : nil
        let engine = try Engine(configuration(data), plugins: [])
        try start(engine, core: engineCore)
        let socket = CInt(try checked("socket", "", clinux_udp_socket()))
        defer { close(socket) }
        _ = try checked("connect", "", clinux_connect(socket, 0x7f00_0001, engine.port))
        let train = FrameTrain(base: bytes.base, count: frames, frameBytes: frameBytes)
        let startNs = Clock.monotonicNs()
        let sent = Handover(Nanoseconds(0))
        let sender = try ThreadAgent(name: "sender", core: core) {
            train.send(to: socket, trains: trains, framesPerSecond: framesPerSecond)
            sent.put(Clock.monotonicNs())
        }
        sender.join()
        let sentNs = sent.take() - startNs
        let endNs = waitUntilTaken(engine)
        let status = engine.stop()
        let lost = frames - status.frames
        // Of a train that does not fit the kernel drops the whole, and counts one.
        let perDrop = trains ? FrameTrain.framesPerTrain(frameBytes) : 1
        let isComplete =
            status.kernelDrops...status.kernelDrops * perDrop ~= lost
            && status.reads == status.frames * readsPerFrame && status.matched == status.reads
        var outcome = Outcome(
            items: status.frames, ns: endNs - startNs,
            result: isComplete ? "all accounted for" : "\(lost) lost, of them \(status.kernelDrops) by the kernel")
        let readsPerMs = status.reads / max(1, Int((endNs - startNs) / .millisecond))
        outcome.remark =
            "\(Decimal3.text(readsPerMs)) M reads/s, "
            + "\(Decimal3.text(lost * 100_000 / frames)) % lost, sent in \(sentNs / .millisecond) ms"
        return (outcome, lost)
    }

    /// A thread's cores are those of the thread that made it.
    private func start(_ engine: Engine, core: Int?) throws {
        let started = Handover<Result<Void, any Error>>(.success(()))
        try ThreadAgent(name: "starter", core: core) { started.put(Result { try engine.start() }) }.join()
        try started.take().get()
    }

    /// Looks every 100 us; the end is when the count last moved, so a wait for what was dropped is not measured.
    private func waitUntilTaken(_ engine: Engine) -> Nanoseconds {
        var last = -1
        var movedNs = Clock.monotonicNs()
        while true {
            let status = engine.status()
            let nowNs = Clock.monotonicNs()
            if status.matched != last {
                last = status.matched
                movedNs = nowNs
            }
            if status.matched == frames * readsPerFrame || nowNs - movedNs > 300 * .millisecond { return movedNs }
            poll(nil, 0, 1)
        }
    }
}
