import ANPRCore
import PluginKit

/// What every plugin's ledger can be asked, whatever the plugin: what it sent, what it told.
enum LedgerCommand {
    private static let flags = [VerbCommand.configFlag, Flag("json", nil, "JSON lines"), Flag("csv", nil, "CSV")]

    static func effects(_ module: PluginModule) -> Command {
        Command(
            name: "\(module.name) effects", summary: "List all that the plugin ever sent, with what became of it",
            arguments: "--config FILE [flags]", operands: 0...0, flags: flags,
            details: """
                Read from the ledger; a daemon may be running. Of each effect its key, its destination, how many
                bytes its content has and their SHA-256, and whether it waits, is delivered or dead, and then why. Why
                one waits, no ledger knows: see 'delivery_problem' in the daemon's status.
                """,
            examples: ["anprd \(module.name) effects --config anprd.json5 --json"],
            run: { arguments in
                let (directory, storage) = try OfflinePlugin.ledger(try VerbRun.configuration(arguments), module)
                var reply = try ReplyText(arguments)
                var lines = JSONLine()
                for sent in try LedgerCopy.effects(storage, shards: directory.shards) {
                    lines.begin()
                    lines.field("key", sent.effect.key)
                    lines.field("destination", sent.effect.destination)
                    lines.field("bytes", sent.effect.payload.count)
                    lines.field("sha256", SHA256.digest(sent.effect.payload).description)
                    lines.field("state", sent.state)
                    lines.field("reason", sent.reason)
                    lines.end(newline: true)
                }
                try reply.show(lines: lines.bytes)
                reply.end()
                return .ok
            })
    }

    static func events(_ module: PluginModule) -> Command {
        Command(
            name: "\(module.name) events", summary: "List what the plugin told the other plugins",
            arguments: "--config FILE [flags]", operands: 0...0, flags: flags,
            details: "Read from the ledger, in its order; a daemon may be running.",
            examples: ["anprd \(module.name) events --config anprd.json5 --json"],
            run: { arguments in
                let (directory, storage) = try OfflinePlugin.ledger(try VerbRun.configuration(arguments), module)
                var reply = try ReplyText(arguments)
                var lines = JSONLine()
                try LedgerCopy.events(of: module.name, storage, shards: directory.shards) { event in
                    lines.begin()
                    lines.field("kind", event.kind)
                    lines.field("id", event.id)
                    lines.field("at", Instant.format(event.atNs))
                    lines.field("transaction", event.place.transaction)
                    lines.key("body")
                    lines.value(raw: event.body)
                    lines.end(newline: true)
                }
                try reply.show(lines: lines.bytes)
                reply.end()
                return .ok
            })
    }
}
