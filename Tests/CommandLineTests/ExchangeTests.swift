import Foundation
import Testing

/// Seals are made and checked with it; a machine without it has no seals to test.
private enum OpenSSL { static let path = "/usr/bin/openssl" }

/// From the cameras' frames to Justice and its answer, over real sockets, through a kill: each file is there once,
/// sealed.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: OpenSSL.path))) struct ExchangeTests {
    private static let offences = 40

    private let folder: WorkFolder
    private let config: String
    private let justice: Running
    private let holders: Running

    init() throws {
        let folder = try WorkFolder()
        self.folder = folder
        let bad = "refuse=.04,lose=.04,hide=.04,fail=.04,half=.04"
        func peer(_ name: String, _ more: String...) throws -> (Running, url: String) {
            let peer = try Running(["peer", name, "--keep", "\(folder.path)/\(name)", "--json"] + more)
            let line = try #require(peer.line(with: "listens at"))
            let text = try #require(try WorkFolder.json(line)["text"] as? String)
            return (peer, "http://" + text.split(separator: " ")[3])
        }
        let (justice, justiceURL) = try peer("justice", "--fault", bad + ",forget=.04", "--seed", "3")
        let (holders, holdersURL) = try peer("holders", "--fault", bad, "--seed", "4", "--options", "invent=yes")
        (self.justice, self.holders) = (justice, holders)
        try folder.write("cameras.csv", "camera,site,lane,x_m,y_m", "c1,A,1,0,0", "c2,B,1,2000,0")
        try folder.write(
            "sections.csv",
            "section,entry_cameras,exit_cameras,length_m,limit_kmh,zone,road,place,certificate_serial,"
                + "certificate_approval,certificate_from,certificate_to",
            "S1,c1,c2,2000,120,elsewhere,E40,Aalter,I-1,INVENTED-1,2020-01-01,2090-01-01")
        let seeds = "\(Program.repository)/seeds"
        config = try folder.write(
            "anprd.json5",
            "{ authentication: 'none-lab-only', cameras: 'cameras.csv', listen: { port: 0 }, clock_offset_max: '1h',",
            "  sections: { file: 'sections.csv', lateness: '100ms' }, journal: { directory: 'data' },",
            "  output: { directory: 'out' }, plugins: { cbe: { tariffs: '\(seeds)/law/tariffs.csv',",
            "  fees: '\(seeds)/law/fees.csv', deadlines: '\(seeds)/law/deadlines.csv',",
            "  holder_sources: '\(seeds)/law/holder_sources.csv', templates: '\(seeds)/cbe/templates',",
            "  justice_url: '\(justiceURL)', register_url: '\(holdersURL)', eucaris_url: '\(holdersURL)',",
            "  seal_key: '\(folder.path)/key.pem', batch_seconds: 1, batch_files: 16, ask_seconds: 1 } } }")
        try run([
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "\(folder.path)/key.pem",
        ])
        let check = try Program.run("config", "check", config)
        #expect(check.code == 0, "\(check.errors)")
        try run(["pkey", "-in", "\(folder.path)/key.pem", "-pubout", "-out", "\(folder.path)/key.pub"])
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: OpenSSL.path)
        process.arguments = arguments
        process.standardOutput = Pipe()
        process.standardError = Pipe()
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// 2,000 m in 50 s: 143 km/h where 120 are allowed.
    private func writeReads() throws {
        let nowNs = Int64(Date().timeIntervalSince1970) * 1_000_000_000
        var lines = ["camera,plate,country,captured_ns,lane,confidence,arrival_ns"]
        for i in 0..<Self.offences {
            let entryNs = nowNs - 300_000_000_000 + Int64(i) * 1_000_000_000
            let plate = "1AB\(["C", "D", "E"][i % 3])\(100 + i)"
            let country = ["BE", "NL", "FR", "DE"][i % 4]
            for (camera, ns) in [("c1", entryNs), ("c2", entryNs + 50_000_000_000)] {
                lines.append("\(camera),\(plate),\(country),\(ns),1,95,\(ns)")
            }
        }
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: "\(folder.path)/reads.csv", atomically: true, encoding: .utf8)
    }

    private func daemon() throws -> (Running, address: String) {
        let daemon = try Running(["serve", "--config", config, "--json", "--status-seconds", "1"])
        return (daemon, try ServeTests.port(daemon))
    }

    /// Of all files.
    private func phases() throws -> [String] {
        try Program.run("cbe", "file", "list", "--config", config, "--json").output.split(separator: "\n").map {
            try #require(try WorkFolder.json(String($0))["phase"] as? String)
        }
    }

    @Test(.timeLimit(.minutes(4))) func everyOffenceComesToJusticeOnceThroughAKill() throws {
        try writeReads()
        var (running, address) = try daemon()
        let sent = try ServeTests.replay(folder, to: address)
        #expect(sent.code == 0, "\(sent.errors)")
        // Killed in the midst of the exchange: some are sent, none is through.
        while !(try phases().contains("sent")) {}
        running.signal(SIGKILL)
        _ = running.end()
        (running, _) = try daemon()
        while try phases().filter({ $0 == "acknowledged" }).count < Self.offences {}
        running.signal(SIGTERM)
        #expect(running.end().code == 0)
        try expectBooksAgree()
        try expectSealsHold()
        for peer in [justice, holders] {
            peer.signal(SIGTERM)
            _ = peer.end()
        }
    }

    /// What Justice kept is what the ledger sent, byte for byte, each key once.
    private func expectBooksAgree() throws {
        var kept: [String: String] = [:]
        for line in try folder.lines("justice/kept.jsonl") {
            let object = try WorkFolder.json(line)
            let key = try #require(object["key"] as? String)
            #expect(kept.updateValue(try #require(object["sha256"] as? String), forKey: key) == nil)
        }
        var sent: [String: String] = [:]
        for line in try Program.run("cbe", "effects", "--config", config, "--json").output.split(separator: "\n") {
            let object = try WorkFolder.json(String(line))
            guard object["destination"] as? String == "justice", let key = object["key"] as? String else { continue }
            sent[key] = object["sha256"] as? String
        }
        #expect(kept == sent && sent.keys.filter { !$0.hasPrefix("batch-") }.count == Self.offences)
        #expect(try folder.lines("justice/conflicts.jsonl").isEmpty && folder.lines("holders/conflicts.jsonl").isEmpty)
    }

    private func expectSealsHold() throws {
        let batches = "\(folder.path)/out/cbe/batches"
        let names = try FileManager.default.contentsOfDirectory(atPath: batches).filter { $0.hasSuffix(".manifest") }
        #expect(!names.isEmpty)
        for name in names {
            let manifest = "\(batches)/\(name)"
            let key = "\(folder.path)/key.pub"
            let ours = try Program.run("cbe", "verify", manifest, "--key", key)
            #expect(ours.code == 0, "\(ours.output)\(ours.errors)")
            try run(["dgst", "-sha256", "-verify", key, "-signature", manifest + ".sig", manifest])
        }
    }
}
