import Foundation
import Testing

/// The daemon as an operator meets it: files of a foreign recording, signals, exit codes.
@Suite(.serialized) struct ServeTests {
    static func folder(port: Int = 0) throws -> WorkFolder {
        let folder = try WorkFolder()
        try folder.write("cameras.csv", "camera,site,lane,x_m,y_m", "c1,A,1,0,0", "c2,B,1,2000,0")
        try folder.write("sections.csv", "section,entry_cameras,exit_cameras,length_m,limit_kmh", "S1,c1,c2,2000,120")
        try folder.write("list.csv", "plate,country,reason", "1ABC234,BE,stolen")
        try folder.write(
            "reads.csv", "camera,plate,country,captured_ns,lane,confidence,arrival_ns",
            "c2,1-ABC-234,BE,1780000050000000000,1,95,1780000050100000000",
            "c1,1-ABC-234,BE,1780000000000000000,1,95,1780000000100000000",
            "c1,2XYZ999,NL,1780000100000000000,1,95,1780000100100000000",
            "c9,2XYZ999,NL,1780000100000000000,1,95,1780000100100000000")
        try folder.write(
            "anprd.json5",
            "{ authentication: 'none-lab-only', clock: 'frames', cameras: 'cameras.csv', listen: { port: \(port) },",
            "  sections: { file: 'sections.csv' }, output: { directory: 'out' },",
            "  blacklists: [{ name: 'test', file: 'list.csv', default_case: 'replay' }] }")
        return folder
    }

    static func port(_ daemon: Running) throws -> String {
        let line = try #require(daemon.line(with: "listening on"))
        let text = try #require(try WorkFolder.json(line)["text"] as? String)
        return String(text.split(separator: " ")[2])
    }

    static func replay(_ folder: WorkFolder, to address: String) throws -> Program.Result {
        try Program.run(
            "replay", "--cameras", "\(folder.path)/cameras.csv", "--reads", "\(folder.path)/reads.csv", "--to", address,
            "--no-authentication", "--json")
    }

