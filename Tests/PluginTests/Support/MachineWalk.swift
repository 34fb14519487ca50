import Testing

@testable import ANPRCore

/// Random calls and inputs on a plugin whose disk fails and whose machine stops where a seed says.
///
/// Held against it: what the plugin's test checks after each step; that states change only as allowed; that each call
/// that was answered is still done after a crash, and done once; and at the end that the state from memory, from the
/// last snapshot and from the ledger alone are the same bytes.
struct MachineWalk<P: DomainPlugin> {
    enum Step {
        case call(PluginCall)
        case hits([Hit])
        case records([SectionRecord])
        case reads([Read])
        /// Of an origin, in its order: kind, id, body.
        case event(origin: String, kind: String, id: String, body: [UInt8])
        case answer(EffectAnswer)
        /// So much later than before.
        case later(Nanoseconds)
    }

    let seed: UInt64
    /// A new plugin.
    let make: () throws -> P
    /// What comes next. It may look at the plugin, for what to answer and which ids there are.
    let next: (P, inout Random) -> Step
    /// What is wrong with a state.
    var check: (P) -> [String] = { _ in [] }
    /// What is a machine in the state: ids, and where each stands.
    var states: (P) -> [String: String] = { _ in [:] }
    /// Whether it may go from one to the other in one step; from nil: whether it may begin there.
    var allows: (_ from: String?, _ to: String) -> Bool = { _, _ in true }
    /// How often the disk fails, of 100 steps.
    var faults = 10

    func run(steps: Int) throws {
        var random = Random(seed: seed)
        let storage = MemoryLedgerStorage(seed: random.next())
        var run = try Run(walk: self, storage: storage)
        for _ in 0..<steps {
            if random.below(100) < faults {
                let fault: MemoryLedgerStorage.Fault = random.chance(0.5) ? .crash : .error(5)
                storage.plan(fault, at: storage.calls + random.below(8))
            }
            run.begin(next(run.plugin, &random))
            try run.settle()
        }
        storage.planNothing()
        try run.settle()
        try run.compare()
    }

    /// A host, restarted when its machine stopped, and what is to be handed to it again then.
    private struct Run {
        let walk: MachineWalk
        let storage: MemoryLedgerStorage
        var plugin: P
        var host: PluginHost
        var nowNs = Samples.noonishNs
        /// All batches so far: each one is a block of the stream.
        var batches: [Step] = []
        var heard: [String: [DomainEvent]] = [:]
        /// Once: what nobody hands over again after a crash.
        var pending: Step?
        var replies: [String: (call: PluginCall, reply: [UInt8])] = [:]
        var before: [String: String]

        init(walk: MachineWalk, storage: MemoryLedgerStorage) throws {
            self.walk = walk
            self.storage = storage
            plugin = try walk.make()
            host = try Self.host(plugin, storage)
            before = walk.states(plugin)
        }

        static func host(_ plugin: P, _ storage: MemoryLedgerStorage) throws -> PluginHost {
            var settings = PluginHostSettings()
            settings.snapshotTransactions = 16
            settings.ledgerFileBytes = 1 << 14
            return try PluginHost(plugin, storage: storage, shards: 1, settings: settings)
        }

        mutating func begin(_ step: Step) {
            switch step {
            case .hits, .records, .reads: batches.append(step)
            case .event(let origin, let kind, let id, let body):
                let place = EventPlace(transaction: UInt64(heard[origin, default: []].count + 1))
                heard[origin, default: []].append(
                    DomainEvent(origin: origin, place: place, kind: kind, id: id, atNs: nowNs, body: body))
            case .later(let ns):
                nowNs += ns
                pending = step
            case .call, .answer: pending = step
            }
        }

