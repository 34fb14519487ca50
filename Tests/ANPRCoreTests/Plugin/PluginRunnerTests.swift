import Dispatch
import Glibc
import Synchronization
import Testing

@testable import ANPRCore

/// A plugin's thread: what the plugin does is its own affair, and shows.
@Suite(.timeLimit(.minutes(10))) struct PluginRunnerTests {
    private typealias Runner = PluginRunner<SimulatedDisk>

    private static func runner(
        _ plugin: ProbePlugin, backlog: Int = 64, shards: Int = 1,
        watch: @escaping @Sendable ([WatchedPlate]) throws -> Void = { _ in }
    ) throws -> Runner {
        let subscription = Subscription(
            name: plugin.name, interests: plugin.interests,
            watcher: plugin.interests.contains(.watchedReads) ? 0 : nil, shards: shards, backlog: backlog)
        let host = try PluginHost(plugin, storage: MemoryLedgerStorage(seed: 1), shards: shards)
        return PluginRunner(host, subscription, logs: [], watch: watch)
    }

    private static func start(_ runner: Runner) throws -> ThreadAgent {
        try ThreadAgent(name: runner.name) { runner.run() }
    }

    private static func end(_ runner: Runner, _ thread: ThreadAgent) -> PluginStatus {
        runner.stop()
        thread.join()
        return runner.status()
    }

    @Test func handsOverEverythingInOrderThenEnds() throws {
        let plugin = ProbePlugin("p", [.hits, .records, .watchedReads])
        let runner = try Self.runner(plugin, backlog: 8192, shards: 2)
        let thread = try Self.start(runner)
        var fans = StreamFanPair(runner.subscription)
        for i in 0..<2000 {
            fans.first.found(StreamSample.hit(i), at: 0)
            fans.second.found(StreamSample.hit(10_000 + i), at: 0)
            if i % 4 == 0 { fans.first.recorded(StreamSample.record(20_000 + i)) }
            if i % 5 == 0 { fans.second.watched(StreamSample.read(30_000 + i), at: 0, by: 0) }
            if i % 64 == 63 { fans.publish() }
        }
        fans.publish()
        let status = Self.end(runner, thread)
        let numbers = plugin.calls.flatMap { $0 }
        for (from, step) in [(0, 1), (10_000, 1), (20_000, 4), (30_000, 5)] {
            let stream = numbers.filter { (from..<from + 10_000).contains($0) }
            #expect(stream == stride(from: from, to: from + 2000, by: step).map { $0 })
        }
        #expect(status.handled == 4900 && status.dropped == 0 && status.backlog == 0 && status.failure == nil)
        #expect(status.counters == [PluginCounter("calls", plugin.calls.count)])
        #expect(plugin.finishes == 1)
    }

    /// What is sent goes out, or fails, while nothing comes in.
    @Test func whatBecomesOfEffectsShowsWithoutEvents() throws {
        let delivery = ProbeDelivery()
        let subscription = Subscription(name: "d", interests: .hits, watcher: nil, shards: 1, backlog: 16)
        let host = try PluginHost(
            DecidingPlugin(), storage: MemoryLedgerStorage(seed: 1), shards: 1, delivery: delivery)
        let runner = Runner(host, subscription, logs: []) { _ in }
        var fan = StreamFan([subscription], shard: 0)
        fan.found(StreamSample.hit(1), at: 0)
        fan.publish()
        delivery.problem = .temporary("away")
        _ = runner.turn(nowNs: .second)
        delivery.problem = .temporary("down")
        for second in 2...9 as ClosedRange<Nanoseconds> {
            #expect(runner.turn(nowNs: second * .second) == 0)
        }
        #expect(runner.status().host?.waiting == 1 && runner.status().host?.deliveryProblem == "down")
        #expect(runner.status().failure == nil, "an office that is away is no failure of the plugin")
        delivery.problem = nil
        for hour in 1...2 as ClosedRange<Nanoseconds> { _ = runner.turn(nowNs: hour * .hour) }
        #expect(runner.status().host?.waiting == 0 && runner.status().host?.deliveryProblem == nil)
    }

    /// What the disk did not take is written by a later turn; then nothing fails any more.
    @Test func aFailureOfTheDiskIsOverWhenItTakesTheSame() throws {
        let storage = MemoryLedgerStorage(seed: 1)
        let subscription = Subscription(name: "d", interests: .hits, watcher: nil, shards: 1, backlog: 16)
        let host = try PluginHost(DecidingPlugin(), storage: storage, shards: 1, delivery: ProbeDelivery())
        let runner = Runner(host, subscription, logs: []) { _ in }
        _ = runner.turn(nowNs: .second)
        var fan = StreamFan([subscription], shard: 0)
        fan.found(StreamSample.hit(1), at: 0)
        fan.publish()
        storage.plan(.error(ENOSPC), at: storage.calls)
        #expect(runner.turn(nowNs: .second + .millisecond) == 1)
        #expect(storage.wasHit && runner.status().failure?.contains("No space left") == true)
        storage.planNothing()
        _ = runner.turn(nowNs: .second + 2 * .millisecond)
        #expect(runner.status().failure == nil && runner.hostStatus.transactions == 1)
    }

    @Test func aCallThatFailsTwiceIsMadeAThirdTimeWithTheSameEvents() throws {
        let plugin = ProbePlugin("p", handle: { if $0 < 3 { throw ProbePlugin.Fault("disk full") } })
        let runner = try Self.runner(plugin)
        var fan = StreamFan([runner.subscription], shard: 0)
        for i in 0..<10 { fan.found(StreamSample.hit(i), at: 0) }
        fan.publish()
        let status = try Self.end(runner, Self.start(runner))
        #expect(plugin.calls == Array(repeating: Array(0..<10), count: 3))
        #expect(status.handled == 10 && status.dropped == 0 && status.failure == nil)
        #expect(plugin.finishes == 1)
    }

    @Test func aPluginThatFailsThreeTimesIsParkedAndShowsIt() throws {
        let plugin = ProbePlugin("p", handle: { _ in throw ProbePlugin.Fault("disk full") })
        let neighbour = ProbePlugin("n")
        let runners = try [Self.runner(plugin, backlog: 4), Self.runner(neighbour)]
        var fan = StreamFan(runners.map(\.subscription), shard: 0)
        for i in 0..<10 { fan.found(StreamSample.hit(i), at: 0) }
        fan.publish()
        let threads = try runners.map { try Self.start($0) }
        // What comes later finds no room either: the batch that failed is still there.
        for i in 10..<20 { fan.found(StreamSample.hit(i), at: 0) }
        fan.publish()
        let status = Self.end(runners[0], threads[0])
        #expect(plugin.calls == Array(repeating: [0, 1, 2, 3], count: 3))
        #expect(status.handled == 0 && (12...16).contains(status.dropped) && status.backlog <= 4)
        #expect(status.failure == "disk full (attempt 3 of 3, parked)")
        #expect(plugin.finishes == 0, "what it is in the middle of is not for it to write out")
        let other = Self.end(runners[1], threads[1])
        #expect(neighbour.calls.flatMap { $0 } == Array(0..<20))
        #expect(other.handled == 20 && other.dropped == 0 && other.failure == nil)
    }

    @Test func aSlowPluginNeverStallsAShard() throws {
        let (entered, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let slow = ProbePlugin(
            "slow",
            handle: { call in
                guard call == 1 else { return }
                entered.signal()
                goOn.wait()
            })
        let quick = ProbePlugin("quick")
        let runners = try [Self.runner(slow, backlog: 64), Self.runner(quick, backlog: 1 << 14)]
        let threads = try runners.map { try Self.start($0) }
        var fan = StreamFan(runners.map(\.subscription), shard: 0)
        fan.found(StreamSample.hit(0), at: 0)
        fan.publish()
        entered.wait()
        // The plugin is in its call until this thread, which is the shard, lets it go.
        for i in 1..<10_000 {
            fan.found(StreamSample.hit(i), at: 0)
            if i % 100 == 0 { fan.publish() }
        }
        fan.publish()
        let stalled = runners[0].status()
        #expect(stalled.handled == 0 && stalled.backlog == 64 && stalled.dropped == 10_000 - 65)
        goOn.signal()
        let status = Self.end(runners[0], threads[0])
        #expect(slow.calls.flatMap { $0 } == Array(0..<65))
        #expect(status.handled == 65 && status.handled + status.dropped == 10_000)
        let other = Self.end(runners[1], threads[1])
        #expect(quick.calls.flatMap { $0 } == Array(0..<10_000))
        #expect(other.dropped == 0 && other.handled == 10_000)
    }

    @Test func oneCallHasABoundedBatch() throws {
        let plugin = ProbePlugin("p")
        let runner = try Self.runner(plugin, backlog: 8192)
        var fan = StreamFan([runner.subscription], shard: 0)
        for i in 0..<5000 { fan.found(StreamSample.hit(i), at: 0) }
        fan.publish()
        let status = try Self.end(runner, Self.start(runner))
        #expect(plugin.calls.map(\.count) == [1024, 1024, 1024, 1024, 5000 - 4096])
        #expect(status.backlogMax == 5000)
    }

    @Test func aReloadTellsTheEngineWhatIsWatched() throws {
        let wanted = [WatchedPlate(plate: Plate(word: 5), fromNs: 1, toNs: 2)]
        let told = Mutex<[[WatchedPlate]]>([])
        let done = DispatchSemaphore(value: 0)
        let plugin = ProbePlugin("p", [.watchedReads], reload: { wanted })
        let runner = try Self.runner(plugin) { plates in
            told.withLock { $0.append(plates) }
            done.signal()
        }
        let thread = try Self.start(runner)
        runner.requestReload()
        done.wait()
        let status = Self.end(runner, thread)
        #expect(told.withLock { $0 } == [wanted])
        #expect(status.failure == nil)
    }

    @Test func aReloadThatIsRefusedShowsAndThePluginGoesOn() throws {
        let tried = DispatchSemaphore(value: 0)
        let plugin = ProbePlugin(
            "p",
            reload: {
                tried.signal()
                throw ProbePlugin.Fault("line 7 is wrong")
            })
        let runner = try Self.runner(plugin)
        let thread = try Self.start(runner)
        runner.requestReload()
        tried.wait()
        let status = Self.end(runner, thread)
        #expect(status.failure == "reload refused, the old state stays: line 7 is wrong")
        #expect(plugin.finishes == 1)
    }

    /// A reload that the plugin takes brings it back, with the batch at which it stood; one that it refuses does not,
    /// and does not hide why it is parked.
    @Test(arguments: [true, false]) func aReloadBringsAParkedPluginBack(isGood: Bool) throws {
        let (last, reloaded) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let plugin = ProbePlugin(
            "p",
            reload: {
                reloaded.signal()
                if !isGood { throw ProbePlugin.Fault("line 7 is wrong") }
                return []
            },
            handle: { call in
                if call == PluginRunner<SimulatedDisk>.attemptsMax { last.signal() }
                if call <= PluginRunner<SimulatedDisk>.attemptsMax { throw ProbePlugin.Fault("disk full") }
            })
        let runner = try Self.runner(plugin)
        let thread = try Self.start(runner)
        var fan = StreamFan([runner.subscription], shard: 0)
        fan.found(StreamSample.hit(0), at: 0)
        fan.publish()
        last.wait()
        runner.requestReload()
        reloaded.wait()
        let status = Self.end(runner, thread)
        #expect(status.failure == (isGood ? nil : "disk full (attempt 3 of 3, parked)"))
        #expect(plugin.calls == Array(repeating: [0], count: isGood ? 4 : 3))
        #expect(status.handled == (isGood ? 1 : 0))
    }

    @Test func anEndThatFailsShows() throws {
        let plugin = ProbePlugin("p", finish: { throw ProbePlugin.Fault("disk full") })
        let runner = try Self.runner(plugin)
        let status = try Self.end(runner, Self.start(runner))
        #expect(status.failure == "at its end: disk full")
    }
}

/// The ends of two shards, on one thread.
private struct StreamFanPair: ~Copyable {
    var first: StreamFan
    var second: StreamFan

    init(_ subscription: Subscription) {
        first = StreamFan([subscription], shard: 0)
        second = StreamFan([subscription], shard: 1)
    }

    mutating func publish() {
        first.publish()
        second.publish()
    }
}
