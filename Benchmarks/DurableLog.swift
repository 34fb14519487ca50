import ANPRCore

/// A log in a folder of its own, with its journal thread: what a shard writes to.
final class DurableLog {
    private let folder: BenchmarkFolder
    let buffer: JournalBuffer
    let runner: JournalRunner<DiskStorage>
    private let thread: ThreadAgent

    init(core: Int? = nil) throws {
        folder = try BenchmarkFolder()
        let directory = try DataDirectory.create(
            DiskStorage(), folder.path("data"), identity: JournalIdentity(low: 1, high: 2), shards: 1,
            options: JournalOptions())
        let place = directory.place(shard: 0)
        var scan = try JournalScan(place, from: 0, knownDurable: 0)
        let end = try scan.run { _ in }
        let (buffer, committer) = try JournalTail(place, end).open(rings: 1)
        self.buffer = buffer
        let runner = JournalRunner(committer, buffer, intervalNs: 5 * .millisecond)
        self.runner = runner
        thread = try ThreadAgent(name: "journal-0", core: core) { runner.run() }
    }

    /// The shard's side; once.
    func appender() -> JournalAppender { JournalAppender(buffer, start: 0, run: 1) }

    /// Everything that was sealed is on disk when this returns.
    func finish() {
        runner.stop()
        thread.join()
    }
}
