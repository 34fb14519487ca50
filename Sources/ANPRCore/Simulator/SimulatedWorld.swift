import Glibc

/// A seeded simulation of everything in one thread and in virtual time: cameras with their stores, a network that
/// loses, repeats, delays and cuts off, a daemon that is killed at any moment, a disk that forgets what was not
/// synchronised, fails and runs full, a plugin, and a world outside that does not always answer.
///
/// What must hold in spite of it is checked at the end (`SimulationCheck`).
package final class SimulatedWorld {
    package struct Options: Sendable {
        package var seed: UInt64
        /// Virtual time in which things go wrong; what follows until all is delivered comes on top.
        package var seconds = 60
        package init(seed: UInt64) { self.seed = seed }
    }

    package struct Result: Sendable {
        /// What was broken; empty when every rule held.
        package var problems: [String] = []
        package var virtualNs: Nanoseconds = 0
        package var reads = 0
        package var hits = 0
        package var records = 0
        package var effects = 0
        package var crashes = 0
        package var frames = 0
        package var framesLost = 0
        package var diskErrors = 0
        package var stalls = 0
        /// Shards that came back from a saved state.
        package var restored = 0
        /// Bits that turned over on the disk while the daemon was down; starts that damage kept from.
        package var flips = 0
        package var damages = 0
        /// Records were not compared: reads came later than sections wait.
        package var isLate = false

        package init() {}

        /// Sums up.
        package mutating func add(_ other: Result) {
            virtualNs += other.virtualNs
            reads += other.reads
            hits += other.hits
            records += other.records
            effects += other.effects
            crashes += other.crashes
            frames += other.frames
            framesLost += other.framesLost
            diskErrors += other.diskErrors
            stalls += other.stalls
            restored += other.restored
            flips += other.flips
            damages += other.damages
        }
    }

    let options: Options
    let weather: SimulatedWeather
    private(set) var roads: SimulatedRoads
    var random: Random
    var result = Result()
    private let say: ((String) -> Void)?
    let disk: SimulatedDisk
    let ledgers: MemoryLedgerStorage
    let outside: SimulatedReceiver
    /// Of its own, so that a seed's other accidents are what they were without it.
    private var bits: SimulatedBitFlips
    private var network: SimulatedNetwork
    private var stores: [SimulatedDaemon.Box<CameraStore>] = []
    private var daemon: SimulatedDaemon?
    /// Before this the daemon stays down.
    private var upAtNs: Nanoseconds = 0
    private var crashAtNs: Nanoseconds
    private let startNs: Nanoseconds = 1_800_000_000 * .second
    private(set) var nowNs: Nanoseconds
    private var isFair = false
    private var times: [ShardTime] = []
    private var clockOffsetNs: Nanoseconds = 0
    private var clockBackNs: Nanoseconds = 0
    /// What each camera numbered, by identity, and of these what it gave up before it was acknowledged.
    private(set) var sent: [ReadID: WireRead] = [:]
    private(set) var givenUp: Set<ReadID> = []

    /// `lists` names a file that `SimulatedRoads.list` was written to.
    package init(_ options: Options, lists path: String, say: ((String) -> Void)? = nil) throws {
        self.options = options
        self.say = say
        random = Random(seed: options.seed)
        weather = SimulatedWeather(&random)
        roads = SimulatedRoads(&random, weather, lists: path)
        disk = SimulatedDisk(seed: random.next())
        ledgers = MemoryLedgerStorage(seed: random.next())
        outside = SimulatedReceiver(seed: random.next(), failChance: weather.deliveryFailures)
        bits = SimulatedBitFlips(seed: options.seed)
        network = SimulatedNetwork(seed: random.next(), weather)
        nowNs = startNs
        crashAtNs = startNs + weather.crashMeanNs
        for camera in roads.site.cameras.cameras {
            var storeOptions = CameraStore.Options()
            storeOptions.capacity = weather.storeReads
            storeOptions.lingerNs = 100 * .millisecond
            storeOptions.silenceNs = 300 * .millisecond
            storeOptions.backoffMaxNs = 3 * .second
            let key = roads.site.keys.keys(of: camera.id).first.map { CameraBank.Key(id: $0.id, key: $0.key) }
            stores.append(
                SimulatedDaemon.Box(
                    CameraStore(camera: camera.id, key: key, options: storeOptions, seed: random.next())))
        }
        log("\(weather)")
    }

    /// The list's file, line by line.
    package static var listLines: [String] { SimulatedRoads.list.split(separator: "\n").map(String.init) }

    private func log(_ text: @autoclosure () -> String) {
        guard let say else { return }
        let ms = (nowNs - startNs) / .millisecond
        say("\(ms / 1000).\(String(1000 + ms % 1000).dropFirst()) \(text())")
    }

    // MARK: Running

    package func run() -> Result {
        do {
            let endNs = startNs + Nanoseconds(options.seconds) * .second
            while nowNs < endNs { try step() }
            try drain()
            var check = SimulationCheck(self)
            try check.run(&result)
        } catch {
            result.problems.append("\(error)")
        }
        result.virtualNs = nowNs - startNs
        return result
    }

    private func step() throws {
        nowNs += Nanoseconds(1 + random.below(4)) * .millisecond
        if !isFair {
            changeWeather()
            drive()
        }
        turnStores()
        deliver()
        try turnDaemon()
    }

    /// Everything that goes wrong goes on going wrong, or stops.
    private func changeWeather() {
        if clockOffsetNs != 0, nowNs >= clockBackNs { clockOffsetNs = 0 }
        if random.chance(weather.clockJumpChance) {
            clockOffsetNs = Nanoseconds(random.below(20) - 10) * .second
            clockBackNs = nowNs + Nanoseconds(random.below(2000)) * .millisecond
            log("the daemon's clock jumps by \(clockOffsetNs / .second) s")
        }
        if random.chance(weather.restartChance) { restartCamera(random.below(stores.count)) }
        disk.faults = weather.diskFaults
        disk.capacity = weather.diskCapacity(atNs: nowNs - startNs, used: disk.usedBytes)
    }

    private func restartCamera(_ i: Int) {
        let store = stores[i]
        for sequence in store.value.firstSequence..<store.value.nextSequence {
            givenUp.insert(ReadID(camera: store.value.camera, epoch: store.value.epoch, sequence: sequence))
        }
        log("camera \(store.value.camera) loses its memory")
        store.value.restart(epoch: store.value.epoch + 1)
    }

    private func drive() {
        for (camera, read) in roads.reads(until: nowNs, &random) {
            let store = stores[camera]
            let first = store.value.firstSequence
            let before = store.value.counts.givenUp
            let sequence = store.value.append(read, nowNs: nowNs)
            sent[ReadID(camera: store.value.camera, epoch: store.value.epoch, sequence: sequence)] = read
            result.reads += 1
            for lost in 0..<(store.value.counts.givenUp - before) {
                givenUp.insert(
                    ReadID(camera: store.value.camera, epoch: store.value.epoch, sequence: first + UInt32(lost)))
            }
        }
    }

    private func turnStores() {
        for (i, store) in stores.enumerated() where store.value.wakeNs <= nowNs {
            var sink = SimulatedSink()
            do throws(SystemError) { try store.value.poll(nowNs: nowNs, sentNs: nowNs, into: &sink) } catch {}
            for frame in sink.frames {
                result.frames += 1
                if !network.send(.toDaemon(frame, camera: i), nowNs: nowNs, isFair: isFair) { result.framesLost += 1 }
            }
        }
    }

    private func deliver() {
        for packet in network.due(nowNs) {
            switch packet {
            case .toDaemon(let frame, let camera):
                guard let daemon else { continue }
                // Two receivers: mostly by camera, as the kernel deals them out; a merged train comes anywhere.
                let receivers = roads.site.receivers
                let receiver = random.below(10) == 0 ? random.below(receivers) : camera % receivers
                daemon.receive(
                    frame, from: FrameSource(address: UInt32(camera + 1), port: 1000), receiver: receiver,
                    nowNs: nowNs + clockOffsetNs)
            case .toCamera(let frame, let camera):
                _ = frame.withUnsafeBytes { stores[camera].value.take($0, nowNs: nowNs) }
            }
        }
    }

    // MARK: The daemon

    private func turnDaemon() throws {
        if !isFair, daemon != nil, nowNs >= crashAtNs { crash() }
        if daemon == nil {
            guard nowNs >= upAtNs else { return }
            try start()
        }
        guard let daemon else { return }
        // Any order, and not everyone each time: threads run when they run.
        for _ in 0..<3 + random.below(6) {
            let shard = random.below(roads.site.shards)
            switch random.below(7) {
            case 0: daemon.endReceiving(receiver: random.below(roads.site.receivers))
            case 1, 2: turn(shard, daemon)
            case 3: daemon.commit(shard, nowNs: nowNs)
            case 4: acknowledge(daemon)
            case 5: daemon.turnPlugin(nowNs: nowNs)
            default: if random.below(20) == 0 { daemon.checkpoint(nowNs: nowNs) }
            }
        }
        if daemon.stalled { result.stalls += 1 }
    }

    private func turn(_ shard: Int, _ daemon: SimulatedDaemon) {
        if daemon.turnShard(shard) > 0 { return times[shard].noteWork() }
        daemon.advance(
            shard,
            toNs: times[shard].now(
                wallNs: nowNs + clockOffsetNs, monotonicNs: nowNs, latestNs: daemon.latestNs(shard)))
    }

    private func acknowledge(_ daemon: SimulatedDaemon) {
        var letters: [([UInt8], Int)] = []
        daemon.acknowledge(nowNs: nowNs) { letters.append((Array($0), Int($1.address) - 1)) }
        for (frame, camera) in letters {
            _ = network.send(.toCamera(frame, camera: camera), nowNs: nowNs, isFair: isFair)
        }
    }

    private func start() throws {
        if !isFair, let flip = try bits.turn(on: disk) {
            result.flips += 1
            log("a bit turns over in \(flip.path) at \(flip.byte)")
            guard flip.mustBeSeen else { return try startDaemon() }
            do {
                try startDaemon()
                guard daemon == nil else { throw SimulationProblem("nobody saw the bit that turned over: \(flip)") }
            } catch let damage as JournalDamage {
                result.damages += 1
                log("does not start: \(damage.reason)")
                disk.kill()
                ledgers.restartProcess()
                upAtNs = nowNs + 100 * .millisecond
            }
            // An operator puts the sector back.
            disk.flip(flip.path, byte: flip.byte, bit: flip.bit)
        } else {
            try startDaemon()
        }
    }

    private func startDaemon() throws {
        do {
            daemon = try SimulatedDaemon(
                roads.site, disk: disk, ledgers: ledgers, delivery: outside, seed: random.next())
            times = Array(repeating: ShardTime(), count: roads.site.shards)
            result.restored += daemon!.restored
            log("run \(daemon!.run) starts, \(daemon!.restored) shards from a saved state")
        } catch let error as SystemError where !isFair {
            // The disk refused: an operator starts it again.
            result.diskErrors += 1
            log("does not start: \(error)")
            disk.kill()
            ledgers.restartProcess()
            upAtNs = nowNs + 100 * .millisecond
        }
    }

    private func crash() {
        result.crashes += 1
        let isPower = random.below(3) == 0
        if random.below(8) == 0, let daemon {
            log("the daemon is stopped")
            daemon.stop(nowNs: nowNs)
        }
        daemon = nil
        if isPower {
            disk.crash()
            ledgers.restartMachine()
        } else {
            disk.kill()
            ledgers.restartProcess()
        }
        network.forgetDaemon()
        upAtNs = nowNs + Nanoseconds(random.below(weather.downMs)) * .millisecond
        crashAtNs = nowNs + weather.crashMeanNs / 4 + Nanoseconds(random.below(Int(weather.crashMeanNs) * 3 / 2))
        log(isPower ? "power fails" : "killed")
    }

    // MARK: The end

    /// Nothing goes wrong any more: everything that was kept must come in, and be dealt with.
    private func drain() throws {
        isFair = true
        disk.faults = .init()
        disk.capacity = .max
        clockOffsetNs = 0
        outside.failChance = 0
        log("from here on nothing goes wrong")
        let limitNs = nowNs + 600 * .second
        while !isDone {
            try step()
            guard nowNs < limitNs else {
                let left = stores.map { $0.value.kept }
                throw SimulationProblem("ten minutes of fair weather did not bring everything in: \(left) kept")
            }
        }
        guard let daemon else { return }
        // The roads are empty: everything that waits becomes final.
        let finalNs = nowNs + 10 * roads.site.settings.passageMaxNs + roads.site.settings.latenessNs
        for shard in 0..<roads.site.shards {
            daemon.advance(shard, toNs: finalNs)
            while daemon.turnShard(shard) > 0 {}
        }
        // Effects that failed wait for up to an hour until they are tried again.
        for _ in 0..<5000 where !isCaughtUp(daemon) {
            nowNs += .second
            for shard in 0..<roads.site.shards {
                _ = daemon.turnShard(shard)
                daemon.commit(shard, nowNs: nowNs)
            }
            daemon.turnPlugin(nowNs: nowNs)
        }
        guard isCaughtUp(daemon) else {
            throw SimulationProblem("the plugin does not catch up: \(daemon.runner.status())")
        }
        daemon.stop(nowNs: nowNs)
    }

    private var isDone: Bool {
        guard let daemon, daemon.isQuiet, network.isEmpty else { return false }
        return stores.allSatisfy { $0.value.kept == 0 }
    }

    private func isCaughtUp(_ daemon: SimulatedDaemon) -> Bool {
        guard daemon.isQuiet, daemon.runner.isEmpty else { return false }
        let host = daemon.runner.hostStatus
        return host.held == 0 && host.waiting == 0
    }

    var finalDaemon: SimulatedDaemon? { daemon }
}

/// Frames that a store sent.
private struct SimulatedSink: FrameSink {
    var frames: [[UInt8]] = []
    mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) -> FrameFate {
        frames.append(Array(frame))
        return .sent
    }
    mutating func finish() {}
}
