import ANPRCore
import Glibc

extension Command {
    static let demo = Command(
        name: "demo", summary: "Run the whole engine on simulated traffic, and hold every count against the truth",
        arguments: "[flags]", operands: 0...0,
        flags: TrafficFlags.all + [
            Flag("duration", "SECONDS", "how long it takes, about (default 20)"),
            Flag("seeds", "DIR", "the seeds folder (default: found)"),
            Flag("keep", "DIR", "keep what the engine writes, in a new folder (default: a temporary one, removed)"),
            Flag("json", nil, "the table as one JSON object"),
        ],
        details: """
            1,531 cameras of the seeds push authenticated UDP frames over loopback into an engine in this process, set
            up by seeds/config/anprd.json5. What it finds must be what a plain model finds in the same reads.
            Exit code 0: every count agrees; 1: one does not. Vehicles, plates and journeys are made up: no plate stands
            for a real one.
            """,
        examples: [
            "anprd demo", "anprd demo --noise --seed 7", "anprd demo --json | jq '.rows[] | select(.agrees | not)'",
        ],
        run: { try DemoRun($0).run() })
}

private struct DemoRun {
    private let asJSON: Bool
    private let durationNs: Nanoseconds
    private let keptDirectory: String?
    private var plan: TrafficPlan

    init(_ arguments: Arguments) throws {
        asJSON = arguments.has("json")
        durationNs = Nanoseconds(try arguments.integer("duration", 1...86_400, default: 20)) * .second
        keptDirectory = arguments.text("keep")
        let seeds = Seeds(folder: try SeedsFolder.find(arguments.text("seeds")))
        var configuration = try EngineConfiguration(path: seeds.configuration)
        configuration.listen.port = 0
        configuration.clock = .frames
        configuration.output.directory = ""
        // The demo's frames are no reads of anybody's: nothing of them is kept.
        configuration.journal.directory = ""
        // WHY: a backlog overrun would drop events, by design; here every event is counted, and the plugins' files are
        // written on the same two cores.
        for i in configuration.plugins.indices {
            configuration.plugins[i].backlog = 1 << 20
            guard configuration.plugins[i].name == "sara" else { continue }
            // Half an hour is no month: norms by which needs arise in it.
            configuration.plugins[i].options["workload"] = "../sara/workload-demo.csv"
            configuration.plugins[i].options["report_minutes"] = "0"
            // Nothing is left behind: what the site would show becomes lines.
            configuration.plugins[i].options["site_folder"] = nil
        }
        plan = try TrafficPlan(
            configuration, watched: PluginCatalog.watchedPlates(configuration), linksPath: seeds.links)
        plan.setup.traffic.seed = UInt64(try arguments.integer("seed", 0...Int.max, default: 1))
        plan.setup.traffic.readsPerSecond = try arguments.number("rate", 1...1e6, default: 500)
        plan.setup.traffic.durationNs =
            Nanoseconds(try arguments.integer("seconds", 1...86_400, default: 1800)) * .second
        plan.setup.noise = try TrafficFlags.noise(arguments)
    }

    func run() throws -> ExitCode {
        let directory = try keptDirectory ?? TemporaryDirectory.make("anprd-demo")
        defer { if keptDirectory == nil { TemporaryDirectory.remove(directory) } }
        if keptDirectory != nil, access(directory, F_OK) == 0 {
            throw SystemError("mkdir", code: EEXIST, subject: "\(directory) (--keep needs a folder that is not there)")
        }
        try Directory.make(directory)
        var configuration = plan.configuration
        configuration.output.directory = directory
        var signals = Signals()
        let engine = try Engine(configuration, plugins: try PluginCatalog.factories(configuration)) { _ in }
        say(engine, directory)
        try engine.start()
        let journeys = plan.journeys()
        let truth = plan.truth(journeys)
        let sent = try send(to: engine, truth, journeys, &signals)
        try awaitArrival(sent.delivered, engine)
        awaitPlugins(engine, &signals)
        if sent.isInterrupted {
            Console.error("interrupted: the table is of the \(Console.grouped(sent.report.reads)) reads that were sent")
        }
        signals.endAtOnceOnSecond()
        try computeNeeds(engine, truth)
        let settled = engine.status()
        let status = engine.stop()
        if !asJSON { Console.error("working out the truth of \(Console.grouped(sent.report.reads)) reads") }
        let summary = try truth.finish()
        let table = try DemoTable(
            configuration, truth: truth, summary: summary, frames: sent.network, settled: settled, status: status,
            written: try WrittenLines(directory: directory))
        table.print(asJSON: asJSON)
        return !table.agrees ? .failure : sent.isInterrupted ? .interrupted : .ok
    }

