import ANPRCore

extension Command {
    private static let listFlags = [
        Flag("default-case", "TEXT", "the case number of entries in a file without a 'case' column"),
        Flag("json", nil, "one JSON object a file"),
    ]

    static let blacklistCheck = Command(
        name: "blacklist check", summary: "Look through blacklist files and report every bad line",
        arguments: "FILE... [flags]", operands: 1...1000, flags: listFlags,
        details: """
            A file is `\((BlacklistFile.required + BlacklistFile.optional).joined(separator: ","))`;
            the columns after `reason` may be left out (`case` only with --default-case).
            Exit code 65 if any line is bad.
            """,
        examples: ["anprd blacklist check seeds/blacklists/stolen.csv", "anprd blacklist check lists/*.csv --json"],
        run: { try BlacklistCheck.run($0, countsOnly: false) })

    static let blacklistCount = Command(
        name: "blacklist count", summary: "Count the entries of blacklist files, and what they take",
        arguments: "FILE... [flags]", operands: 1...1000, flags: listFlags,
        details:
            "Loads the files as the engine does; says how many entries they hold, and the time and bytes they take.",
        examples: ["anprd blacklist count seeds/blacklists/*.csv"],
        run: { try BlacklistCheck.run($0, countsOnly: true) })

    static let configCheck = Command(
        name: "config check", summary: "Read a configuration and every file that it names; report all problems",
        arguments: "FILE", operands: 1...1, flags: [],
        details: "Nothing is started and no port is bound. Exit code 65 if anything is wrong.",
        examples: ["anprd config check seeds/config/anprd.json5"], run: { try ConfigCheck.run($0) })

    static let version = Command(
        name: "version", summary: "Say which version this is", arguments: "", operands: 0...0, flags: [],
        details: "Also the versions of the wire format.", examples: ["anprd version"],
        run: { _ in
            Console.print("anprd 0.1.0 (frame format \(FrameLayout.version))")
            return .ok
        })
}

private enum BlacklistCheck {
    static func run(_ arguments: Arguments, countsOnly: Bool) throws -> ExitCode {
        var code = ExitCode.ok
        let fallback = arguments.text("default-case") ?? ""
        for path in arguments.operands {
            let lists = Blacklists(shards: 1)
            let startedNs = Clock.monotonicNs()
            do {
                try lists.load([BlacklistConfiguration(name: path, path: path, defaultCase: fallback)])
                _ = lists.matcher(shard: 0, suppressionNs: 0)
                report(path, lists, Clock.monotonicNs() - startedNs, arguments.has("json"), countsOnly)
            } catch let problems as InputProblems {
                code = .dataError
                complain(path, problems, arguments.has("json"))
            }
        }
        return code
    }

    private static func report(
        _ path: String, _ lists: Blacklists, _ tookNs: Nanoseconds, _ asJSON: Bool, _ countsOnly: Bool
    ) {
        let entries = lists.entryCount
        guard asJSON else {
            let size =
                countsOnly ? ", \(Console.grouped(lists.bytes)) bytes, loaded in \(tookNs / .millisecond) ms" : ""
            return Console.print(
                "\(path): \(Console.grouped(entries)) entries\(countsOnly ? "" : ", no problem")\(size)")
        }
        var line = JSONLine()
        line.begin()
        line.field("file", path)
        line.field("entries", entries)
        line.field("problems", 0)
        line.field("bytes", lists.bytes)
        line.field("load_ns", tookNs)
        line.end(newline: true)
        Console.print(line)
    }

    private static func complain(_ path: String, _ problems: InputProblems, _ asJSON: Bool) {
        guard asJSON else {
            Console.error(problems.description)
            return Console.error("\(path): \(problems.total) problem(s)")
        }
        var line = JSONLine()
        line.begin()
        line.field("file", path)
        line.field("problems", problems.total)
        line.field("first", list: problems.problems.map(\.description))
        line.end(newline: true)
        Console.print(line)
    }
}

private enum ConfigCheck {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let path = arguments.operands[0]
        return try ConfigurationAudit.telling(path) { try check(path) }
    }

    private static func check(_ path: String) throws -> ExitCode {
        var configuration = try EngineConfiguration(path: path)
        let plugins = try PluginCatalog.factories(configuration)
        // WHY: any free port, and no output: a check must not disturb a daemon that runs.
        configuration.listen.address = 0x7f00_0001
        configuration.listen.port = 0
        configuration.output.directory = ""
        let journal = configuration.journal
        configuration.journal.directory = ""
        if !journal.directory.isEmpty { _ = try DataDirectory.open(DiskStorage(), journal.directory) }
        let engine = try Engine(configuration, plugins: [])
        let counts = engine.blacklists.counts.map { "\($0.list) \(Console.grouped($0.entries))" }.joined(
            separator: ", ")
        Console.print("\(path): no problem")
        Console.print("lists: \(counts.isEmpty ? "none" : counts)")
        Console.print("plugins: \(plugins.isEmpty ? "none" : plugins.map(\.name).joined(separator: ", "))")
        let days = Int(journal.retentionNs / .day)
        Console.print("journal: \(journal.directory.isEmpty ? "none" : "\(journal.directory), kept \(days) days")")
        for notice in engine.notices where notice.hasPrefix("WARNING") { Console.print(notice) }
        return .ok
    }
}
