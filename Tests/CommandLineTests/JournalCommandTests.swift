import Foundation
import Testing

/// A journal as an operator meets it: written by the daemon, looked into, damaged and mended.
@Suite(.serialized) struct JournalCommandTests {
    private func folder() throws -> WorkFolder {
        let folder = try WorkFolder()
        let seeds = "\(Program.repository)/seeds"
        try folder.write(
            "anprd.json5",
            "{ clock: 'frames', cameras: '\(seeds)/network/cameras.csv', listen: { port: 0 }, shards: 2,",
            "  sections: { file: '\(seeds)/network/sections.csv' }, output: { directory: 'out' },",
            "  keys: { master: '\(seeds)/config/lab-master.key' },",
            "  journal: { directory: 'data', segment: '16MiB', checkpoint: '1s' },",
            "  blacklists: [{ name: 'stolen', file: '\(seeds)/blacklists/stolen.csv', tolerance: 'strict' },",
            "    { name: 'insurance', file: '\(seeds)/blacklists/insurance.csv' }] }")
        return folder
    }

    private func serve(_ folder: WorkFolder) throws -> Running {
        try Running(["serve", "--config", "\(folder.path)/anprd.json5", "--json", "--status-seconds", "1"])
    }

    /// Simulated traffic into a daemon, which then stops; how many reads were sent.
    private func fill(
        _ folder: WorkFolder, rate: Int = 100, while running: (String) throws -> Void = { _ in }
    ) throws -> Int {
        let daemon = try serve(folder)
        let sent = try Program.run(
            "simulate", "--config", "\(folder.path)/anprd.json5", "--to", try ServeTests.port(daemon), "--pace", "60",
            "--rate", "\(rate)", "--seconds", "150", "--json")
        let reads = try #require(try WorkFolder.json(sent.output)["reads"] as? Int)
        #expect(daemon.line(with: "\"reads\":\(reads),") != nil)
        try running("\(folder.path)/data")
        daemon.signal(SIGTERM)
        let end = daemon.end()
        let last = try WorkFolder.json(try #require(end.output.split(separator: "\n").last.map(String.init)))
        let journal = try #require(last["journal"] as? [String: Any])
        #expect(end.code == 0 && journal["commits"] as? Int ?? 0 > 0 && journal["stalled"] as? Int == 0)
        let files = (last["plugins"] as? [String: Any])?["files"] as? [String: Any]
        // What is behind its last event, such as the log's last blocks, it has not looked at.
        #expect(files?["lag_bytes"] as? Int ?? .max < 1 << 20)
        return reads
    }

    @Test func whatTheDaemonWroteIsReadBack() throws {
        let folder = try folder()
        let data = "\(folder.path)/data"
        let reads = try fill(folder, rate: 500) { data in
            // A second daemon keeps off; what is there can be read beside the first.
            let second = try Program.run("serve", "--config", "\(folder.path)/anprd.json5")
            #expect(second.code == 65 && second.errors.contains("/data/lock: another anprd uses this data directory"))
            #expect(try Program.run("journal", "repair", data).code == 65)
            let audit = try Program.run("journal", "audit", data, "--json")
            #expect(audit.code == 0)
        }
        let audit = try Program.run("journal", "audit", data, "--csv")
        let rows = audit.output.split(separator: "\n").map { $0.split(separator: ",") }
        #expect(audit.code == 0 && rows[0].joined(separator: ",") == "camera,epoch,first,next,reads,duplicates,missing")
        #expect(rows.dropFirst().reduce(0) { $0 + (Int($1[4]) ?? 0) } == reads)
        #expect(rows.dropFirst().allSatisfy { $0[5] == "0" && $0[6] == "0" })
        func tail(_ words: String...) throws -> [String] {
            let result = try Running(["stream", "tail", "--data", data, "--until-end"] + words).end()
            #expect(result.code == 0, "\(result.errors)")
            return result.output.split(separator: "\n").map(String.init)
        }
        let all = try tail("reads", "--from", "start")
        #expect(all.count == reads)
        #expect(try tail("reads").isEmpty)
        #expect(try tail("reads", "--from", "2100-01-01T00:00:00Z").isEmpty)
        #expect(try tail("reads", "--from", "2020-01-01").count == reads)
        // Lines are those of the files, with their place behind.
        for stream in ["hits", "records"] {
            let lines = try tail(stream, "--from", "start", "--config", "\(folder.path)/anprd.json5")
            let files = try folder.lines("out/\(stream).jsonl")
            let plain = lines.filter { !$0.contains("\"repeat\":true") }
                .map { $0.replacing(/,"shard":\d+,"position":"\d+:\d+"\}$/, with: "}") }
            #expect(Set(plain) == Set(files) && plain.count == files.count, "\(stream)")
            // Few vehicles come through a whole section in so short a time.
            #expect(stream == "records" || !files.isEmpty)
        }
        let check = try Program.run("journal", "check", data, "--json")
        #expect(check.code == 0 && check.output.contains("\"stopped\":true"))
        let dump = try Program.run("journal", "dump", data, "--shard", "0", "--blocks", "2", "--reads")
        #expect(dump.code == 0 && dump.output.contains("run 1") && dump.output.contains("\"sequence\":"))
        let effects = try Program.run("effects", "list", data)
        #expect(effects.code == 0 && effects.output.contains("dead letters"))
        let none = try Program.run("effects", "retry", data, "--plugin", "files", "--all")
        #expect(none.code == 65 && none.errors.contains("there is no dead letter at all"))
        #expect(try Program.run("effects", "retry", data, "--plugin", "files").code == 2)
        #expect(try Program.run("effects", "list", data, "--plugin", "nobody").errors.contains("here: files"))
        let nobody = try Program.run("journal", "check", folder.path)
        #expect(nobody.code == 65 && nobody.errors.contains("is no data directory"))
    }

