import ANPRCore
import Glibc

extension Benchmark {
    static let plugins = Benchmark(
        name: "plugins",
        purpose: "the seeds' network, 0.7 % hits, by UDP into a whole engine: no plugin, the five, bad ones"
    ) { options in
        let stage = try PluginsStage(reads: options.small ? 50_000 : 2_000_000)
        let crews: [(String, PluginsStage.Crew)] = [
            ("no plugin", .init()), ("the five", .init(hasFive: true)),
            ("one that takes 1 s an event", .init(bad: [.slow])), ("one that throws", .init(bad: [.throwing])),
            ("the five, a slow one and one that throws", .init(hasFive: true, bad: [.slow, .throwing])),
        ]
        let turns = InTurns(cases: crews.count) { try crews.map { try stage.run($0.1) } }
        return crews.indices.map { i in
            BenchmarkCase(crews[i].0, unit: "reads", expected: stage.expected(crews[i].1)) { try turns.outcome(of: i) }
        }
    }
}

/// Frames of the seeds' network, made beforehand, and an engine for each run to send them to.
private final class PluginsStage {
    struct Crew {
        var hasFive = false
        var bad: [BadPlugin.Manner] = []
    }

    private let five: FivePlugins
    private var frames = FrameStore()
    private let reads: Int
    private let configuration: EngineConfiguration

    init(reads: Int) throws {
        five = try FivePlugins()
        var configuration = five.configuration
        configuration.listen.port = 0
        configuration.clock = .frames
        configuration.journal.directory = ""
        configuration.quota.cameraFrames = 0
        configuration.quota.sourceFrames = 0
        configuration.output.hits = false
        configuration.output.records = false
        // None is to be dropped: what the five do with all of it is compared.
        configuration.plugins = FivePlugins.modules.map { PluginConfiguration(name: $0.name, backlog: 1 << 20) }
        self.configuration = configuration
        var plan = try TrafficPlan(
            configuration, watched: five.watchedPlates(), linksPath: "seeds/network/links.csv")
        plan.setup.traffic.readsPerSecond = 5000
        plan.setup.traffic.readsMax = reads
        plan.setup.traffic.durationNs = .day
        plan.setup.bank.lingerNs = 5 * .second
        self.reads = try Simulation.run(plan.network, plan.setup, keys: plan.cameraKeys, into: &frames).reads
    }

    func expected(_ crew: Crew) -> String? { crew.hasFive ? nil : "\(reads) matched" }

    /// Sends everything, no faster than it is taken, and waits until it is matched.
    func run(_ crew: Crew) throws -> Outcome {
        let folder = try BenchmarkFolder()
        let bad = BadRun()
        var configuration = configuration
        configuration.output.directory = folder.path("out")
        let engine = try Engine(
            configuration,
            plugins: (crew.hasFive ? try five.factories() : []) + crew.bad.map { BadPlugin.factory($0, in: bad) })
        try engine.start()
        var options = UDPSender.Options(port: engine.port)
        options.trains = true
        options.window = SendWindow(datagrams: 4096) { engine.framesSeen() }
        var sender = try UDPSender(options)
        let startNs = Clock.monotonicNs()
        try frames.replay(into: &sender)
        while engine.status().matched < reads, Clock.monotonicNs() - startNs < 120 * .second { poll(nil, 0, 1) }
        let ns = Clock.monotonicNs() - startNs
        bad.end()
        let status = engine.stop()
        return outcome(status, ns: ns)
    }

    private func outcome(_ status: EngineStatus, ns: Nanoseconds) -> Outcome {
        let five = status.plugins.filter { plugin in FivePlugins.modules.contains { $0.name == plugin.name } }
        let taken = five.map { "\($0.name) \($0.handled)\($0.dropped > 0 ? ", \($0.dropped) dropped" : "")" }
        var outcome = Outcome(
            items: reads, ns: ns, result: (["\(status.matched) matched"] + taken).joined(separator: ", "))
        let hits = Decimal3.text(status.hits * 100_000 / max(1, status.matched))
        outcome.remark = "\(hits) % hits"
        return outcome
    }
}
