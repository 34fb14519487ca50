import ANPRCore
import Glibc

extension Command {
    static let serve = Command(
        name: "serve", summary: "Run the engine on real traffic", arguments: "--config FILE [flags]", operands: 0...0,
        flags: [
            Flag("config", "FILE", "the configuration (JSON5; seeds/config/anprd.json5 explains every key)"),
            Flag("json", nil, "status, log and report as JSON lines"),
            Flag(
                "status-seconds", "N", "without a terminal, a status line each N seconds (default 10; 0: none)"),
        ],
        details: """
            Receives frames until SIGTERM or SIGINT; then stops receiving, lets everything in flight run out, reports
            and exits with 0, or with 1 if a plugin failed (an office that is away is no failure: what waits for it is
            kept). A second signal ends it at once, with 130. SIGHUP reads the lists, cameras and keys
            again; a faulty file is reported and changes nothing.
            """,
        examples: [
            "anprd serve --config seeds/config/anprd.json5",
            "anprd serve --config anprd.json5 --json | jq 'select(.event==\"status\") | .reads'",
        ],
        run: { arguments in
            var run = try ServeRun(arguments)
            return try run.run()
        })
}

/// One run of `anprd serve`.
private struct ServeRun {
    private let engine: Engine
    private var control: ControlServer?
    private let asJSON: Bool
    private let statusSeconds: Int
    private var signals: Signals

    init(_ arguments: Arguments) throws {
        let path = try arguments.required("config")
        asJSON = arguments.has("json")
        statusSeconds = try arguments.integer("status-seconds", 0...86_400, default: 10)
        signals = Signals()
        // WHY: a peer, or whoever reads the log, that goes away must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        let asJSON = self.asJSON
        engine = try ConfigurationAudit.telling(path) {
            let configuration = try EngineConfiguration(path: path)
            return try Engine(configuration, plugins: try PluginCatalog.factories(configuration)) {
                Self.log($0, asJSON)
            }
        }
    }

    private static func log(_ text: String, _ asJSON: Bool) {
        guard asJSON else { return Console.error("anprd: \(text)") }
        var line = JSONLine()
        line.begin()
        line.field("event", text.hasPrefix("WARNING") ? "warning" : "log")
        line.field("text", text)
        line.end(newline: true)
        Console.print(line)
    }

    mutating func run() throws -> ExitCode {
        try engine.start()
        let address = IPv4.text(engine.configuration.listen.address)
        Self.log("listening on \(address):\(engine.port) (UDP)", asJSON)
        control = try serveCalls()
        for notice in engine.notices { Self.log(notice, asJSON) }
        serveUntilTold()
        signals.endAtOnceOnSecond()
        if !asJSON { Self.log("stopping: no more is received; what is in flight runs out", asJSON) }
        control?.stop()
        let status = engine.stop()
        if asJSON {
            Console.print(StatusText.json(status, event: "report"))
        } else {
            Console.print(StatusText.report(status))
        }
        return status.plugins.contains { $0.failure != nil } ? .failure : .ok
    }

    /// On a socket in the data directory, whose lock the engine holds; none without a journal.
    private func serveCalls() throws -> ControlServer? {
        let data = engine.configuration.journal.directory
        guard !data.isEmpty else { return nil }
        return try ControlServer(
            folder: data, verbs: PluginCatalog.verbs(engine.configuration),
            accessFolder: { "\(data)/subscriptions/\($0)" }
        ) { [engine] calls, plugin in engine.call(calls, plugin: plugin) }
    }

    private mutating func serveUntilTold() {
        let live = Console.outputIsTerminal && !asJSON
        let every = live ? 1 : statusSeconds
        var before = engine.status()
        var seconds = 0
        while true {
            switch signals.wait(milliseconds: 1000) {
            case .terminate:
                if live { Console.endStatus() }
                return
            case .hangup: reload()
            case .timeout:
                engine.logRefusals()
                seconds += 1
                guard every > 0, seconds % every == 0 else { continue }
                let now = engine.status()
                show(now, since: before, live: live)
                before = now
            }
        }
    }

    private func show(_ now: EngineStatus, since before: EngineStatus, live: Bool) {
        let warning = engine.configuration.authentication == .noneLabOnly ? "NO AUTHENTICATION  " : ""
        if asJSON {
            Console.print(StatusText.json(now, event: "status"))
        } else if live {
            Console.status(warning + StatusText.line(now, since: before))
        } else {
            Console.print(warning + StatusText.line(now, since: before))
        }
    }

    private func reload() {
        do {
            try engine.reload()
            Self.log("reloaded: \(engine.blacklists.entryCount) list entries", asJSON)
        } catch {
            Self.log("WARNING: reload refused, everything stays as it was:\n\(error)", asJSON)
        }
    }
}
