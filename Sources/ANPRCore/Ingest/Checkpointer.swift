/// Takes checkpoints. One thread's; a step at a time.
///
/// 1. Note how far each log is durable: from there windows are marked again at a start.
/// 2. Copy the windows; ask the shards for their states. 3. Wait until every receiver has ended its turn, note the
/// rings' tails, wait until that is durable, and the logs up to the states. 4. Write. So no window on disk says that a
/// read came that is not on disk, and no state knows more than its log.
package final class Checkpointer<S: Storage> {
    private struct Begun {
        var checkpoint: Checkpoint
        var mark: DurabilityFence.Mark
        /// By shard; nil until it is given. Empty: none were asked for.
        var states: [ShardState?]
    }

    private let directory: DataDirectory<S>
    private let door: CameraDoor
    private let fence: DurabilityFence
    private let journals: [JournalBuffer]
    private let requests: [StateRequest]
    private let run: UInt32
    private let intervalNs: Nanoseconds
    private var number: UInt64
    private var begun: Begun?
    /// WHY the first at once: a daemon that dies soon after each start must not have more and more to read again.
    private var dueNs = Nanoseconds.min
    private var statesDueNs = Nanoseconds.min
    private var written: [UInt64] = []
    package private(set) var taken = 0
    package private(set) var problem: String?

    init(
        _ directory: DataDirectory<S>, door: CameraDoor, fence: DurabilityFence, journals: [JournalBuffer],
        states requests: [StateRequest], run: UInt32, after number: UInt64, intervalNs: Nanoseconds
    ) {
        self.directory = directory
        self.door = door
        self.fence = fence
        self.journals = journals
        self.requests = requests
        self.run = run
        self.number = number
        self.intervalNs = intervalNs
    }

    /// `nowNs` only grows; `wallNs` is for people.
    package func turn(nowNs: Nanoseconds, wallNs: Nanoseconds) {
        if begun != nil { return finishBegun(nowNs, hasAll: true) }
        guard nowNs >= dueNs else { return }
        dueNs = nowNs + intervalNs
        // Nothing was written since the last one.
        guard journals.map(\.durable) != written else { return }
        begin(wallNs, states: nowNs >= statesDueNs)
    }

    /// At a clean stop, when no thread writes any more and all that could be durable is.
    package func finish(wallNs: Nanoseconds) {
        begin(wallNs, states: true)
        finishBegun(0, hasAll: false)
    }

    /// `hasAll`: every shard still gives its state.
    private func finishBegun(_ nowNs: Nanoseconds, hasAll: Bool) {
        fence.follow(&begun!.mark)
        for shard in begun!.states.indices {
            if let state = requests[shard].take() { begun!.states[shard] = state }
        }
        guard fence.isDurable(begun!.mark) else { return }
        for (shard, state) in begun!.states.enumerated() {
            let isThere = state.map { $0.position <= journals[shard].durable } ?? !hasAll
            guard isThere else { return }
        }
        write(begun!.checkpoint, begun!.states)
        let largest = begun!.states.map { $0?.bytes.count ?? 0 }.max() ?? 0
        if largest > 0 { statesDueNs = nowNs + Nanoseconds(largest) * Self.stateByteNs }
        begun = nil
    }

    /// A shard is held up for about a nanosecond a byte while it gives its state; this keeps that below a thousandth of
    /// the time.
    private static var stateByteNs: Nanoseconds { .microsecond }

    private func begin(_ wallNs: Nanoseconds, states isDue: Bool) {
        var checkpoint = Checkpoint(
            run: run, createdNs: wallNs,
            logs: journals.map { journal in
                let durable = journal.durable
                return Checkpoint.Log(from: durable, durable: durable)
            })
        checkpoint.windows = door.windowsNow()
        let asked = isDue ? requests : []
        begun = Begun(
            checkpoint: checkpoint, mark: fence.mark(), states: [ShardState?](repeating: nil, count: asked.count))
        for request in asked { request.ask() }
    }

    private func write(_ copied: Checkpoint, _ states: [ShardState?]) {
        var checkpoint = copied
        for shard in checkpoint.logs.indices { checkpoint.logs[shard].durable = journals[shard].durable }
        do throws(SystemError) {
            for (shard, state) in states.enumerated() {
                if let state { try StateFiles(directory, shard: shard).save(state) }
            }
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