        /// Until all is taken and committed, through errors and crashes.
        mutating func settle() throws {
            for _ in 0..<50 {
                do {
                    try take()
                    try host.commit(durable: [.max], nowNs: nowNs)
                    look()
                    return
                } catch is SystemError {
                    guard storage.isDead else { continue }
                    storage.restartMachine()
                    try restart()
                }
            }
            Issue.record("seed \(walk.seed): it does not come to an end")
        }

        private mutating func take() throws {
            while host.taken[0].position < UInt64(batches.count) {
                let position = host.taken[0].position
                try hand(batches[Int(position)], through: [StreamCursor(position: position + 1)])
            }
            for origin in heard.keys.sorted() { for event in heard[origin] ?? [] { try host.take(.event(event)) } }
            guard let step = pending else { return }
            switch step {
            case .call(let call): take(call)
            case .answer(let answer): try host.take(.answer(answer))
            case .later: try host.take(.time(nowNs))
            case .hits, .records, .reads, .event: break
            }
            pending = nil
        }

        private func hand(_ step: Step, through cursors: [StreamCursor]) throws {
            switch step {
            case .hits(let hits):
                try hits.withUnsafeBufferPointer { try host.take(PluginBatch(hits: $0), through: cursors) }
            case .records(let records):
                try records.withUnsafeBufferPointer { try host.take(PluginBatch(records: $0), through: cursors) }
            case .reads(let reads):
                try reads.withUnsafeBufferPointer { try host.take(PluginBatch(watchedReads: $0), through: cursors) }
            case .call, .event, .answer, .later: break
            }
        }

        private mutating func take(_ call: PluginCall) {
            let answered = Answered()
            host.take(call, atNs: nowNs) { answered.reply = $0 }
            waiting.append((call, answered))
        }

        private var waiting: [(call: PluginCall, answered: Answered)] = []

        private final class Answered { var reply: PluginReply? }

        /// After a commit: replies that came, and what the state looks like.
        private mutating func look() {
            for (call, answered) in waiting {
                guard case .done(let bytes) = answered.reply, !call.isQuery else { continue }
                replies[call.id] = (call, bytes)
            }
            waiting = []
            for problem in walk.check(plugin) { Issue.record("seed \(walk.seed): \(problem)") }
            let after = walk.states(plugin)
            for (id, state) in after where before[id] != state {
                let from = before[id]
                #expect(walk.allows(from, state), "seed \(walk.seed): \(id) went from \(from ?? "nothing") to \(state)")
            }
            before = after
        }

        /// The process begins again. What was answered is done: asked again under its id it changes nothing.
        private mutating func restart() throws {
            waiting = []
            plugin = try walk.make()
            // The storage may be hit while it is read as well.
            do { host = try Self.host(plugin, storage) } catch is SystemError {
                if storage.isDead { storage.restartMachine() }
                plugin = try walk.make()
                host = try Self.host(plugin, storage)
            }
            before = walk.states(plugin)
            let state = bytes(plugin)
            let seed = walk.seed
            for id in replies.keys.sorted() {
                guard let (call, bytes) = replies[id] else { continue }
                host.take(call, atNs: nowNs) {
                    #expect($0 == .done(DoneCalls.kept(bytes)), "seed \(seed): call \(id) is lost")
                }
            }
            #expect(bytes(plugin) == state, "seed \(walk.seed): a call that was answered is done twice")
        }

        private func bytes(_ plugin: P) -> [UInt8] {
            var bytes: [UInt8] = []
            plugin.snapshot(into: &bytes)
            return bytes
        }

        func compare() throws {
            let live = bytes(plugin)
            let last = try walk.make()
            _ = try Self.host(last, storage)
            #expect(bytes(last) == live, "seed \(walk.seed): the last snapshot and what follows differ from the state")
            for name in storage.fileNames where name.hasPrefix("snapshot") { try storage.remove(name) }
            let first = try walk.make()
            _ = try Self.host(first, storage)
            #expect(bytes(first) == live, "seed \(walk.seed): the ledger alone differs from the state")
        }
    }
}
