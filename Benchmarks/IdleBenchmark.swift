import ANPRCore
import Glibc

extension Benchmark {
    static let idle = Benchmark(
        name: "idle",
        purpose: "an engine with 1 M entries and a journal that gets nothing: its share of a core, its memory"
    ) { options in
        let entries = options.small ? 10_000 : 1_000_000
        let seconds = options.small ? 1 : 10
        return [
            BenchmarkCase("idle", unit: "entries", expected: "nothing came") {
                try IdleStage(entries: entries).run(seconds: seconds)
            }
        ]
    }
}

/// A whole engine in this process, and what the kernel says of the process.
private final class IdleStage {
    private let folder: BenchmarkFolder
    private let network: BenchmarkNetwork
    private let entries: Int

    init(entries: Int) throws {
        self.entries = entries
        folder = try BenchmarkFolder()
        network = try BenchmarkNetwork(cameras: PipelineWorkload.cameras, in: folder)
    }

    func run(seconds: Int) throws -> Outcome {
        var configuration = network.configuration
        let plates = (0..<entries).lazy.map { "\(Plate(number: UInt64($0) * 7919 + 1))" }
        configuration.blacklists = [try folder.list(plates)]
        configuration.journal.directory = folder.path("data")
        configuration.output.directory = folder.path("out")
        let engine = try Engine(configuration, plugins: [])
        try engine.start()
        let before = Self.processorNs
        let startNs = Clock.monotonicNs()
        poll(nil, 0, CInt(seconds * 1000))
        let ns = Clock.monotonicNs() - startNs
        let used = Self.processorNs - before
        let bytes = Self.residentBytes
        let status = engine.stop()
        var outcome = Outcome(
            items: entries, ns: ns, result: status.frames == 0 ? "nothing came" : "\(status.frames) frames came")
        outcome.remark = "\(Decimal3.text(Int(used * 100_000 / ns))) % of a core, \(bytes >> 20) MB resident"
        return outcome
    }

    private static var processorNs: Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Nanoseconds(time.tv_sec) * .second + Nanoseconds(time.tv_nsec)
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static var residentBytes: Int {
        let fd = open("/proc/self/statm", O_RDONLY)
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(fd, &bytes, bytes.count)
        let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(CInt(_SC_PAGESIZE))) : 0
    }
}
