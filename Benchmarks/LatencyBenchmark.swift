import ANPRCore
import CLinux
import Glibc

extension Benchmark {
    static let latency = Benchmark(
        name: "latency",
        purpose: "from a datagram's arrival to the plugin's handler, for hits, with a journal and without"
    ) { options in
        let seconds = options.small ? 1 : 5
        let five = try FivePlugins()
        let machine = BenchmarkCase("two cores that only look at the clock", unit: "looks") {
            try CoreGaps.run(seconds: seconds, cores: options.cores)
        }
        let rates = try [100_000, 1_000_000].flatMap { rate in
            let stage = try LatencyStage(readsPerSecond: rate)
            let name = "\(rate / 1000) k reads/s, "
            return [
                BenchmarkCase(name + "bare receiver", unit: "reads") { try stage.runBare(seconds: seconds) },
                BenchmarkCase(name + "no journal", unit: "reads") { try stage.run(seconds: seconds, isDurable: false) },
                BenchmarkCase(name + "journalled", unit: "reads") { try stage.run(seconds: seconds, isDurable: true) },
                BenchmarkCase(name + "beside the five plugins", unit: "reads") {
                    try stage.run(seconds: seconds, isDurable: false, beside: five.factories())
                },
                BenchmarkCase(name + "beside a slow plugin and one that throws", unit: "reads") {
                    let bad = BadRun()
                    return try stage.run(
                        seconds: seconds, isDurable: false,
                        beside: [BadPlugin.factory(.slow, in: bad), BadPlugin.factory(.throwing, in: bad)], bad)
                },
            ]
        }
        return [machine] + rates
    }
}

/// Notes how long each hit took from its datagram's arrival to here.
private final class LatencyProbe: SimplePlugin {
    let name = "probe"
    let interests: PluginInterests = .hits
    private let latencies: Latencies

    init(_ latencies: Latencies) { self.latencies = latencies }

    func handle(_ batch: PluginBatch) {
        let nowNs = Clock.wallNs()
        for hit in batch.hits {
            // Received, to the microsecond.
            latencies.note(nowNs - (hit.read.capturedNs + Nanoseconds(hit.read.transitUs) * .microsecond))
        }
    }
}

/// Written by the plugin's thread, looked at when that has ended.
private final class Latencies: @unchecked Sendable {
    // SAFE: @unchecked Sendable: as above; stopping the engine orders the two.
    private var all: [Nanoseconds] = []
    func note(_ ns: Nanoseconds) { all.append(ns) }

    /// p50, p99, p99.9 and the most, in microseconds.
    func summary() -> String {
        guard !all.isEmpty else { return "no hits" }
        let sorted = all.sorted()
        func at(_ share: Double) -> Nanoseconds { sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        let words = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1)].map {
            "\($0.0) \(at($0.1) / .microsecond) us"
        }
        return "\(sorted.count): " + words.joined(separator: ", ")
    }
}

private final class LatencyStage {
    private static let cameras = 1531
    private static let readsPerFrame = 20
    private let rate: Int
    private let folder: BenchmarkFolder
    private let network: BenchmarkNetwork

    init(readsPerSecond: Int) throws {
        rate = readsPerSecond
        folder = try BenchmarkFolder()
        network = try BenchmarkNetwork(cameras: Self.cameras, in: folder)
        _ = Self.texts  // not while the clock runs
    }

    private func configuration(_ run: BenchmarkFolder, isDurable: Bool) throws -> EngineConfiguration {
        var configuration = network.configuration
        configuration.listen.receiveBufferBytes = 64 << 20
        configuration.blacklists = [try folder.list((0..<100).map { Plate(number: UInt64($0)) })]
        configuration.suppressionNs = 0
        configuration.output.directory = run.path("out")
        configuration.output.hits = false
        configuration.output.records = false
        if isDurable { configuration.journal.directory = run.path("data") }
        return configuration
    }

    /// Frames at an even pace, as evenly as a sleeping sender can; 7 reads of 1,000 are of listed plates.
    func run(
        seconds: Int, isDurable: Bool, beside others: [PluginFactory] = [], _ bad: BadRun = BadRun()
    ) throws -> Outcome {
        // A journal remembers what came: each run has its own.
        let folder = try BenchmarkFolder()
        let latencies = Latencies()
        let engine = try Engine(
            configuration(folder, isDurable: isDurable),
            plugins: [PluginFactory(name: "probe") { _ in LatencyProbe(latencies) }] + others)
        try engine.start()
        let socket = CInt(try checked("socket", "", clinux_udp_socket()))
        defer { close(socket) }
        _ = try checked("connect", "", clinux_connect(socket, 0x7f00_0001, engine.port))
        let startNs = Clock.monotonicNs()
        send(to: socket, frames: rate * seconds / Self.readsPerFrame, startNs: startNs)
        let ns = Clock.monotonicNs() - startNs
        bad.end()
        let status = engine.stop()
        var outcome = Outcome(items: status.reads, ns: ns, result: "")
        outcome.remark = latencies.summary() + (status.kernelDrops > 0 ? ", \(status.kernelDrops) dropped" : "")
        return outcome
    }

