import Glibc

/// A whole daemon without threads, sockets or clocks: the engine's own parts, each of which takes a step when it is
/// told to. What outlives a crash (disk, ledgers) is handed in.
final class SimulatedDaemon {
    /// What a daemon is made of, run after run.
    struct Site {
        var cameras: CameraRegistry
        var keys: KeyRing
        var sections: SectionRegistry
        var settings: CorrelatorSettings
        var lists: [BlacklistConfiguration]
        var suppressionNs: Nanoseconds
        var receivers: Int
        var shards: Int
        var options: JournalOptions
        var ringReads: Int
        var backlog: Int
        var checkpointNs: Nanoseconds
    }

    let disk: SimulatedDisk
    let run: UInt32
    private let site: Site
    private let door: CameraDoor
    private let clock = EngineClock(.wall)
    private let blacklists: Blacklists
    private let logs: DurableLogs<SimulatedDisk>
    private let rings: [[RingMemory<Read>]]
    private let turns: [TurnCounter]
    private var intakes: [Box<FrameIntake>] = []
    private var shards: [Box<Shard>] = []
    private let acknowledger: Acknowledger
    private let checkpointer: Checkpointer<SimulatedDisk>
    let runner: PluginRunner<SimulatedDisk>
    let plugin: TallyPlugin
    /// Shards that came back from a saved state.
    private(set) var restored = 0
    private(set) var refused = [Int](repeating: 0, count: FrameRefusal.allCases.count)

    /// Noncopyable things in an array.
    final class Box<Value: ~Copyable> {
        var value: Value
        init(_ value: consuming Value) { self.value = value }
    }

    /// Recovers from the disk, as a start does. `delivery` is the world outside.
    init(
        _ site: Site, disk: SimulatedDisk, ledgers: MemoryLedgerStorage, delivery: any EffectDelivery, seed: UInt64
    ) throws {
        self.site = site
        self.disk = disk
        door = CameraDoor(site.cameras, keys: site.keys, isSealed: true)
        blacklists = Blacklists(shards: site.shards)
        try blacklists.load(site.lists)
        let directory: DataDirectory<SimulatedDisk>
        if let known = try DataDirectory.open(disk, "data") {
            directory = known
        } else {
            directory = try DataDirectory.create(
                disk, "data", identity: JournalIdentity(low: seed, high: 1), shards: site.shards, options: site.options)
        }
        logs = try DurableLogs(directory, door: door, rings: site.receivers) { _ in nil }
        run = logs.run
        plugin = TallyPlugin()
        let subscription = Subscription(
            name: "tally", interests: [.hits, .records], watcher: nil, shards: site.shards, backlog: site.backlog,
            isDurable: true)
        let host = try PluginHost(plugin, storage: ledgers, shards: site.shards, delivery: delivery, seed: seed)
        for (shard, cursor) in host.committed.enumerated() where cursor.position > logs.ends[shard].position {
            throw SimulationProblem("a committed cursor lies beyond the log's end: shard \(shard), \(cursor)")
        }
        runner = PluginRunner(host, subscription, logs: logs.taps) { _ in }
        let parkers = (0..<site.shards).map { _ in Parker() }
        rings = (0..<site.receivers).map { _ in (0..<site.shards).map { _ in RingMemory(capacity: site.ringReads) } }
        turns = (0..<site.receivers).map { _ in TurnCounter() }
        let states = (0..<site.shards).map { _ in StateRequest() }
        for shard in 0..<site.shards {
            let journal = logs.buffers[shard]
            let committer = logs.committers[shard]
            var waited = 0
            // Not held: the committer holds the buffer, and a run makes hundreds of daemons.
            journal.onWait = { [unowned committer] in
                waited += 1
                precondition(waited < 100_000, "a shard waits for ever")
                _ = committer.turn(nowNs: Nanoseconds(waited) * .second)
            }
            var made = Shard(
                rings.map { $0[shard] }, mailbox: blacklists.mailboxes[shard], states: states[shard],
                matcher: blacklists.matcher(shard: shard, suppressionNs: site.suppressionNs),
                correlator: Correlator(site.sections, cameras: site.cameras, settings: site.settings),
                fan: StreamFan([subscription], shard: shard, journal: logs.appender(shard: shard)))
            let replay = try logs.recover(
                &made, number: shard, settings: site.settings, suppressionNs: site.suppressionNs)
            if replay.hasState { restored += 1 }
            shards.append(Box(made))
        }
        var limits = IntakeLimits(
            captureAgeMaxNs: 31 * .day, captureAheadMaxNs: 5 * .second, clockOffsetMaxNs: 31 * .day)
        limits.cameraQuota = FrameQuota(framesPerSecond: 1000, burst: 1000)
        for receiver in 0..<site.receivers {
            let gate = ShardGate(rings[receiver], parkers, journals: logs.buffers, isSingleThreaded: true)
            intakes.append(Box(FrameIntake(door: door, clock: clock, limits: limits, gate: gate)))
        }
        let fence = DurabilityFence(rings: rings, turns: turns, journals: logs.buffers)
        acknowledger = Acknowledger(door: door, fence: fence)
        checkpointer = Checkpointer(
            directory, door: door, fence: fence, journals: logs.buffers, states: states, run: logs.run,
            after: logs.checkpointNumber, intervalNs: site.checkpointNs)
    }