    /// A log's blocks, as `journal dump` tells of them.
    private func blocks(
        of data: String, shard: Int
    ) throws -> [(position: UInt64, middle: UInt64, reads: Int)] {
        let dump = try Program.run("journal", "dump", data, "--shard", "\(shard)", "--json")
        return try dump.output.split(separator: "\n").map { line in
            let block = try WorkFolder.json(String(line))
            let position = try #require(block["position"] as? Int)
            let bytes = try #require(block["bytes"] as? Int)
            return (UInt64(position), UInt64(position + bytes / 2), try #require(block["reads"] as? Int))
        }
    }

    @Test func aFlippedByteIsRefusedAndMended() throws {
        let folder = try folder()
        let reads = try fill(folder)
        let data = "\(folder.path)/data"
        let segment = "\(data)/shard-1/0000000000000000-00.seg"
        // In a block that holds reads, with others before and behind it.
        let place = try blocks(of: data, shard: 1).filter { $0.reads > 0 && $0.position > 20_000 }.map(\.middle).first
        let offset = try #require(place) + 4096
        let file = try #require(FileHandle(forUpdatingAtPath: segment))
        try file.seek(toOffset: offset)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: offset)
        try file.write(contentsOf: [byte ^ 4])
        try file.close()
        // Without checkpoints the daemon reads the whole log again at its start.
        try FileManager.default.removeItem(atPath: "\(data)/checkpoints")
        let refused = try Program.run("serve", "--config", "\(folder.path)/anprd.json5")
        #expect(refused.code == 65 && refused.errors.contains("\(segment): damaged at offset"))
        let check = try Program.run("journal", "check", data)
        #expect(check.code == 65 && check.output.contains("DAMAGE: \(segment)"))
        #expect(try Program.run("journal", "audit", data).code == 65)
        let repair = try Program.run("journal", "repair", data)
        #expect(repair.code == 0 && repair.output.contains("copied to \(segment).damaged-1"), "\(repair.output)")
        #expect(repair.output.contains("set aside: positions"))
        #expect(try folder.lines("data/repairs.jsonl").count == 1)
        #expect(try Program.run("journal", "check", data).code == 0)
        let audit = try Program.run("journal", "audit", data, "--json")
        let total = try WorkFolder.json(try #require(audit.output.split(separator: "\n").last.map(String.init)))
        let kept = try #require(total["reads"] as? Int)
        #expect(audit.code == 0 && kept < reads && kept > reads / 2)
        let daemon = try serve(folder)
        #expect(daemon.line(with: "listening on") != nil)
        daemon.signal(SIGTERM)
        #expect(daemon.end().code == 0)
    }
}
