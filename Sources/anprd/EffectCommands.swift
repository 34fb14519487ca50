import ANPRCore

extension Command {
    static let effectsList = Command(
        name: "effects list", summary: "List what plugins still have to send, and the dead letters they gave up",
        arguments: "DATA [flags]", operands: 1...1,
        flags: [
            Flag("plugin", "NAME", "only this plugin's"), Flag("dead", nil, "only dead letters"),
            Flag("json", nil, "JSON lines"),
        ],
        details: """
            Reads the ledgers in DATA/subscriptions and changes nothing; a daemon may be running. An effect is named by
            its key, under which the receiver does it once, however often it comes. Its content is not shown. Why one
            waits, no ledger knows: the daemon's status does (serve --json, `delivery_problem` of the plugin).
            """,
        examples: ["anprd effects list data", "anprd effects list data --plugin cbe --dead --json | jq -r .key"],
        run: { try EffectsRun($0).list() })

    static let effectsRetry = Command(
        name: "effects retry", summary: "Send dead letters again",
        arguments: "DATA --plugin NAME (--key KEY | --all)", operands: 1...1,
        flags: [
            Flag("plugin", "NAME", "whose"), Flag("key", "KEY", "the one of this key"), Flag("all", nil, "all of them"),
            Flag("json", nil, "a JSON line"),
        ],
        details: """
            The plugin tries them again as if they were new: at once if the daemon runs, else when it starts. What
            arrived after all is not done twice: the key is the same.
            """,
        examples: ["anprd effects retry data --plugin cbe --all"], run: { try EffectsRun($0).retry() })
}

private struct EffectsRun {
    private let arguments: Arguments
    private let directory: DataDirectory<DiskStorage>
    /// Of the plugins that have a ledger here, and were asked for.
    private let plugins: [String]

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        directory = try GivenDirectory.open(arguments.operands[0])
        let folder = directory.subscription("")
        let known = try directory.storage.list(folder).sorted()
        if let plugin = arguments.text("plugin") {
            guard known.contains(plugin) else {
                throw InputProblems(
                    file: folder, "there is no plugin '\(plugin)' here: \(known.joined(separator: ", "))")
            }
            plugins = [plugin]
        } else {
            plugins = known
        }
    }

    private func storage(_ plugin: String) throws -> DiskLedgerStorage {
        try DiskLedgerStorage(folder: directory.subscription(plugin))
    }

    private func letters(_ plugin: String) throws -> [EffectArchive.Letter] {
        try EffectArchive(try storage(plugin), shards: directory.shards).letters
    }

    func list() throws -> ExitCode {
        var waiting = 0
        var dead = 0
        for plugin in plugins {
            for letter in try letters(plugin) {
                if letter.reason == nil { waiting += 1 } else { dead += 1 }
                guard letter.reason != nil || !arguments.has("dead") else { continue }
                if arguments.has("json") { Console.print(json(plugin, letter)) } else { show(plugin, letter) }
            }
        }
        Console.print(
            rows: [("waiting", waiting), ("dead letters", dead)], event: "total", asJSON: arguments.has("json"))
        return .ok
    }

    private func show(_ plugin: String, _ letter: EffectArchive.Letter) {
        let state = letter.reason.map { "dead: \($0)" } ?? "waits"
        Console.print("\(plugin)  \(letter.effect.key)  to \(letter.effect.destination)  \(state)")
    }

    private func json(_ plugin: String, _ letter: EffectArchive.Letter) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("event", "effect")
        line.field("plugin", plugin)
        line.field("key", letter.effect.key)
        line.field("destination", letter.effect.destination)
        line.field("bytes", letter.effect.payload.count)
        line.field("dead", letter.reason != nil)
        if let reason = letter.reason { line.field("reason", reason) }
        line.end(newline: true)
        return line
    }

    func retry() throws -> ExitCode {
        guard let plugin = arguments.text("plugin") else { throw arguments.usageError("--plugin says whose letters") }
        let key = arguments.text("key")
        guard (key != nil) != arguments.has("all") else { throw arguments.usageError("one of --key KEY and --all") }
        let dead = try letters(plugin).filter { $0.reason != nil && (key == nil || $0.effect.key == key) }
        if dead.isEmpty {
            let what = key.map { "of the key '\($0)'" } ?? "at all"
            throw InputProblems(file: directory.subscription(plugin), "there is no dead letter \(what)")
        }
        if let key {
            try EffectArchive.request([key], in: try storage(plugin))
        } else {
            try EffectArchive.requestAll(in: try storage(plugin))
        }
        Console.print(rows: [("sent again", dead.count)], event: "retry", asJSON: arguments.has("json"))
        if !arguments.has("json") { Console.print("within a second, or when the daemon starts") }
        return .ok
    }
}
