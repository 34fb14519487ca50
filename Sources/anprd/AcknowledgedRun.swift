import ANPRCore

/// `anprd simulate --acknowledged`: cameras that keep their reads until the daemon has them on disk.
struct AcknowledgedRun {
    static let flags = [
        Flag("acknowledged", nil, "keep each read until it is acknowledged, and send it again when asked"),
        Flag("store-reads", "N", "a camera keeps so many reads, a power of two (default 4096)"),
        Flag(
            "in-flight", "N",
            "reads not acknowledged, all cameras together, at which the traffic waits (default: 250000 flat, else none)"
        ),
        Flag("backoff", "SECONDS", "a camera that hears nothing asks again after so long at most (default 30)"),
        Flag("patience", "SECONDS", "give up when nothing is acknowledged for so long (default 120)"),
        Flag(
            "close", nil,
            "with clock: \"frames\", end with heartbeats so late that the daemon waits for no more reads or exits"),
        Flag("sent", "FILE", "write camera,epoch,reads: each camera numbered its reads 0 to reads - 1"),
    ]

    private let arguments: Arguments
    private let plan: TrafficPlan
    private let options: UDPSender.Options
    private var bank = StoreBank.Options()

    init(_ arguments: Arguments, plan: TrafficPlan, options: UDPSender.Options) throws(UsageError) {
        self.arguments = arguments
        self.plan = plan
        self.options = options
        for name in ["loss", "frame-twice", "frame-reordered", "frame-delayed"] where arguments.text(name) != nil {
            throw arguments.usageError("--\(name) does not go with --acknowledged; put `anprd relay` between")
        }
        bank.store.epoch = plan.setup.bank.epoch
        bank.store.capacity = try arguments.integer("store-reads", 64...1 << 20, default: 4096)
        guard bank.store.capacity.nonzeroBitCount == 1 else {
            throw arguments.usageError("--store-reads must be a power of two, not \(bank.store.capacity)")
        }
        bank.store.backoffMaxNs = Nanoseconds(try arguments.integer("backoff", 1...3600, default: 30)) * .second
        bank.sentTime = plan.configuration.clock == .frames ? .traffic : .wall
        if arguments.has("close") {
            guard bank.sentTime == .traffic else { throw arguments.usageError("--close needs clock: \"frames\"") }
            let sections = plan.configuration.sections
            bank.closingNs = sections.latenessNs + sections.passageMaxNs + 60 * .second
        }
        bank.pace = options.pace
        bank.paceFromNs = options.paceFromNs
        // Flat out, a socket of the default size must hold what is on its way, or most of it goes out twice.
        bank.keptMax = try arguments.integer(
            "in-flight", 1...Int.max, default: options.pace == .flatOut ? 250_000 : .max)
        bank.patienceNs = Nanoseconds(try arguments.integer("patience", 1...86_400, default: 120)) * .second
        bank.seed = plan.setup.traffic.seed
    }

    func run(_ truth: Truth?, _ journeys: JourneyLog?, _ signals: inout Signals) throws -> ExitCode {
        let traffic = plan.setup.traffic
        var source = NoisyReads(
            try Traffic(plan.network, options: traffic, journeys: journeys), options: plan.setup.noise)
        var sockets = try StoreSockets(options)
        var stores = StoreBank(plan.network.registry, options: bank, truth: truth, keys: plan.cameraKeys)
        var progress = Progress()
        var isStopping = false
        let startedNs = Clock.monotonicNs()
        let startedCPUNs = Clock.processCPUNs()
        try stores.run(&source, over: &sockets) { now in
            progress.show(Double(now.atNs - traffic.startNs) / Double(traffic.durationNs)) {
                "\(Console.grouped(now.reads)) reads, \(Console.grouped(now.frames)) frames sent"
            }
            if !isStopping, signals.wait(milliseconds: 0) == .terminate {
                isStopping = true
                // What is kept is still delivered; whoever cannot wait for that asks again.
                signals.endAtOnceOnSecond()
            }
            return !isStopping
        }
        progress.end()
        let times = [
            ("milliseconds", Int((Clock.monotonicNs() - startedNs) / .millisecond)),
            ("cpu_milliseconds", Int((Clock.processCPUNs() - startedCPUNs) / .millisecond)),
        ]
        if let path = arguments.text("sent") { try write(stores.numbered, path: path) }
        let counts = stores.counts
        show(counts, sockets.counts, times, source.counts, try truth?.finish())
        return counts.notAcknowledged == 0 && counts.givenUp == 0 ? .ok : .failure
    }

    private func write(_ cameras: [StoreBank.Numbered], path: String) throws(SystemError) {
        var text = "camera,epoch,reads\n"
        for camera in cameras { text += "\(camera.camera),\(camera.epoch),\(camera.reads)\n" }
        try TextFile.write(text, path: path)
    }

    private func show(
        _ stores: StoreBank.Counts, _ sockets: UDPSender.Counts, _ times: [(String, Int)], _ noise: ReadNoiseCounts,
        _ truth: TruthSummary?
    ) {
        var rows = [
            ("reads", stores.reads), ("frames", stores.frames), ("reads_resent", stores.resentReads),
            ("heartbeats", stores.heartbeats), ("acknowledgements", stores.acknowledgements),
            ("acknowledgements_refused", stores.refused), ("given_up", stores.givenUp),
            ("not_acknowledged", stores.notAcknowledged), ("traffic_waits", stores.waits),
            ("bytes", sockets.bytes), ("misread", noise.misreadTotal),
            ("read_twice", noise.twice), ("read_slow", noise.slow), ("nobody_listened", sockets.refused),
            ("datagrams_not_sent", sockets.lost),
        ]
        rows += times
        // The truth of reads that are repeated until they are heard knows no frames.
        let frames: Set = ["frames", "frames_lost", "reads_lost"]
        for row in truth?.rows ?? [] where !frames.contains(row.name) { rows.append(("truth_" + row.name, row.count)) }
        Console.print(rows: rows, event: "simulate", asJSON: arguments.has("json"))
    }
}