    // MARK: Steps

    /// Takes frames in; they are in the rings only after `endReceiving`.
    func receive(_ frame: [UInt8], from source: FrameSource, receiver: Int, nowNs: Nanoseconds) {
        if turns[receiver].now & 1 == 0 { turns[receiver].begin() }
        let cause = frame.withUnsafeBytes { intakes[receiver].value.take($0, nowNs: nowNs, from: source) }
        if let cause { refused[Int(cause.rawValue)] += 1 }
    }

    func endReceiving(receiver: Int) {
        guard turns[receiver].now & 1 == 1 else { return }
        intakes[receiver].value.gate.publish()
        turns[receiver].end()
    }

    func turnShard(_ shard: Int) -> Int { shards[shard].value.turn() }
    func advance(_ shard: Int, toNs: Nanoseconds) { shards[shard].value.advance(toNs: toNs) }
    func latestNs(_ shard: Int) -> Nanoseconds { shards[shard].value.latestNs }
    func commit(_ shard: Int, nowNs: Nanoseconds) { _ = logs.committers[shard].turn(nowNs: nowNs) }

    func acknowledge(nowNs: Nanoseconds, send: Acknowledger.Send) {
        acknowledger.turn(nowNs: nowNs, sentNs: nowNs, send: send)
    }

    func checkpoint(nowNs: Nanoseconds) { checkpointer.turn(nowNs: nowNs, wallNs: nowNs) }
    func turnPlugin(nowNs: Nanoseconds) { _ = runner.turn(nowNs: nowNs) }

    /// Nothing is under way anywhere.
    var isQuiet: Bool {
        for ring in rings.joined() where ring.backlog > 0 { return false }
        for journal in logs.committers where journal.pendingBytes > 0 || journal.hasMarks { return false }
        return true
    }

    var stalled: Bool { logs.buffers.contains { $0.isStalled } }

    /// The daemon ends as it should.
    func stop(nowNs: Nanoseconds) {
        for receiver in 0..<site.receivers { endReceiving(receiver: receiver) }
        for shard in shards {
            while shard.value.turn() > 0 {}
            shard.value.finish()
        }
        for committer in logs.committers { _ = committer.turn(nowNs: nowNs) }
        for _ in 0..<50 { _ = runner.turn(nowNs: nowNs) }
        runner.finish(nowNs: nowNs)
        checkpointer.finish(wallNs: nowNs)
    }

    func status() -> [CameraStatus] { door.status() }
}

struct SimulationProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
