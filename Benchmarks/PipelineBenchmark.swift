import ANPRCore
import CLinux
import Glibc

extension Benchmark {
    static let pipeline = Benchmark(
        name: "pipeline",
        purpose: "the C++ composite's workload: 64-byte reads -> 1 M plates and 200 sections; then over the ring"
    ) { options in
        let stage = try PipelineStage(reads: options.small ? 1_000_000 : PipelineWorkload.readsFull)
        return [
            BenchmarkCase("pipeline, one thread", unit: "reads", expected: stage.expected, run: stage.single),
            BenchmarkCase("pipeline, one thread, journalled", unit: "reads", expected: stage.expected) {
                try stage.singleJournalled(core: options.cores.1)
            },
            BenchmarkCase("pipeline, over the ring", unit: "reads", expected: stage.expected) {
                try stage.ring(cores: options.cores)
            },
            BenchmarkCase("pipeline, over the ring, journalled", unit: "reads", expected: stage.expected) {
                try stage.ring(cores: options.cores, log: try DurableLog())
            },
        ]
    }

    static let section = Benchmark(
        name: "section",
        purpose: "the section pairing of that workload alone: every read at an entry or an exit, one core"
    ) { options in
        let stage = SectionStage(passes: options.small ? 1 : 12)
        return [BenchmarkCase("section", unit: "reads", expected: stage.expected, run: stage.run)]
    }
}

/// Captured times of a pass begin here, so that what a pass leaves open has ended before the next begins.
private let passNs = 2 * Nanoseconds.hour

/// Reads come in order, a microsecond apart, from clocks without error.
private var pairing: SectionConfiguration {
    var sections = SectionConfiguration()
    sections.latenessNs = .millisecond
    sections.crossingNs = .microsecond
    // As the composite reserves.
    sections.openPassages = 1 << 18
    return sections
}

private func correlator() -> Correlator {
    let cameras = CameraRegistry((0..<PipelineWorkload.cameras).map(PipelineWorkload.camera))
    return Correlator(
        SectionRegistry(PipelineWorkload.sectionList), cameras: cameras, settings: CorrelatorSettings(pairing))
}

/// The workload, a shard to run it through, and what must come out.
private final class PipelineStage {
    private let workload = PipelineWorkload()
    private let total: Int
    private let lists = Blacklists(shards: 1)
    let expected: String

    init(reads: Int) throws {
        total = reads
        expected =
            reads == PipelineWorkload.readsFull
            ? PipelineWorkload.expectedFull : workload.expected(reads: reads)
        let folder = try BenchmarkFolder()
        let list = try folder.list(workload.keys)
        try withExtendedLifetime(folder) { try lists.load([list]) }
    }

    private func shard(_ memories: [RingMemory<Read>], _ log: DurableLog? = nil) -> Shard {
        Shard(
            memories, mailbox: lists.mailboxes[0], matcher: lists.matcher(shard: 0, suppressionNs: 0),
            correlator: correlator(), fan: StreamFan([], shard: 0, journal: log?.appender()))
    }

    private static func result(_ shard: borrowing Shard) -> String {
        let counters = Counters(count: ShardCounter.allCases.count)
        shard.show(in: counters)
        return "\(counters[ShardCounter.hits.rawValue]) hits, \(counters[ShardCounter.records.rawValue]) records"
    }

    /// In place, as the composite does it. The times of a pass are set between two passes, off the clock.
    func single() -> Outcome { single(nil) }

    /// The log is written by another thread; the clock stops when the last read is on disk.
    func singleJournalled(core: Int) throws -> Outcome {
        let log = try DurableLog(core: core)
        let outcome = single(log)
        log.finish()
        return outcome
    }

    private func single(_ log: DurableLog?) -> Outcome {
        var shard = shard([], log)
        var ns: Nanoseconds = 0
        var allocations: UInt64 = 0
        var done = 0
        while done < total {
            workload.stamp(pass: done / PipelineWorkload.readsPerPass, everyNs: passNs)
            let end = min(total - done, PipelineWorkload.readsPerPass)
            let pass = measure(items: end) {
                var at = 0
                while at < end {
                    let n = min(Limits.batchReads, end - at)
                    let batch = UnsafeBufferPointer(start: workload.reads.base + at, count: n)
                    if log == nil { shard.step(batch) } else { shard.keep(batch) }
                    at += n
                }
                if done + end == total { Self.finish(&shard, log) }
                return ""
            }
            ns += pass.ns
            allocations += pass.allocations
            done += end
        }
        return Outcome(items: total, ns: ns, result: Self.result(shard), allocations: allocations)
    }

