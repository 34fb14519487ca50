import ANPRCore
import Glibc

extension Command {
    static let replay = Command(
        name: "replay", summary: "Send recorded reads through the same frames, in order of arrival",
        arguments: "--cameras FILE --reads FILE --to HOST:PORT [flags]", operands: 0...0,
        flags: [
            Flag("cameras", "FILE", "camera,site,lane,x_m,y_m"),
            Flag("reads", "FILE", "camera,plate,country,captured_ns,lane,confidence,arrival_ns"),
            Flag("to", "HOST:PORT", "the daemon"),
            Flag("keys", "FILE", "camera,key_id,key: each camera's key"),
            Flag("master-key", "FILE", "the key from which each camera's is derived"),
            Flag("no-authentication", nil, "send without tags, to a daemon with authentication: \"none-lab-only\""),
            Flag("pace", "N|flat", "N times the recorded pace, or flat: as fast as it goes (default flat)"),
            Flag("rate", "N", "at most so many reads a second, when flat (default 100000; 0: no bound)"),
            Flag("check", nil, "only look through the files; send nothing"),
            Flag("json", nil, "the report as JSON"),
        ],
        details: """
            Recorded times are not this machine's: let the daemon run with clock: "frames". A bad line is named with its
            number and the reason, and left out; the others are sent, and the exit code is then 65.
            """,
        examples: [
            "anprd replay --cameras cameras.csv --reads reads.csv --to 127.0.0.1:7700 --master-key master.key",
            "anprd replay --cameras cameras.csv --reads reads.csv --to 127.0.0.1:7700 --no-authentication --pace 10",
        ],
        run: { try ReplayRun($0).run() })
}

private struct ReplayRun {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func run() throws -> ExitCode {
        let camerasPath = try arguments.required("cameras")
        let readsPath = try arguments.required("reads")
        let cameras = try CameraRegistry(path: camerasPath)
        var replay = try Replay(path: readsPath, cameras: cameras)
        complain(replay)
        if arguments.has("check") {
            show(replay, nil)
            return replay.problems.isEmpty ? .ok : .dataError
        }
        var options = try Destination.options(arguments, default: nil)
        options.pace = try Destination.pace(arguments, default: .flatOut)
        options.paceFromNs = replay.reads > 0 ? replay.firstArrivalNs : nil
        let readsPerSecond = try arguments.integer("rate", 0...1_000_000_000, default: 100_000)
        let keys = try keys(cameras)
        var bank = CameraBank.Options()
        bank.epoch = UInt32(truncatingIfNeeded: Clock.wallNs() / .second)
        var sender = try UDPSender(options)
        var cameraBank = CameraBank(cameras, options: bank, truth: nil, keys: keys)
        var signals = Signals()
        var progress = Progress()
        let total = replay.reads
        let startedNs = Clock.monotonicNs()
        try cameraBank.run(&replay, into: &sender) { now in
            if options.pace == .flatOut, readsPerSecond > 0 {
                let dueNs = startedNs + Nanoseconds(Double(now.reads) / Double(readsPerSecond) * 1e9)
                Pacer.pauseUntil(dueNs)
            }
            progress.show(Double(now.reads) / Double(max(1, total))) { "\(Console.grouped(now.reads)) reads sent" }
            return signals.wait(milliseconds: 0) != .terminate
        }
        progress.end()
        show(replay, (reads: cameraBank.reads, sender.counts))
        if sender.counts.refused > 0 { return .unavailable }
        return replay.problems.isEmpty ? .ok : .dataError
    }

    private func keys(_ cameras: CameraRegistry) throws -> (Camera) -> CameraBank.Key? {
        let file = arguments.text("keys")
        let master = arguments.text("master-key")
        let none = arguments.has("no-authentication")
        guard (file != nil ? 1 : 0) + (master != nil ? 1 : 0) + (none ? 1 : 0) == 1 else {
            throw arguments.usageError("one of --keys, --master-key and --no-authentication must be given")
        }
        if let file { return CameraBank.keys(of: try KeyRing(path: file, cameras: cameras)) }
        if let master { return CameraBank.keys(of: try KeyRing(masterPath: master)) }
        return { _ in nil }
    }

    private func complain(_ replay: borrowing Replay) {
        for problem in replay.problems.problems.prefix(20) { Console.error(problem.description) }
        let hidden = replay.problems.total - min(20, replay.problems.problems.count)
        if hidden > 0 { Console.error("... and \(hidden) more lines that are not sent") }
        for remark in replay.remarks.problems.prefix(5) { Console.error("\(remark) (sent all the same)") }
        let odd = replay.remarks.total - min(5, replay.remarks.problems.count)
        if odd > 0 { Console.error("... and \(odd) more lines with an odd field (sent all the same)") }
    }

    private func show(_ replay: borrowing Replay, _ sent: (reads: Int, UDPSender.Counts)?) {
        var rows = [("lines", replay.lines), ("bad_lines", replay.problems.total), ("odd_lines", replay.remarks.total)]
        if let sent {
            rows += [
                ("reads", sent.reads), ("frames", sent.1.frames), ("bytes", sent.1.bytes),
                ("nobody_listened", sent.1.refused),
            ]
        }
        Console.print(rows: rows, event: "replay", asJSON: arguments.has("json"))
    }
}
