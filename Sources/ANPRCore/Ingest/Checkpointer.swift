/// Takes checkpoints. One thread's; a step at a time.
///
/// 1. Note how far each log is durable: from there windows are marked again at a start.
/// 2. Copy the windows. 3. Wait until every receiver has ended its turn, note the rings' tails, wait until that is
/// durable. 4. Write. So no window on disk says that a read came that is not on disk.
package final class Checkpointer<S: Storage> {
    private struct Begun {
        var checkpoint: Checkpoint
        var mark: DurabilityFence.Mark
    }

    private let directory: DataDirectory<S>
    private let door: CameraDoor
    private let fence: DurabilityFence
    private let journals: [JournalBuffer]
    private let run: UInt32
    private let intervalNs: Nanoseconds
    private var number: UInt64
    private var begun: Begun?
    private var dueNs: Nanoseconds?
    private var written: [UInt64] = []
    package private(set) var taken = 0
    package private(set) var problem: String?

    init(
        _ directory: DataDirectory<S>, door: CameraDoor, fence: DurabilityFence, journals: [JournalBuffer],
        run: UInt32, after number: UInt64, intervalNs: Nanoseconds
    ) {
        self.directory = directory
        self.door = door
        self.fence = fence
        self.journals = journals
        self.run = run
        self.number = number
        self.intervalNs = intervalNs
    }

    /// `nowNs` only grows; `wallNs` is for people.
    package func turn(nowNs: Nanoseconds, wallNs: Nanoseconds) {
        if begun != nil { return finishBegun() }
        guard nowNs >= dueNs ?? nowNs + intervalNs else {
            if dueNs == nil { dueNs = nowNs + intervalNs }
            return
        }
        dueNs = nowNs + intervalNs
        // Nothing was written since the last one.
        guard journals.map(\.durable) != written else { return }
        begin(wallNs)
    }

    /// At a clean stop, when no thread writes any more and all that could be durable is.
    package func finish(wallNs: Nanoseconds) {
        begin(wallNs)
        finishBegun()
    }

    private func finishBegun() {
        fence.follow(&begun!.mark)
        guard fence.isDurable(begun!.mark) else { return }
        write(begun!.checkpoint)
        begun = nil
    }

    private func begin(_ wallNs: Nanoseconds) {
        var checkpoint = Checkpoint(
            run: run, createdNs: wallNs,
            logs: journals.map { journal in
                let durable = journal.durable
                return Checkpoint.Log(from: durable, durable: durable)
            })
        checkpoint.windows = door.windowsNow()
        begun = Begun(checkpoint: checkpoint, mark: fence.mark())
    }

    private func write(_ copied: Checkpoint) {
        var checkpoint = copied
        for shard in checkpoint.logs.indices { checkpoint.logs[shard].durable = journals[shard].durable }
        do throws(SystemError) {
            try checkpoint.save(directory.storage, directory.checkpoints, number: number + 1)
            number += 1
            taken += 1
            written = checkpoint.logs.map(\.durable)
            problem = nil
        } catch {
            // The one before still holds; more of the journal is read again at the next start.
            problem = "\(error)"
        }
    }
}