    private func say(_ engine: Engine, _ directory: String) {
        guard !asJSON else { return }
        let traffic = plan.setup.traffic
        let lists = engine.blacklists.counts.map { "\($0.list) \(Console.grouped($0.entries))" }.joined(separator: ", ")
        Console.error(
            """
            engine     127.0.0.1:\(engine.port) (UDP), \(engine.notices[0])
            network    \(Console.grouped(plan.network.registry.cameras.count)) cameras, \
            \(plan.sections.sections.count) sections
            lists      \(lists)
            traffic    seed \(traffic.seed), \(traffic.durationNs / .second) s of traffic at about \
            \(Int(traffic.readsPerSecond)) reads/s\(plan.setup.noise.touchesReads ? ", with noise" : ""), \
            sent in about \(durationNs / .second) s
            output     \(directory)\(keptDirectory == nil ? " (removed at the end; --keep DIR keeps it)" : "")
            """)
    }

    private struct Sent {
        let report: Simulation.Report
        let network: NoisyFrames<UDPSender>.Counts
        let isInterrupted: Bool
        var delivered: Int { network.delivered }
    }

    private func send(
        to engine: Engine, _ truth: Truth, _ journeys: JourneyLog, _ signals: inout Signals
    ) throws -> Sent {
        let traffic = plan.setup.traffic
        var options = UDPSender.Options(port: engine.port)
        options.sockets = 4
        options.pace = .times(Double(traffic.durationNs) / Double(durationNs))
        options.paceFromNs = traffic.startNs
        // The sender shares the machine's cores with the engine: it waits rather than overrun the socket.
        options.window = SendWindow(datagrams: 4096) { engine.framesSeen() }
        var sink = NoisyFrames(try UDPSender(options), options: plan.setup.noise)
        var isInterrupted = false
        var progress = Progress(isShown: !asJSON)
        let report = try Simulation.run(
            plan.network, plan.setup, truth: truth, journeys: journeys, keys: plan.cameraKeys, into: &sink,
            while: { now in
                progress.show(Double(now.atNs - traffic.startNs) / Double(traffic.durationNs)) {
                    let status = engine.status()
                    return "sent \(Console.grouped(now.reads))  matched \(Console.grouped(status.matched))  "
                        + "hits \(Console.grouped(status.hits - status.hitsRepeated))  "
                        + "records \(Console.grouped(status.records))  offences \(Console.grouped(status.offences))"
                }
                isInterrupted = signals.wait(milliseconds: 0) == .terminate
                return !isInterrupted
            })
        progress.end()
        return Sent(report: report, network: sink.counts, isInterrupted: isInterrupted)
    }

    /// Until everything that was sent has arrived, or nothing has moved for five seconds: the table then says what is
    /// missing.
    private func awaitArrival(_ frames: Int, _ engine: Engine) throws {
        var seen = engine.framesSeen()
        var movedNs = Clock.monotonicNs()
        while seen < frames, Clock.monotonicNs() - movedNs < 5 * .second {
            Pacer.pauseUntil(Clock.monotonicNs() + .millisecond)
            let now = engine.framesSeen()
            if now != seen { movedNs = Clock.monotonicNs() }
            seen = now
        }
    }

    /// Until the plugins have taken what was found, and have heard each other: nothing waits and nothing moves, look
    /// after look. A plugin that is stuck is not waited for longer than a minute, and not against the user's will.
    private func awaitPlugins(_ engine: Engine, _ signals: inout Signals) {
        let endNs = Clock.monotonicNs() + 60 * .second
        var before: [PluginStatus] = []
        var calmLooks = 0
        while calmLooks < 10 {
            let plugins = engine.status().plugins
            let restless = plugins.enumerated().compactMap { i, plugin in
                Self.restlessness(of: plugin, since: i < before.count ? before[i] : nil)
            }
            calmLooks = restless.isEmpty ? calmLooks + 1 : 0
            before = plugins
            guard Clock.monotonicNs() < endNs, signals.wait(milliseconds: 100) != .terminate else {
                return Console.error("the plugins are not at rest: " + restless.joined(separator: ", "))
            }
        }
    }

    private static func restlessness(of plugin: PluginStatus, since before: PluginStatus?) -> String? {
        if plugin.backlog + plugin.behind > 0 { return "\(plugin.name) has \(plugin.backlog + plugin.behind) to take" }
        guard let before else { return "\(plugin.name) was looked at once" }
        let moved = zip(plugin.counters, before.counters).filter { $0.0 != $0.1 }.map(\.0.name)
        return moved.isEmpty ? nil : "\(plugin.name) counts \(moved.joined(separator: ", "))"
    }

    /// What the day so far asks for, as a person would ask for it.
    private func computeNeeds(_ engine: Engine, _ truth: Truth) throws {
        let isAttached = plan.configuration.plugins.contains { $0.name == "sara" }
        guard isAttached, let sara = PluginCatalog.module("sara"),
            let verb = sara.verbs.first(where: { $0.name == "need compute" })
        else { return }
        let day = LocalTime.europeBrussels.day(truth.latestSentNs)
        let call = try verb.call(["to": Instant.date(Nanoseconds(day) * .day)], id: "demo", by: "demo")
        for reply in engine.call([call], plugin: sara.name) {
            if case .refused(let refusal) = reply { Console.error("sara need compute: \(refusal.message)") }
        }
    }
}
