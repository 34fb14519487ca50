import ANPRCore

extension Command {
    static let relay = Command(
        name: "relay", summary: "Stand between cameras and a daemon as a network that loses, repeats and reorders",
        arguments: "--listen PORT --to PORT [flags]", operands: 0...0,
        flags: [
            Flag("listen", "PORT", "take datagrams at this UDP port of 127.0.0.1 (0: any, which is said)"),
            Flag("to", "PORT", "hand them on to this one"),
            Flag("loss", "PERCENT", "of the datagrams, each way (default 0)"),
            Flag("duplicate", "PERCENT", "come twice (default 0)"),
            Flag("reorder", "PERCENT", "are overtaken: come up to 20 ms later (default 0)"),
            Flag("delay", "MS", "all come so much later (default 0)"),
            Flag("seed", "N", "the same seed decides alike (default 1)"),
            Flag("json", nil, "what happened as JSON"),
        ],
        details: """
            Both ways: frames and heartbeats to the daemon, acknowledgements back. Each sender's address gets a port of
            its own towards the daemon, 256 at most; trains are cut, so that each frame is judged by itself. What
            happens to the n-th datagram of a way follows from the seed. Runs until SIGTERM or SIGINT, then says what
            it did. On this machine only.
            """,
        examples: [
            "anprd relay --listen 7701 --to 7700 --loss 10 --duplicate 5 --reorder 10",
            "anprd simulate --acknowledged --to 127.0.0.1:7701",
        ],
        run: { try RelayRun($0).run() })
}

private struct RelayRun {
    private let arguments: Arguments
    private let listen: UInt16
    private let to: UInt16
    private var options = LossyRelay.Options()

    init(_ arguments: Arguments) throws(UsageError) {
        self.arguments = arguments
        _ = try arguments.required("listen")
        _ = try arguments.required("to")
        listen = UInt16(try arguments.integer("listen", 0...65_535, default: 0))
        to = UInt16(try arguments.integer("to", 1...65_535, default: 7700))
        options.loss = try arguments.number("loss", 0...100, default: 0) / 100
        options.duplicate = try arguments.number("duplicate", 0...100, default: 0) / 100
        options.reorder = try arguments.number("reorder", 0...100, default: 0) / 100
        options.delayNs = Nanoseconds(try arguments.integer("delay", 0...60_000, default: 0)) * .millisecond
        options.seed = UInt64(try arguments.integer("seed", 0...Int.max, default: 1))
    }

    func run() throws -> ExitCode {
        var signals = Signals()
        var relay = try UDPRelay(port: listen, to: to, options: options)
        Self.log("relaying from 127.0.0.1:\(relay.port) to 127.0.0.1:\(to) (UDP)", asJSON: arguments.has("json"))
        var askedNs = Clock.monotonicNs()
        while true {
            try relay.turn(waitNs: 50 * .millisecond)
            let nowNs = Clock.monotonicNs()
            guard nowNs - askedNs >= 50 * .millisecond else { continue }
            askedNs = nowNs
            if signals.wait(milliseconds: 0) == .terminate { break }
        }
        show(relay.forthCounts, relay.backCounts, relay.counts)
        return .ok
    }

    private static func log(_ text: String, asJSON: Bool) {
        guard asJSON else { return Console.error("anprd: \(text)") }
        var line = JSONLine()
        line.begin()
        line.field("event", "log")
        line.field("text", text)
        line.end(newline: true)
        Console.print(line)
    }

    private func show(_ forth: LossyRelay.Counts, _ back: LossyRelay.Counts, _ relay: UDPRelay.Counts) {
        var rows: [(String, Int)] = []
        for (way, counts) in [("forth", forth), ("back", back)] {
            rows += [
                ("\(way)_taken", counts.taken), ("\(way)_lost", counts.lost),
                ("\(way)_duplicated", counts.duplicated), ("\(way)_reordered", counts.reordered),
                ("\(way)_overflowed", counts.overflowed), ("\(way)_too_long", counts.tooLong),
                ("\(way)_delivered", counts.delivered),
            ]
        }
        rows += [
            ("senders", relay.senders), ("unserved", relay.unserved), ("nobody_listened", relay.refused),
            ("not_sent", relay.notSent),
        ]
        Console.print(rows: rows, event: "relay", asJSON: arguments.has("json"))
    }
}
