import ANPRCore
import CLinux
import Glibc

extension Benchmark {
    static let recovery = Benchmark(
        name: "recovery",
        purpose:
            "a start after a kill: a log's tail verified, windows marked, passages brought back; and a state's cost"
    ) { options in
        let stage = try RecoveryStage(reads: options.small ? 500_000 : 26_000_000)
        return [
            BenchmarkCase("log verified, from memory", unit: "reads", run: stage.verify),
            BenchmarkCase("tail read again, from the disk", unit: "reads", run: stage.recover),
            BenchmarkCase("state given, files written", unit: "bytes", run: stage.save),
        ]
    }
}

/// A log of reads at 1,000,000 a second, a quarter of them at sections, that a process was killed over.
private final class RecoveryStage {
    private let folder: BenchmarkFolder
    private let directory: DataDirectory<DiskStorage>
    private let cameras = CameraRegistry((0..<PipelineWorkload.cameras).map(PipelineWorkload.camera))
    private let lists = Blacklists(shards: 1)
    private let reads: Int

    private static let settings: CorrelatorSettings = {
        var sections = SectionConfiguration()
        sections.pendingReads = 1 << 23
        sections.openPassages = 1 << 20
        return CorrelatorSettings(sections)
    }()

    init(reads: Int) throws {
        self.reads = reads
        folder = try BenchmarkFolder()
        directory = try DataDirectory.create(
            DiskStorage(), folder.path("data"), identity: JournalIdentity(low: 1, high: 2), shards: 1,
            options: JournalOptions())
        let workload = PipelineWorkload()
        try lists.load([try folder.list(Array(workload.keys[..<10_000]))])
        try write(workload)
    }

    private func shard(_ logs: DurableLogs<DiskStorage>, _ states: StateRequest = StateRequest()) -> Shard {
        Shard(
            [], mailbox: lists.mailboxes[0], states: states,
            matcher: lists.matcher(shard: 0, suppressionNs: 60 * .second),
            correlator: Correlator(
                SectionRegistry(PipelineWorkload.sectionList), cameras: cameras, settings: Self.settings),
            fan: StreamFan([], shard: 0, journal: logs.appender(shard: 0)))
    }

    private func logs() throws -> DurableLogs<DiskStorage> {
        let door = CameraDoor(cameras, keys: KeyRing(master: SipKey(low: 1, high: 2)), isSealed: true)
        return try DurableLogs(directory, door: door, rings: 1) { _ in nil }
    }

    /// As a daemon writes it; nothing says that it ended.
    private func write(_ workload: borrowing PipelineWorkload) throws {
        let logs = try logs()
        var shard = shard(logs)
        let runner = JournalRunner(logs.committers[0], logs.buffers[0], intervalNs: 5 * .millisecond)
        let thread = try ThreadAgent(name: "journal-0") { runner.run() }
        var sequences = [UInt32](repeating: 0, count: PipelineWorkload.cameras)
        var done = 0
        while done < reads {
            for i in 0..<PipelineWorkload.readsPerPass {
                let read = workload.reads.base + i
                read.pointee.capturedNs = Nanoseconds(done + i + 1) * .microsecond
                read.pointee.sequence = sequences[Int(read.pointee.camera)]
                sequences[Int(read.pointee.camera)] += 1
            }
            let end = min(reads - done, PipelineWorkload.readsPerPass)
            for at in stride(from: 0, to: end, by: Limits.batchReads) {
                shard.keep(
                    UnsafeBufferPointer(start: workload.reads.base + at, count: min(Limits.batchReads, end - at)))
            }
            done += end
        }
        runner.stop()
        thread.join()
    }

    /// Every block's CRC and shape, from the page cache: what reading by position costs without the disk.
    func verify() throws -> Outcome {
        func scan() throws -> JournalScan<DiskStorage>.End {
            var scan = try JournalScan(directory.place(shard: 0), from: 0, knownDurable: 0)
            return try scan.run { _ in }
        }
        _ = try scan()
        var bytes: UInt64 = 0
        var outcome = try measure(items: reads) {
            let end = try scan()
            bytes = end.position
            return "\(end.reads) reads"
        }
        outcome.remark = "\(Int(bytes) / 1000 / max(1, Int(outcome.ns / .millisecond))) MB/s"
        return outcome
    }

    /// From the disk: what stands in the page cache is given up first.
    func recover() throws -> Outcome {
        try forget()
        var bytes: UInt64 = 0
        var verifiedNs: Nanoseconds = 0
        let startNs = Clock.monotonicNs()
        var outcome = try measure(items: reads) {
            let logs = try logs()
            verifiedNs = Clock.monotonicNs() - startNs
            var shard = shard(logs)
            bytes = try logs.recover(
                &shard, number: 0, settings: Self.settings, suppressionNs: 60 * .second
            ).bytes
            return "\(logs.ends[0].reads) reads"
        }
        let ms = outcome.ns / .millisecond
        outcome.remark =
            "\(bytes >> 20) MiB in \(ms) ms, \(Int(bytes) / 1000 / max(1, Int(ms))) MB/s; "
            + "\(verifiedNs / .millisecond) ms of it until verified"
        return outcome
    }

    private func forget() throws {
        let folder = directory.place(shard: 0).folder
        for name in try Directory.names(folder) {
            let fd = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
            guard fd >= 0 else { continue }
            posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)
            close(fd)
        }
    }

    /// How long the shard is held up, and how long the keeper then writes.
    func save() throws -> Outcome {
        let logs = try logs()
        let states = StateRequest()
        var shard = shard(logs, states)
        _ = try logs.recover(&shard, number: 0, settings: Self.settings, suppressionNs: 60 * .second)
        // The second time, as in a daemon that has done it before.
        states.ask()
        _ = shard.turn()
        states.ask()
        let given = measure(items: 1) {
            _ = shard.turn()
            return ""
        }
        guard let state = states.take() else { throw OptionProblem("the shard gave no state") }
        var outcome = try measure(items: state.bytes.count) {
            try StateFiles(directory, shard: 0).save(state)
            return "a state"
        }
        outcome.remark = "\(state.bytes.count) bytes; the shard was held up for \(given.ns / .microsecond) us"
        try StateFiles(directory, shard: 0).remove(behind: 0)
        return outcome
    }
}
