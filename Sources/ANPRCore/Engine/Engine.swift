import Glibc
import Synchronization

/// A whole engine: built from left to right (sockets, receivers, rings, shards, streams, plugins), stopped from left to
/// right, so that nothing that was received is left behind.
///
/// `init` reads every file and binds the sockets, or says all that is wrong; nothing runs until `start`.
package final class Engine: @unchecked Sendable {
    // SAFE: @unchecked Sendable: what changes after init (`threads`, `runState`) is guarded by `lifecycle`; the
    // rest is fixed, or safe to be used from any thread by itself.
    package let configuration: EngineConfiguration
    package let port: UInt16
    /// What an operator must know before the first read comes.
    package let notices: [String]
    package let blacklists: Blacklists
    package let shardCount: Int
    private let clock: EngineClock
    private let door: CameraDoor
    private let knowledge: Knowledge
    private let receivers: [Receiver]
    private let shards: [ShardRunner]
    let plugins: [PluginRunner<DiskStorage>]
    private let journals: [JournalRunner<DiskStorage>]
    private let acknowledger: AcknowledgerRunner?
    private let keeper: Keeper<DiskStorage>?
    /// Held for as long as the engine lives.
    private let lock: DirectoryLock?
    /// So long a command that has the folder for a moment is waited for.
    private static let lockPatienceNs = 2 * Nanoseconds.second
    private let watchdog: RefusalLog
    private let lifecycle = Mutex(Lifecycle())

    private struct Lifecycle {
        var startedNs: Nanoseconds = 0
        var receiverThreads: [ThreadAgent] = []
        var shardThreads: [ThreadAgent] = []
        var pluginThreads: [ThreadAgent] = []
        var journalThreads: [ThreadAgent] = []
        var acknowledgerThread: ThreadAgent?
        var keeperThread: ThreadAgent?
        var hasStopped = false
    }

    /// Throws `InputProblems` (files, a locked data directory), `JournalDamage`, `BlacklistError`, `SystemError`
    /// (sockets, folders), or what a plugin throws.
    package init(
        _ configuration: EngineConfiguration, plugins factories: [PluginFactory],
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        let data = configuration.journal.directory
        lock = data.isEmpty ? nil : try DirectoryLock(data, withinNs: Self.lockPatienceNs)
        let directory = try Self.directory(configuration)
        let plan = try ThreadPlan(configuration, cores: ThreadAgent.coreCount, journalShards: directory?.shards)
        shardCount = plan.shards
        let cameras = try CameraRegistry(path: configuration.camerasPath)
        let keys = try KeyRing(configuration, cameras: cameras)
        let sections = try SectionRegistry(configuration, cameras: cameras)
        let blacklists = Blacklists(shards: plan.shards)
        self.blacklists = blacklists
        try blacklists.load(configuration.blacklists)
        knowledge = Knowledge(cameras: cameras, sections: sections, blacklists: blacklists)
        let clock = EngineClock(configuration.clock)
        self.clock = clock
        let door = CameraDoor(cameras, keys: keys, isSealed: configuration.authentication == .required)
        self.door = door

        let logs = try directory.map { directory in
            try DurableLogs(directory, door: door, rings: plan.receivers) { run in
                try EntryCatalogue(folder: directory.entries, run: run) { blacklists.details(of: $0) }
            }
        }
        if let logs { knowledge.note(run: logs.run, entriesFolder: logs.directory.entries) }
        // A ring for each receiver and shard.
        let rings = (0..<plan.receivers).map { _ in
            (0..<plan.shards).map { _ in RingMemory<Read>(capacity: configuration.ringReads) }
        }
        let pressure = RingPressure(rings)
        plugins = try Self.plugins(
            configuration, factories, knowledge, blacklists, clock, logs, pressure, shards: plan.shards)
        let subscriptions = plugins.map(\.subscription)
        let parkers = (0..<plan.shards).map { _ in Parker() }
        let states = parkers.map { _ in StateRequest() }
        var notices: [String] = logs?.notices ?? []
        shards = try Self.shards(
            configuration, cameras, sections, blacklists, subscriptions, rings, parkers, clock, logs, states, &notices)
        let buffers = logs?.buffers ?? []
        receivers = try Self.receivers(configuration, plan, door, clock, rings, parkers, buffers)
        port = receivers[0].port
        journals = Self.journals(configuration, logs)
        (acknowledger, keeper) = Self.acknowledgement(configuration, logs, door, clock, receivers, rings, states)
        self.notices = Self.notices(configuration, keys, receivers, plan) + notices + Self.unheard(plugins)
        watchdog = RefusalLog(receivers, log: log)
    }

    // MARK: Building

    /// Each shard stands where its log ends.
    private static func shards(
        _ configuration: EngineConfiguration, _ cameras: CameraRegistry, _ sections: SectionRegistry,
        _ blacklists: Blacklists, _ subscriptions: [Subscription], _ rings: [[RingMemory<Read>]], _ parkers: [Parker],
        _ clock: EngineClock, _ logs: DurableLogs<DiskStorage>?, _ states: [StateRequest], _ notices: inout [String]
    ) throws -> [ShardRunner] {
        let settings = CorrelatorSettings(configuration.sections)
        var runners: [ShardRunner] = []
        for (i, parker) in parkers.enumerated() {
            var shard = Shard(
                rings.map { $0[i] }, mailbox: blacklists.mailboxes[i], states: states[i],
                matcher: blacklists.matcher(shard: i, suppressionNs: configuration.suppressionNs),
                correlator: Correlator(sections, cameras: cameras, settings: settings),
                fan: StreamFan(subscriptions, shard: i, journal: logs?.appender(shard: i)))
            if let logs {
                let replay = try logs.recover(
                    &shard, number: i, settings: settings, suppressionNs: configuration.suppressionNs)
                notices += replay.problems
                notices.append(
                    "shard \(i): \(replay.bytes) bytes of journal read again"
                        + (replay.hasState ? ", behind a saved state" : ""))
            }
            runners.append(
                ShardRunner(shard, parker: parker, isWall: clock.source == .wall) { clock.nowNs() })
        }
        return runners
    }

    /// What tells cameras what is durable, and what keeps house; neither without a journal.
    private static func acknowledgement(
        _ configuration: EngineConfiguration, _ logs: DurableLogs<DiskStorage>?, _ door: CameraDoor,
        _ clock: EngineClock, _ receivers: [Receiver], _ rings: [[RingMemory<Read>]], _ states: [StateRequest]
    ) -> (AcknowledgerRunner?, Keeper<DiskStorage>?) {
        guard let logs else { return (nil, nil) }
        let journal = configuration.journal
        let fence = DurabilityFence(rings: rings, turns: receivers.map(\.turns), journals: logs.buffers)
        let checkpointer = Checkpointer(
            logs.directory, door: door, fence: fence, journals: logs.buffers, states: states, run: logs.run,
            after: logs.checkpointNumber, intervalNs: journal.checkpointNs)
        return (
            AcknowledgerRunner(
                Acknowledger(door: door, fence: fence), clock: clock, socket: receivers[0].fd,
                intervalNs: journal.intervalNs),
            Keeper(
                checkpointer, Retention(logs.directory, retentionNs: journal.retentionNs), logs.directory,
                logs.buffers, clock: clock)
        )
    }

    private static func journals(
        _ configuration: EngineConfiguration, _ logs: DurableLogs<DiskStorage>?
    ) -> [JournalRunner<DiskStorage>] {
        guard let logs else { return [] }
        return logs.committers.indices.map {
            JournalRunner(logs.committers[$0], logs.buffers[$0], intervalNs: configuration.journal.intervalNs)
        }
    }

    /// What the configuration names; made when it is not there. Nil without a journal.
    package static func directory(_ configuration: EngineConfiguration) throws -> DataDirectory<DiskStorage>? {
        let journal = configuration.journal
        guard !journal.directory.isEmpty else { return nil }
        let storage = DiskStorage()
        if let known = try DataDirectory.open(storage, journal.directory) { return known }
        var options = JournalOptions()
        options.segmentBytes = journal.segmentBytes
        var random = Random(seed: UInt64(bitPattern: Clock.wallNs() ^ Clock.monotonicNs() << 20))
        let plan = try ThreadPlan(configuration, cores: ThreadAgent.coreCount, journalShards: nil)
        return try DataDirectory.create(
            storage, journal.directory, identity: JournalIdentity(low: random.next(), high: random.next()),
            shards: plan.shards, options: options)
    }

    private static func plugins(
        _ configuration: EngineConfiguration, _ factories: [PluginFactory], _ knowledge: Knowledge,
        _ blacklists: Blacklists, _ clock: EngineClock, _ logs: DurableLogs<DiskStorage>?, _ pressure: RingPressure,
        shards: Int
    ) throws -> [PluginRunner<DiskStorage>] {
        var factories = factories
        let output = configuration.output
        if !output.directory.isEmpty, output.hits || output.records {
            factories.insert(
                PluginFactory(name: "files") {
                    try StreamFiles(
                        $0, hits: output.hits, records: output.records, repeats: output.repeats,
                        isDurable: logs != nil)
                }, at: 0)
        }
        var runners: [PluginRunner<DiskStorage>] = []
        var watchers = 0
        var folders: [String: String] = [:]
        for factory in factories {
            let directory = factory.name == "files" ? output.directory : "\(output.directory)/\(factory.name)"
            try Directory.make(directory)
            let plugin = try factory.make(PluginContext(directory: directory, knowledge: knowledge))
            let watcher = plugin.interests.contains(.watchedReads) ? watchers : nil
            if watcher != nil { watchers += 1 }
            guard watchers <= Limits.watchersMax else {
                throw SystemError("plugins", code: E2BIG, subject: "at most \(Limits.watchersMax) may watch plates")
            }
            let backlog = configuration.plugins.first { $0.name == factory.name }?.backlog ?? 1 << 16
            let subscription = Subscription(
                name: factory.name, interests: plugin.interests, watcher: watcher, shards: shards, backlog: backlog,
                isDurable: logs != nil)
            let name = factory.name
            let ledgers = logs?.directory.subscription(name) ?? "\(directory)/ledger"
            folders[name] = ledgers
            try Directory.make(ledgers)
            var settings = PluginHostSettings()
            settings.forgetsHistory = true
            let host = try PluginHost(
                plugin, storage: DiskLedgerStorage(folder: ledgers), shards: shards,
                delivery: nil, spool: FileSpool(DiskLedgerStorage(folder: directory)),
                carriers: try carriers(factory, subscription, directory), settings: settings)
            try checkCursors(host, logs, ledgers)
            runners.append(
                PluginRunner(
                    host, subscription, logs: logs?.taps ?? [], clock: { clock.nowNs() },
                    isPressed: { pressure.isHigh },
                    watch: { plates in
                        if let watcher { try blacklists.watch(plates, watcher: watcher, name: name) }
                    }))
        }
        for runner in runners {
            for other in runners where runner.hears[other.name] != nil {
                guard let folder = folders[other.name] else { continue }
                try runner.follow(other, in: DiskLedgerStorage(folder: folder))
            }
            if let watcher = runner.subscription.watcher {
                try blacklists.watch(runner.watchedPlates, watcher: watcher, name: runner.name)
            }
        }
        return runners
    }

    /// The threads on which its effects leave.
    private static func carriers(
        _ factory: PluginFactory, _ subscription: Subscription, _ directory: String
    ) throws -> [String: (EffectSettings, any EffectCarrier)] {
        var carriers: [String: (EffectSettings, any EffectCarrier)] = [:]
        for (name, adapter) in factory.adapters {
            carriers[name] = (
                adapter.settings,
                try EffectCourier(name: name, adapter, directory: directory) { subscription.parker.wake() }
            )
        }
        return carriers
    }

    /// A ledger that has seen more than its log holds belongs to another data directory, or the log was put back.
    private static func checkCursors(
        _ host: PluginHost, _ logs: DurableLogs<DiskStorage>?, _ folder: String
    ) throws(InputProblems) {
        guard let logs else { return }
        for (shard, cursor) in host.committed.enumerated() where cursor.position > logs.ends[shard].position {
            throw InputProblems(
                file: folder,
                "has taken shard \(shard)'s log up to position \(cursor.position), but the log ends at "
                    + "\(logs.ends[shard].position): the two do not belong together; put both back as they were, or "
                    + "give the plugin a new folder")
        }
    }

    private static func receivers(
        _ configuration: EngineConfiguration, _ plan: ThreadPlan, _ door: CameraDoor, _ clock: EngineClock,
        _ rings: [[RingMemory<Read>]], _ parkers: [Parker], _ journals: [JournalBuffer]
    ) throws(SystemError) -> [Receiver] {
        var receivers: [Receiver] = []
        var limits = IntakeLimits(
            captureAgeMaxNs: configuration.captureAgeMaxNs, captureAheadMaxNs: configuration.captureAheadMaxNs,
            clockOffsetMaxNs: configuration.clockOffsetMaxNs)
        limits.cameraQuota = QuotaConfiguration.quota(configuration.quota.cameraFrames)
        limits.sourceQuota = QuotaConfiguration.quota(configuration.quota.sourceFrames)
        for i in 0..<plan.receivers {
            let socket = try UDPSocket(
                address: configuration.listen.address, port: receivers.first?.port ?? configuration.listen.port,
                receiveBufferBytes: configuration.listen.receiveBufferBytes, shared: plan.receivers > 1)
            if i == plan.receivers - 1, plan.receivers > 1 { try socket.steer(receivers: plan.receivers) }
            let intake = FrameIntake(
                door: door, clock: clock, limits: limits, gate: ShardGate(rings[i], parkers, journals: journals))
            receivers.append(Receiver(socket: socket, intake: intake, clock: clock))
        }
        return receivers
    }

    /// Plugins that some wait to hear and that are not attached.
    private static func unheard(_ plugins: [PluginRunner<DiskStorage>]) -> [String] {
        let names = Set(plugins.map(\.name))
        return plugins.flatMap { plugin in
            plugin.hears.keys.sorted().filter { !names.contains($0) }
                .map { "\(plugin.name) hears '\($0)', which is not attached: it tells nothing" }
        }
    }

    private static func notices(
        _ configuration: EngineConfiguration, _ keys: KeyRing, _ receivers: [Receiver], _ plan: ThreadPlan
    ) -> [String] {
        var notices = ["\(plan.receivers) receiver(s), \(plan.shards) shard(s)"]
        let asked = configuration.listen.receiveBufferBytes
        let got = receivers[0].receiveBufferBytes
        notices.append("receive buffer: \(got) bytes a socket, \(asked) asked for")
        if got < asked {
            notices.append(
                "WARNING: the kernel gave less buffer than asked for; raise net.core.rmem_max, "
                    + "or run with CAP_NET_ADMIN"
            )
        }
        if configuration.authentication == .noneLabOnly {
            notices.append("WARNING: NO AUTHENTICATION (none-lab-only): anyone who reaches the port can forge reads")
        }
        if keys.isPublished {
            notices.append(
                "WARNING: the keys come from the published laboratory key: anyone can forge reads; make your own")
        }
        if configuration.journal.directory.isEmpty {
            notices.append("no journal: nothing is kept, and nothing is acknowledged (set journal.directory)")
        } else {
            notices.append(
                "journal: \(configuration.journal.directory), committed each "
                    + Quantity.durationText(configuration.journal.intervalNs))
        }
        if configuration.clock == .frames {
            notices.append("WARNING: the frames' own times are the clock: for simulated and replayed traffic only")
        }
        return notices
    }

    // MARK: Running

    package func start() throws {
        try lifecycle.withLock { state in
            precondition(state.startedNs == 0, "an engine starts once")
            state.startedNs = Clock.monotonicNs()
            for plugin in plugins {
                state.pluginThreads.append(
                    try ThreadAgent(name: "plugin-\(plugin.name)", precedence: plugin.precedence) { plugin.run() })
            }
            for (i, journal) in journals.enumerated() {
                state.journalThreads.append(try ThreadAgent(name: "journal-\(i)") { journal.run() })
            }
            if let keeper { state.keeperThread = try ThreadAgent(name: "keeper") { keeper.run() } }
            for (i, shard) in shards.enumerated() {
                state.shardThreads.append(try ThreadAgent(name: "shard-\(i)") { shard.run() })
            }
            for (i, receiver) in receivers.enumerated() {
                state.receiverThreads.append(try ThreadAgent(name: "receiver-\(i)") { receiver.run() })
            }
            if let acknowledger {
                state.acknowledgerThread = try ThreadAgent(name: "acknowledger") { acknowledger.run() }
            }
        }
    }

    /// Stops receiving, lets everything run out to the right, ends. Blocks; once.
    @discardableResult
    package func stop() -> EngineStatus {
        let threads = lifecycle.withLock { state -> Lifecycle? in
            guard state.startedNs != 0, !state.hasStopped else { return nil }
            state.hasStopped = true
            return state
        }
        if let threads {
            for receiver in receivers { receiver.stop() }
            for thread in threads.receiverThreads { thread.join() }
            for shard in shards { shard.stop() }
            for thread in threads.shardThreads { thread.join() }
            for journal in journals { journal.stop() }
            for thread in threads.journalThreads { thread.join() }
            acknowledger?.stop()
            threads.acknowledgerThread?.join()
            for plugin in plugins { plugin.stop() }
            for thread in threads.pluginThreads { thread.join() }
            keeper?.stop()
            threads.keeperThread?.join()
            keeper?.finish()
        }
        watchdog.look()
        return status()
    }

    /// Reads the lists, the cameras and their keys again; plugins theirs. A faulty file changes nothing and is thrown.
    package func reload() throws {
        let cameras = try CameraRegistry(path: configuration.camerasPath)
        let keys = try KeyRing(configuration, cameras: cameras)
        guard door.hasRoom(cameras, keys: keys) else {
            throw InputProblems(
                file: configuration.camerasPath, "more new cameras than there is room for; restart to take them")
        }
        // Last of what can fail; nothing has changed until here.
        try blacklists.reload(configuration.blacklists)
        precondition(door.reload(cameras, keys: keys), "the room was looked at, and reloads come one at a time")
        knowledge.replace(cameras: cameras)
        for plugin in plugins { plugin.requestReload() }
    }

    /// Logs what was refused since the last call, a line a cause. Call about once a second.
    package func logRefusals() { watchdog.look() }

    /// Frames that came, taken or refused, and those that the kernel dropped; cheap. For a sender on the same machine.
    package func framesSeen() -> Int {
        receivers.reduce(0) { sum, receiver in
            sum + receiver.counters[IngestCounter.frames.rawValue]
                + receiver.counters[IngestCounter.kernelDrops.rawValue]
        }
    }

    package func cameraStatus() -> [CameraStatus] { door.status() }

    /// Any thread, any time.
    package func status() -> EngineStatus {
        var status = EngineStatus()
        let startedNs = lifecycle.withLock { $0.startedNs }
        status.upNs = startedNs == 0 ? 0 : Clock.monotonicNs() - startedNs
        addIngest(to: &status)
        addShards(to: &status)
        addJournal(to: &status)
        status.blacklistEntries = blacklists.entryCount
        status.blacklistBytes = blacklists.bytes
        status.lists = blacklists.counts.map { .init($0.list, $0.entries) }
        status.plugins = plugins.map { $0.status() }
        return status
    }

    private func addIngest(to status: inout EngineStatus) {
        func sum(_ counter: IngestCounter) -> Int { receivers.reduce(0) { $0 + $1.counters[counter.rawValue] } }
        status.receives = sum(.receives)
        status.frames = sum(.frames)
        status.bytes = sum(.bytes)
        status.reads = sum(.reads)
        status.duplicateReads = sum(.duplicateReads)
        status.missingReads = door.missingAtStart + sum(.expectedReads) - status.reads
        status.unparseableReads = sum(.unparseableReads)
        status.clockSuspectReads = sum(.clockSuspectReads)
        status.oddFieldReads = sum(.oddFieldReads)
        status.kernelDrops = sum(.kernelDrops)
        status.truncated = sum(.truncated)
        status.heartbeats = sum(.heartbeats)
        status.givenUpReads = sum(.givenUpReads)
        status.receiveErrors = sum(.receiveErrors)
        status.ringWaits = sum(.ringWaits)
        status.refused = FrameRefusal.allCases.map { cause in
            let at = IngestCounter.refusalsAt + Int(cause.rawValue)
            return .init(cause.name, receivers.reduce(0) { $0 + $1.counters[at] })
        }
        let cameras = door.status()
        status.camerasKnown = cameras.count
        status.camerasHeard = cameras.count { $0.lastSeenNs != 0 }
    }

    private func addJournal(to status: inout EngineStatus) {
        guard let acknowledger, let keeper else { return }
        func sum(_ counter: JournalCounter) -> Int { journals.reduce(0) { $0 + $1.counters[counter.rawValue] } }
        status.journal = JournalStatus(
            commits: sum(.commits), writtenBytes: sum(.writtenBytes), failures: sum(.failures),
            stalled: journals.count { $0.buffer.isStalled },
            problem: journals.lazy.compactMap(\.failure).first?.description,
            acknowledgements: acknowledger.counters[AcknowledgerCounter.acknowledgements.rawValue],
            askedReads: acknowledger.counters[AcknowledgerCounter.askedReads.rawValue],
            checkpoints: keeper.status.checkpoints, deletedSegments: keeper.status.deletedSegments,
            keeperProblem: keeper.status.problem)
    }

    private func addShards(to status: inout EngineStatus) {
        func sum(_ counter: ShardCounter) -> Int { shards.reduce(0) { $0 + $1.counters[counter.rawValue] } }
        status.matched = sum(.reads)
        status.hits = sum(.hits)
        status.hitsRepeated = sum(.repeats)
        status.hitSources = sum(.sources)
        status.watchedReads = sum(.watched)
        status.hitsByKind = [
            .init(MatchKind.exact.name, sum(.exactAlerts)), .init(MatchKind.lookAlike.name, sum(.lookAlikeAlerts)),
            .init(MatchKind.pattern.name, sum(.patternAlerts)),
        ]
        status.records = sum(.records)
        status.offences = sum(.offences)
        status.recordsForReview = sum(.reviews)
        status.skippedReads = sum(.skippedReads)
        status.lateReads = sum(.lateReads)
        status.lostExits = sum(.lostExits)
        status.orphanExits = sum(.orphanExits)
        status.pendingReads = sum(.pendingReads)
        status.openPassages = sum(.openPassages)
        status.evictedPassages = sum(.evicted)
        status.duplicatesMerged = sum(.duplicatesMerged)
    }
}