    /// Everything is final, and with a log on disk.
    private static func finish(_ shard: inout Shard, _ log: DurableLog?) {
        if log != nil { shard.advance(toNs: .day * 365) }
        shard.finish()
        guard let log else { return }
        while log.buffer.durable < shard.logEnd { clinux_pause() }
    }

    /// One pinned thread fills the ring, another takes from it.
    func ring(cores: (Int, Int), log: DurableLog? = nil) throws -> Outcome {
        workload.stamp(pass: 0, everyNs: passNs)
        let memory = RingMemory<Read>(capacity: 1 << 16)
        let outcome = Handover(Outcome(items: 0, ns: 0, result: ""))
        let shard = Handover(shard([memory], log))
        let isDurable = log != nil
        let log = Handover(log)
        let total = total
        let reads = SharedReads(workload.reads.base)
        let consumer = try ThreadAgent(name: "shard", core: cores.1) {
            var shard = shard.take()
            let log = log.take()
            var measured = measure(items: total) {
                var done = 0
                while done < total {
                    let n = shard.turn()
                    if n == 0 { clinux_pause() }
                    done += n
                }
                Self.finish(&shard, log)
                return ""
            }
            log?.finish()
            measured = Outcome(
                items: total, ns: measured.ns, result: Self.result(shard), allocations: measured.allocations)
            outcome.put(measured)
        }
        let producer = try ThreadAgent(name: "generator", core: cores.0) {
            [end = Handover(memory.producer()), isDurable] in
            var end = end.take()
            Self.generate(total, reads.base, into: &end, restsWhenFull: isDurable)
        }
        producer.join()
        consumer.join()
        return outcome.take()
    }

    /// Copies reads, captured so much later. WHY two goes: read by read the generator was what the shard waited for; a
    /// block copied whole keeps it ahead.
    @inline(__always)
    private static func copy(
        _ reads: UnsafePointer<Read>, laterNs: Nanoseconds, to slots: UnsafeMutableBufferPointer<Read>
    ) {
        guard let to = slots.baseAddress else { return }
        to.update(from: reads, count: slots.count)
        for i in slots.indices { to[i].capturedNs &+= laterNs }
    }

    /// - Parameter restsWhenFull: the disk is what is waited for, and its thread wants this core.
    private static func generate(
        _ total: Int, _ reads: UnsafePointer<Read>, into ring: inout RingProducer<Read>, restsWhenFull: Bool
    ) {
        var done = 0
        while done < total {
            let at = done & (PipelineWorkload.readsPerPass - 1)
            let offsetNs = Nanoseconds(done / PipelineWorkload.readsPerPass) * passNs
            let slots = ring.claim(min(Limits.batchReads, PipelineWorkload.readsPerPass - at, total - done))
            if slots.isEmpty, restsWhenFull { poll(nil, 0, 1) }
            if slots.isEmpty { clinux_pause() }
            Self.copy(reads + at, laterNs: offsetNs, to: slots)
            ring.publish()
            done += slots.count
        }
    }
}

/// The reads at section cameras, packed, through the correlator alone.
private final class SectionStage {
    private let reads: Slab<Read>
    private let count: Int
    private let passes: Int
    let expected: String

    init(passes: Int) {
        let workload = PipelineWorkload()
        reads = Slab(count: PipelineWorkload.readsPerPass)
        var count = 0
        for i in 0..<PipelineWorkload.readsPerPass
        where Int(workload.reads.base[i].camera) < 2 * PipelineWorkload.sections {
            reads.base[count] = workload.reads.base[i]
            count += 1
        }
        self.count = count
        self.passes = passes
        expected = "\(passes * workload.records(reads: PipelineWorkload.readsPerPass)) records"
    }

    func run() -> Outcome {
        var correlator = correlator()
        var sink = RecordCount()
        var outcome = Outcome(items: passes * count, ns: 0, result: "")
        for i in 0..<count { reads.base[i].capturedNs %= passNs }
        for pass in 0..<passes {
            let measured = measure(items: count) {
                var at = 0
                while at < count {
                    let n = min(Limits.batchReads, count - at)
                    correlator.accept(UnsafeBufferPointer(start: reads.base + at, count: n), into: &sink)
                    at += n
                }
                if pass == passes - 1 { correlator.finish(into: &sink) }
                return ""
            }
            for i in 0..<count { reads.base[i].capturedNs += passNs }
            outcome = Outcome(
                items: outcome.items, ns: outcome.ns + measured.ns, result: "\(sink.records) records",
                allocations: outcome.allocations + measured.allocations)
        }
        return outcome
    }
}
