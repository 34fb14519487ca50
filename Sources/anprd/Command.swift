import ANPRCore

/// One thing that the program does: its table of flags, its help, its work.
struct Command: Sendable {
    let name: String
    let summary: String
    /// What stands after the name, in the usage line.
    let arguments: String
    let operands: ClosedRange<Int>
    let flags: [Flag]
    let details: String
    let examples: [String]
    let run: @Sendable (Arguments) throws -> ExitCode

    static let all: [Command] = [
        serve, demo, simulate, replay, relay, peer(PluginCatalog.modules), streamTail, journalAudit, journalCheck,
        journalRepair,
        journalDump,
        effectsList, effectsRetry, blacklistCheck, blacklistCount, configCheck, version,
    ]
    /// With the verbs of every plugin.
    static let known: [Command] = all + VerbCommand.commands(PluginCatalog.modules)

    /// What a plugin can be told or asked; nil when there is no such plugin.
    static func overview(ofPlugin name: String) -> String? {
        guard let module = PluginCatalog.module(name) else { return nil }
        return "anprd \(name) - \(module.summary)\n\n\(rows(family(name)))\nHelp: anprd \(name) VERB --help\n"
    }

    /// Those whose names go on after these words.
    static func family(_ words: String) -> [Command] { known.filter { $0.name.hasPrefix(words + " ") } }

    static func rows(_ commands: [Command]) -> String {
        let width = (commands.map(\.name.count).max() ?? 0) + 2
        return commands.map { "  " + Console.padded($0.name, width) + $0.summary + "\n" }.joined()
    }

    var shortUsage: String { "usage: anprd \(name) \(arguments)\nMore: anprd \(name) --help\n" }

    var help: String {
        var text = "\(summary)\n\nusage: anprd \(name) \(arguments)\n"
        if !details.isEmpty { text += "\n\(details)\n" }
        if !flags.isEmpty {
            text += "\nFlags:\n"
            let left = flags.map { "  --\($0.name)" + ($0.value.map { " \($0)" } ?? "") }
            let width = (left.map(\.count).max() ?? 0) + 2
            for (flag, label) in zip(flags, left) { text += Console.padded(label, width) + flag.help + "\n" }
        }
        if !examples.isEmpty { text += "\nExamples:\n" + examples.map { "  \($0)\n" }.joined() }
        return text
    }

    static var overview: String {
        let width = all.map(\.name.count).max()! + 2
        return """
            anprd - takes every plate read of a camera network, matches it against blacklists, measures average speeds,
            and feeds what it finds to plugins.

            usage: anprd COMMAND [flags]

            Commands:
            \(all.map { "  " + Console.padded($0.name, width) + $0.summary }.joined(separator: "\n"))

            Plugins (anprd PLUGIN says what each can be told and asked):
            \(PluginCatalog.modules.map { "  " + Console.padded($0.name, width) + $0.summary }.joined(separator: "\n"))

            Start with:   anprd demo
            Help:         anprd COMMAND --help
            Exit codes:   0 done; 1 failed or counts differ; 2 usage; 65 a file's content is wrong;
                          66 a file cannot be read; 69 address or port not to be had; 71 system; 73 cannot create;
                          130 interrupted twice

            """
    }
}

/// From words to a command and its arguments.
enum CommandLineReader {
    struct Invocation {
        let run: () throws -> ExitCode
    }

    static func read(_ words: [String]) throws(UsageError) -> Invocation {
        guard let first = words.first else { throw UsageError("a command is missing", usage: Command.overview) }
        if ["--help", "-h", "help"].contains(first), words.count == 1 {
            return Invocation {
                Console.printRaw(Command.overview)
                return .ok
            }
        }
        if first == "--version" { return try read(["version"]) }
        // `anprd help serve` is `anprd serve --help`.
        if first == "help" { return try read(Array(words.dropFirst()) + ["--help"]) }
        if words.count == 1 || ["--help", "-h"].contains(words[1]), let text = Command.overview(ofPlugin: first) {
            return Invocation {
                Console.printRaw(text)
                return .ok
            }
        }
        guard let (command, used) = command(words) else { throw unknown(words) }
        let rest = Array(words.dropFirst(used))
        if rest.contains("--help") || rest.contains("-h") {
            return Invocation {
                Console.printRaw(command.help)
                return .ok
            }
        }
        let arguments = try Arguments(rest, of: command)
        return Invocation { try command.run(arguments) }
    }

    /// Longer names come first.
    private static func command(_ words: [String]) -> (Command, Int)? {
        for count in [3, 2, 1] where words.count >= count {
            let name = words.prefix(count).joined(separator: " ")
            if let command = Command.known.first(where: { $0.name == name }) { return (command, count) }
        }
        return nil
    }

    private static func unknown(_ words: [String]) -> UsageError {
        for count in [2, 1] where words.count >= count {
            let begun = words.prefix(count).joined(separator: " ")
            if !Command.family(begun).isEmpty { return unfinished(begun, next: words.dropFirst(count).first) }
        }
        let names = Command.all.map(\.name) + PluginCatalog.modules.map(\.name)
        let nearest = Spelling.nearest(words[0], in: names).map { "; did you mean '\($0)'?" } ?? ""
        return UsageError("there is no command '\(words[0])'\(nearest)", usage: "Commands: anprd --help\n")
    }

    /// Words with which commands begin, and a next one that none of them has. All of a plugin's verbs are too many to
    /// be shown for one wrong word.
    private static func unfinished(_ begun: String, next: String?) -> UsageError {
        let family = Command.family(begun)
        let length = begun.split(separator: " ").count
        let isPlugin = PluginCatalog.module(begun) != nil
        let more = isPlugin ? "More: anprd \(begun)\n" : "\n" + Command.rows(family)
        guard let next, !next.hasPrefix("-") else {
            return UsageError("'\(begun)' needs one more word", usage: more)
        }
        let words = family.map { String($0.name.split(separator: " ")[length]) }
        let meant = Spelling.nearest(next, in: words).map { "; did you mean 'anprd \(begun) \($0)'?" } ?? ""
        return UsageError("'\(begun)' has no '\(next)'\(meant)", usage: more)
    }
}
