import ANPRCore
import Glibc

extension Command {
    static let simulate = Command(
        name: "simulate", summary: "Drive vehicles over the road network and send what its cameras read of them",
        arguments: "[flags]", operands: 0...0,
        flags: TrafficFlags.all + [
            Flag(
                "config", "FILE",
                "the daemon's configuration: cameras, sections, lists, keys (default: that of the seeds)"),
            Flag("seeds", "DIR", "the seeds folder (default: found)"),
            Flag("links", "FILE", "the roads between the cameras (default: network/links.csv of the seeds)"),
            Flag("to", "HOST:PORT", "where to (default: where the configuration listens)"),
            Flag("pace", "N|flat", "N times real time, or flat: as fast as it goes (default 1)"),
            Flag("start", "WHEN", "the traffic's first instant: now, or ISO 8601 (default: now)"),
            Flag("reads", "N", "stop after so many reads"),
            Flag("epoch", "N", "the cameras' epoch (default: seconds since 1970)"),
            Flag("sockets", "N", "send from so many ports, 1 to 64 (default 1)"),
            Flag("trains", nil, "hand frames of one length to the kernel as one (UDP GSO)"),
            Flag("cameras", "N", "a network of N cameras, made of copies; needs --network"),
            Flag("network", "DIR", "where cameras.csv and sections.csv of such a network go, for the daemon"),
            Flag("truth", "FILE", "write hits, section records and counts as JSON lines"),
            Flag("truth-reads", nil, "write every read too"),
            Flag("json", nil, "the report as JSON"),
        ] + TrafficFlags.noise + AcknowledgedRun.flags,
        details: """
            The reference camera. Vehicles, plates and journeys are made up: no plate stands for a real one.
            Reads an hour long at any pace but 1 carry times that are not this machine's: let the daemon run with
            clock: "frames" then. Flat out, a socket can overflow; the daemon counts what its kernel dropped.
            With --acknowledged each camera keeps its reads until the daemon has them on disk and repeats what is
            missing; the run ends when all is acknowledged, with 1 if the daemon stays silent before. Of --noise, only
            what is done to reads goes with it: for frames there is anprd relay. Where a store is three quarters full,
            the traffic waits.
            """,
        examples: [
            "anprd simulate --rate 2000 --seconds 60",
            "anprd simulate --pace flat --seconds 600 --seed 7 --noise --truth truth.jsonl",
            "anprd simulate --acknowledged --pace flat --seconds 60 --sent sent.csv",
            "anprd simulate --cameras 10000 --network big --rate 10000",
        ],
        run: { try SimulateRun($0).run() })
}

private struct SimulateRun {
    private let arguments: Arguments
    private var plan: TrafficPlan
    private var options: UDPSender.Options

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        let configuration = try EngineConfiguration(
            path: try arguments.text("config") ?? Seeds(folder: SeedsFolder.find(arguments.text("seeds"))).configuration
        )
        let links = try arguments.text("links") ?? Seeds(folder: SeedsFolder.find(arguments.text("seeds"))).links
        options = try Destination.options(arguments, default: configuration.listen)
        options.pace = try Destination.pace(arguments, default: .times(1))
        options.sockets = try arguments.integer("sockets", 1...64, default: 1)
        options.trains = arguments.has("trains")
        plan = try TrafficPlan(
            configuration, watched: PluginCatalog.watchedPlates(configuration), linksPath: links)
        try resize()
        plan.setup.traffic.seed = UInt64(try arguments.integer("seed", 0...Int.max, default: 1))
        plan.setup.traffic.readsPerSecond = try arguments.number("rate", 0.001...1e9, default: 1000)
        plan.setup.traffic.durationNs =
            Nanoseconds(try arguments.integer("seconds", 1...31_536_000, default: 60)) * .second
        plan.setup.traffic.readsMax = try arguments.integer("reads", 1...Int.max, default: .max)
        plan.setup.traffic.startNs = try startNs()
        plan.setup.noise = try TrafficFlags.noise(arguments)
        // A camera that starts again begins an epoch, so that the daemon does not take its sequences for old ones.
        plan.setup.bank.epoch = UInt32(
            try arguments.integer("epoch", 0...Int(UInt32.max), default: Int(Clock.wallNs() / .second)))
        options.paceFromNs = plan.setup.traffic.startNs
    }

    private mutating func resize() throws {
        let directory = arguments.text("network")
        guard arguments.text("cameras") != nil else {
            if directory != nil { throw arguments.usageError("--network goes with --cameras") }
            return
        }
        guard let directory else { throw arguments.usageError("--cameras needs --network DIR, for the daemon's files") }
        try plan.resize(cameras: try arguments.integer("cameras", 1...100_000, default: 1), directory: directory)
    }

    private func startNs() throws -> Nanoseconds {
        guard let text = arguments.text("start"), text != "now" else { return Clock.wallNs() }
        guard let ns = Instant.parse(text) else {
            throw arguments.usageError("--start must be 'now' or like 2026-06-01T06:00:00Z, not '\(text)'")
        }
        return ns
    }

    func run() throws -> ExitCode {
        var signals = Signals()
        let wantsTruth = arguments.text("truth") != nil
        let writer = try arguments.text("truth").map {
            try TruthWriter(path: $0, writesReads: arguments.has("truth-reads"))
        }
        let journeys = wantsTruth ? plan.journeys() : nil
        let truth = wantsTruth ? plan.truth(journeys, writer: writer) : nil
        if arguments.has("acknowledged") {
            let run = try AcknowledgedRun(arguments, plan: plan, options: options)
            return try run.run(truth, journeys, &signals)
        }
        let stray = AcknowledgedRun.flags.first { arguments.has($0.name) || arguments.text($0.name) != nil }
        if let stray { throw arguments.usageError("--\(stray.name) goes with --acknowledged") }
        var sink = NoisyFrames(try UDPSender(options), options: plan.setup.noise)
        var progress = Progress()
        let traffic = plan.setup.traffic
        let report = try Simulation.run(
            plan.network, plan.setup, truth: truth, journeys: journeys, keys: plan.cameraKeys, into: &sink,
            while: { now in
                progress.show(Double(now.atNs - traffic.startNs) / Double(traffic.durationNs)) {
                    "\(Console.grouped(now.reads)) reads sent in \(Console.grouped(now.frames)) frames"
                }
                return signals.wait(milliseconds: 0) != .terminate
            })
        progress.end()
        let network = sink.counts
        let sender = sink.sink.counts
        show(report, network, sender, try truth?.finish())
        return sender.refused > 0 ? .unavailable : .ok
    }

    private func show(
        _ report: Simulation.Report, _ network: NoisyFrames<UDPSender>.Counts, _ sender: UDPSender.Counts,
        _ truth: TruthSummary?
    ) {
        var rows = [
            ("reads", report.reads), ("frames", report.frames), ("frames_delivered", network.delivered),
            ("frames_twice", network.twice), ("frames_reordered", network.reordered),
            ("frames_delayed", network.delayed),
            ("frames_lost", network.lost), ("bytes", sender.bytes), ("misread", report.readNoise.misreadTotal),
            ("read_twice", report.readNoise.twice), ("read_slow", report.readNoise.slow),
            ("nobody_listened", sender.refused),
        ]
        for row in truth?.rows ?? [] { rows.append(("truth_" + row.name, row.count)) }
        Console.print(rows: rows, event: "simulate", asJSON: arguments.has("json"))
    }
}