    @Test func recordedReadsGoThroughToTheFiles() throws {
        let folder = try Self.folder()
        let daemon = try Running(["serve", "--config", "\(folder.path)/anprd.json5", "--json", "--status-seconds", "1"])
        let address = try Self.port(daemon)
        #expect(daemon.line(with: "NO AUTHENTICATION") != nil)
        let sent = try Self.replay(folder, to: address)
        #expect(sent.code == 65 && sent.errors.contains("reads.csv:5: camera 'c9' is not in the cameras' file"))
        #expect(try WorkFolder.json(sent.output)["reads"] as? Int == 3)
        #expect(daemon.line(with: "\"reads\":3,") != nil)
        daemon.signal(SIGTERM)
        let end = daemon.end()
        let last = try #require(end.output.split(separator: "\n").last.map(String.init))
        #expect(end.code == 0 && last.contains("\"event\":\"report\""))
        let hits = try folder.lines("out/hits.jsonl").map(WorkFolder.json)
        #expect(hits.map { $0["plate"] as? String } == ["1ABC234", "1ABC234"])
        #expect(
            try folder.lines("out/records.csv") == [
                "section,plate,entry_ns,exit_ns,speed_kmh,corrected_kmh,offence",
                "S1,1ABC234,1780000000000000000,1780000050000000000,143.942,135,true",
            ])
    }

    @Test func aReloadTakesAListOverOrLeavesEverythingAsItWas() throws {
        let folder = try Self.folder()
        let daemon = try Running(["serve", "--config", "\(folder.path)/anprd.json5", "--json", "--status-seconds", "1"])
        let address = try Self.port(daemon)
        try folder.write("list.csv", "plate,country,reason", "1ABC234,BE,stolen", "2XYZ999,NL")
        daemon.signal(SIGHUP)
        let refused = try #require(daemon.line(with: "reload refused"))
        #expect(refused.contains("list.csv:3:"))
        try folder.write("list.csv", "plate,country,reason", "2XYZ999,NL,missing")
        daemon.signal(SIGHUP)
        #expect(daemon.line(with: "reloaded: 1 list entries") != nil)
        _ = try Self.replay(folder, to: address)
        #expect(daemon.line(with: "\"reads\":3,") != nil)
        daemon.signal(SIGINT)
        #expect(daemon.end().code == 0)
        let hits = try folder.lines("out/hits.jsonl").map(WorkFolder.json)
        #expect(hits.map { $0["plate"] as? String } == ["2XYZ999"])
    }

    @Test func aPortThatIsTakenIsSaid() throws {
        let first = try Self.folder()
        let daemon = try Running(["serve", "--config", "\(first.path)/anprd.json5", "--json"])
        let port = try #require(Int(try Self.port(daemon).split(separator: ":").last ?? ""))
        let second = try Self.folder(port: port)
        let result = try Program.run("serve", "--config", "\(second.path)/anprd.json5")
        #expect(result.code == 69 && result.errors.contains("another program has the port"))
        daemon.signal(SIGTERM)
        #expect(daemon.end().code == 0)
    }

    @Test func simulatedCamerasReachADaemonOnTheSameConfiguration() throws {
        let folder = try WorkFolder()
        let seeds = "\(Program.repository)/seeds"
        try folder.write(
            "anprd.json5",
            "{ clock: 'frames', cameras: '\(seeds)/network/cameras.csv', listen: { port: 0 },",
            "  keys: { master: '\(seeds)/config/lab-master.key' } }")
        let config = "\(folder.path)/anprd.json5"
        let daemon = try Running(["serve", "--config", config, "--json", "--status-seconds", "1"])
        let sent = try Program.run(
            "simulate", "--config", config, "--to", try Self.port(daemon), "--pace", "20", "--rate", "200", "--seconds",
            "10", "--reads", "1500", "--json", "--truth", "\(folder.path)/truth.jsonl", "--truth-reads")
        #expect(sent.code == 0)
        let reads = try #require(try WorkFolder.json(sent.output)["reads"] as? Int)
        #expect(reads > 1000 && daemon.line(with: "\"reads\":\(reads),") != nil)
        #expect(try folder.lines("truth.jsonl").count { $0.contains("\"kind\":\"read\"") } == reads)
        daemon.signal(SIGTERM)
        #expect(daemon.end().code == 0)
    }

    /// What waits for it is kept: nothing failed that the exit code should tell of.
    @Test func anOfficeThatIsAwayIsSaidAndIsNoFailure() throws {
        let folder = try WorkFolder()
        let seeds = "\(Program.repository)/seeds"
        try folder.write(
            "anprd.json5",
            "{ cameras: '\(seeds)/network/cameras.csv', listen: { port: 0 }, journal: { directory: 'data' },",
            "  keys: { master: '\(seeds)/config/lab-master.key' }, plugins: { psc: {",
            "    persons: '\(seeds)/psc/persons.csv', conditions: '\(seeds)/psc/conditions.csv',",
            "    ibelgium_url: 'http://127.0.0.1:9', ask_seconds: 0 } } }")
        let config = "\(folder.path)/anprd.json5"
        let daemon = try Running(["serve", "--config", config, "--json", "--status-seconds", "1"])
        let line = try #require(daemon.line(with: "\"delivery_problem\":\"inbox: connect 127.0.0.1:9"))
        #expect(!line.contains("\"failure\""))
        daemon.signal(SIGTERM)
        #expect(daemon.end().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func camerasThatRepeatAreAcknowledgedThroughABadNetwork() throws {
        let folder = try WorkFolder()
        let seeds = "\(Program.repository)/seeds"
        try folder.write(
            "anprd.json5",
            "{ clock: 'frames', cameras: '\(seeds)/network/cameras.csv', listen: { port: 0 },",
            "  journal: { directory: 'data' }, keys: { master: '\(seeds)/config/lab-master.key' } }")
        let config = "\(folder.path)/anprd.json5"
        let daemon = try Running(["serve", "--config", config, "--json"])
        let port = try #require(try Self.port(daemon).split(separator: ":").last.map(String.init))
        let relay = try Running([
            "relay", "--listen", "0", "--to", port, "--loss", "5", "--duplicate", "5", "--reorder", "5", "--json",
        ])
        let line = try #require(relay.line(with: "relaying from"))
        let text = try #require(try WorkFolder.json(line)["text"] as? String)
        let sent = try Program.run(
            "simulate", "--acknowledged", "--config", config, "--to", String(text.split(separator: " ")[2]), "--pace",
            "flat", "--rate", "2000", "--seconds", "5", "--close", "--json", "--sent", "\(folder.path)/sent.csv")
        let counts = try WorkFolder.json(sent.output)
        #expect(sent.code == 0 && counts["not_acknowledged"] as? Int == 0 && counts["given_up"] as? Int == 0)
        let rows = try folder.lines("sent.csv").dropFirst().map { $0.split(separator: ",") }
        let reads = try #require(counts["reads"] as? Int)
        #expect(reads > 9000 && rows.reduce(0) { $0 + (Int($1[2]) ?? 0) } == reads)
        relay.signal(SIGTERM)
        #expect(try WorkFolder.json(relay.end().output)["forth_lost"] as? Int ?? 0 > 0)
        daemon.signal(SIGTERM)
        let end = daemon.end()
        #expect(end.code == 0 && end.output.contains("\"reads\":\(reads),"))
    }
}
