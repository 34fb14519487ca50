import ANPRCore
import PluginKit

extension Command {
    /// With the offices that the plugins bring along, and one that takes anything.
    static func peer(_ modules: [PluginModule]) -> Command {
        let peers = [PeerModule.plain] + modules.flatMap(\.peers)
        let width = (peers.map(\.name.count).max() ?? 0) + 2
        let options = peers.flatMap { peer in peer.options.map { (peer.name, "\($0.name)=\($0.value)", $0.help) } }
        let optionWidth = (options.map(\.1.count).max() ?? 0) + 2
        let optionRows = options.map { name, text, help in
            "  " + Console.padded(name, width) + Console.padded(text, optionWidth) + help
        }
        return Command(
            name: "peer", summary: "Stand in for an office that plugins deal with, with faults on purpose",
            arguments: "NAME --keep DIR [flags]", operands: 1...1,
            flags: [
                Flag("keep", "DIR", "its folder: what it took and what it sent, across restarts"),
                Flag("port", "PORT", "TCP port of 127.0.0.1 (default 0: any, which is said)"),
                Flag("fault", "LIST", "name=probability, with commas between (default: none)"),
                Flag("options", "LIST", "name=value, with commas between: what the office's own rules need"),
                Flag("seed", "N", "of the faults (default 1)"),
                Flag("json", nil, "what happened as JSON"),
            ],
            details: """
                \(peers.map { Console.padded($0.name, width) + $0.summary }.joined(separator: "\n"))

                Takes HTTP requests that have an Idempotency-Key, keeps each key once, in kept.jsonl on disk before it
                answers, and answers the same key the same. A key with another content is a line of conflicts.jsonl.
                Faults: refuse (closes before it takes anything), lose (takes all, keeps nothing, closes), hide (keeps,
                closes), fail (503, half of them after keeping), delay (answers delay_ms later), half (half an answer),
                twice (a message of GET /inbox again), forget (says 202 and has lost it; GET /kept/KEY shows that).
                PUT /-/faults sets others while it runs. Ends at SIGTERM or SIGINT. On this machine only.

                Options (--options); the other offices have none:
                \(optionRows.joined(separator: "\n"))
                """,
            examples: [
                "anprd peer plain --keep peer --port 8081",
                "anprd peer plain --keep peer --fault refuse=.04,hide=.04,delay=.1,delay_ms=500 --seed 7",
                "anprd peer holders --keep holders --port 7802 --options invent=yes",
                "curl -X PUT --data '' http://127.0.0.1:8081/-/faults",
            ],
            run: { try PeerRun($0, peers).run() })
    }
}

private struct PeerRun {
    private let peer: PeerModule
    private let script: any PeerScript
    private let keep: String
    private let port: UInt16
    private let faults: PeerFaults
    private let seed: UInt64
    private let asJSON: Bool

    init(_ arguments: Arguments, _ peers: [PeerModule]) throws {
        let name = arguments.operands[0]
        guard let peer = peers.first(where: { $0.name == name }) else {
            let known = peers.map(\.name).joined(separator: ", ")
            throw arguments.usageError("there is no peer '\(name)'; known: \(known)")
        }
        self.peer = peer
        keep = try arguments.required("keep")
        port = UInt16(try arguments.integer("port", 0...65_535, default: 0))
        do throws(InputProblem) { faults = try PeerFaults(arguments.text("fault") ?? "") } catch {
            throw arguments.usageError("--fault: \(error.message)")
        }
        var options: [String: String] = [:]
        for part in (arguments.text("options") ?? "").split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, options.updateValue(pair[1], forKey: pair[0]) == nil else {
                throw arguments.usageError("--options must be name=value, each name once, not '\(part)'")
            }
        }
        script = try Self.script(peer, options, arguments)
        seed = UInt64(try arguments.integer("seed", 0...Int.max, default: 1))
        asJSON = arguments.has("json")
    }

    /// An option that is wrong is a wrong word; a file that one names is an input.
    private static func script(
        _ peer: PeerModule, _ options: [String: String], _ arguments: Arguments
    ) throws -> any PeerScript {
        let known = peer.options.map(\.name)
        for name in options.keys.sorted() where !known.contains(name) {
            let names = known.isEmpty ? "it has none" : "known: " + known.joined(separator: ", ")
            throw arguments.usageError("--options: '\(peer.name)' has no option '\(name)'; \(names)")
        }
        do { return try peer.make(options) } catch let problems as InputProblems {
            guard let first = problems.problems.first, first.file == "peer \(peer.name)" else { throw problems }
            throw arguments.usageError("--options: \(first.message)")
        }
    }

    func run() throws -> ExitCode {
        var signals = Signals()
        let server = try PeerServer(script, port: port, keep: keep, faults: faults, seed: seed)
        log("\(peer.name) listens at 127.0.0.1:\(server.port) (HTTP)")
        while signals.wait(milliseconds: 1000) != .terminate {}
        server.stop()
        Console.print(rows: server.counts.rows, event: "peer", asJSON: asJSON)
        return .ok
    }

    private func log(_ text: String) {
        guard asJSON else { return Console.error("anprd: \(text)") }
        var line = JSONLine()
        line.begin()
        line.field("event", "log")
        line.field("text", text)
        line.end(newline: true)
        Console.print(line)
    }
}
