import ANPRCore
import CLinux
import Glibc

extension Benchmark {
    static let durable = Benchmark(
        name: "durable",
        purpose: "reads on disk (fdatasync before they count), beside the disk's own sequential rate in the same run"
    ) { options in
        let reads = options.small ? 1_000_000 : 50_000_000
        let full = try DurableStage(readsPerFrame: Limits.frameReadsMax)
        let single = try DurableStage(readsPerFrame: 1)
        return [
            BenchmarkCase("disk alone, 4 MiB at a time", unit: "bytes") { try DurableStage.disk(bytes: reads * 20) },
            BenchmarkCase("journal alone, full frames", unit: "reads") {
                try full.journal(reads: reads, core: options.cores.1)
            },
            BenchmarkCase("journal alone, frames of one read", unit: "reads") {
                try single.journal(reads: reads, core: options.cores.1)
            },
        ]
    }
}

private final class DurableStage {
    private let reads: Slab<Read>
    private static let count = 1 << 18

    init(readsPerFrame: Int) throws {
        reads = try LoggedReads.make(count: Self.count, readsPerFrame: readsPerFrame)
    }

    /// The plainest use of the disk: large writes into reserved room, each synchronised.
    static func disk(bytes: Int) throws -> Outcome {
        let folder = try BenchmarkFolder()
        let storage = DiskStorage()
        let step = 4 << 20
        let total = bytes / step * step
        let file = try storage.create(folder.path("disk"), bytes: total)
        defer { storage.close(file) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: JournalLayout.pageBytes)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 7)
        return try measure(items: total) {
            for at in stride(from: 0, to: total, by: step) {
                try storage.write(
                    file, at: at, UnsafeRawBufferPointer(memory), UnsafeRawBufferPointer(start: nil, count: 0))
                try storage.sync(file)
            }
            return ""
        }
    }

    /// Batches into the log as fast as it takes them, until the last is durable.
    func journal(reads total: Int, core: Int) throws -> Outcome {
        let log = try DurableLog(core: core)
        var appender = log.appender()
        var outcome = measure(items: total) {
            var done = 0
            while done < total {
                guard appender.hasRoom() else {
                    clinux_pause()
                    continue
                }
                let n = min(Limits.batchReads, total - done)
                appender.append(
                    UnsafeBufferPointer(start: reads.base + done % (Self.count - Limits.batchReads), count: n))
                appender.endTurn(isIdle: false)
                done += n
            }
            appender.seal()
            while log.buffer.durable < appender.end { clinux_pause() }
            return ""
        }
        let bytes = Int(appender.end)
        outcome.remark =
            "\(bytes / max(1, Int(outcome.ns / .millisecond)) / 1000) MB/s, "
            + "\(log.runner.counters[JournalCounter.commits.rawValue]) commits, "
            + "\(Decimal3.text(bytes * 1000 / total)) bytes a read"
        log.finish()
        return outcome
    }
}