    /// The same frames to a thread that does nothing but receive them: what the kernel and the machine take alone.
    func runBare(seconds: Int) throws -> Outcome {
        let latencies = Latencies()
        let fd = CInt(try checked("socket", "", clinux_udp_socket()))
        defer { close(fd) }
        _ = try checked("SO_RCVBUF", "", clinux_receive_buffer(fd, 64 << 20))
        _ = try checked("SO_RCVTIMEO", "", clinux_receive_timeout(fd, 1_000_000))
        _ = try checked("bind", "", clinux_bind(fd, 0x7f00_0001, 0))
        let port = UInt16(try checked("getsockname", "", clinux_local_port(fd)))
        let frames = rate * seconds / Self.readsPerFrame
        let receiver = try ThreadAgent(name: "receiver") { Self.receive(frames, fd, latencies) }
        let sender = CInt(try checked("socket", "", clinux_udp_socket()))
        defer { close(sender) }
        _ = try checked("connect", "", clinux_connect(sender, 0x7f00_0001, port))
        let startNs = Clock.monotonicNs()
        send(to: sender, frames: frames, startNs: startNs)
        let ns = Clock.monotonicNs() - startNs
        receiver.join()
        return Outcome(items: frames * Self.readsPerFrame, ns: ns, result: "", remark: latencies.summary())
    }

    /// Notes each frame's age, until all have come or none comes for a second.
    private static func receive(_ frames: Int, _ fd: CInt, _ latencies: Latencies) {
        let bytes = Slab<UInt8>(count: FrameLayout.frameBytesMax)
        for _ in 0..<frames {
            let n = recv(fd, bytes.base, FrameLayout.frameBytesMax, 0)
            guard n > 0 else { return }
            let frame = UnsafeRawBufferPointer(start: bytes.base, count: n)
            guard let header = try? FrameDecoder.header(of: frame) else { continue }
            latencies.note(Clock.wallNs() - header.sentNs)
        }
    }

    /// WHY made beforehand: the cameras are elsewhere, and what they cost must not be measured with the engine.
    private static let texts: (listed: [PlateText], others: [PlateText]) = {
        var random = Random(seed: 2)
        return (
            (0..<100).map { PlateText("\(Plate(number: UInt64($0)))") },
            (0..<1 << 16).map { _ in PlateText("\(Plate(number: random.next() | 1 << 40))") }
        )
    }()

    private func send(to socket: CInt, frames: Int, startNs: Nanoseconds) {
        let named = (1...UInt32(Self.cameras)).map { network.keys.keys(of: $0)[0] }
        let frame = UnsafeMutableRawBufferPointer.allocate(byteCount: FrameLayout.frameBytesMax, alignment: 8)
        defer { frame.deallocate() }
        let texts = Self.texts
        var random = Random(seed: 1)
        let rest = Parker()
        var reads = [WireRead](
            repeating: WireRead(capturedNs: 0, text: PlateText("")), count: Self.readsPerFrame)
        for number in 0..<frames {
            let dueNs = startNs + Nanoseconds(number) * Nanoseconds(Self.readsPerFrame) * .second / Nanoseconds(rate)
            // WHY asleep: the cameras are elsewhere, and both cores are the engine's.
            while true {
                let waitNs = dueNs - Clock.monotonicNs()
                guard waitNs > 0 else { break }
                rest.park(nanoseconds: waitNs) { true }
            }
            let nowNs = Clock.wallNs()
            for i in 0..<Self.readsPerFrame {
                let isListed = random.below(1000) < 7
                let text = isListed ? texts.listed[random.below(100)] : texts.others[random.below(1 << 16)]
                reads[i] = WireRead(capturedNs: nowNs, text: text, confidence: 95)
            }
            let camera = number % Self.cameras
            let header = FrameHeader(
                camera: UInt32(camera + 1), epoch: 1, sequence: UInt32(number / Self.cameras * Self.readsPerFrame),
                count: UInt8(Self.readsPerFrame), keyID: named[camera].id, sentNs: nowNs)
            let length = reads.withUnsafeBufferPointer {
                FrameEncoder.encode($0, header: header, key: named[camera].key, into: frame)
            }
            _ = Glibc.send(socket, frame.baseAddress, length, 0)
        }
    }
}
