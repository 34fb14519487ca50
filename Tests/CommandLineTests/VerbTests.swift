import Foundation
import Testing

/// What a plugin can be told, with and without a daemon: the same answers, each call done once.
@Suite(.serialized) struct VerbTests {
    private let folder: WorkFolder
    private let config: String

    init() throws {
        folder = try ServeTests.folder()
        config = try folder.write(
            "verbs.json5",
            "{ authentication: 'none-lab-only', cameras: 'cameras.csv', listen: { port: 0 },",
            "  sections: { file: 'sections.csv' }, output: { directory: 'out' }, journal: { directory: 'data' },",
            "  plugins: { tally: {} } }")
    }

    private func tally(_ arguments: String...) throws -> Program.Result {
        try Running(["tally"] + arguments + ["--config", config]).end()
    }

    private func daemon() throws -> Running {
        let daemon = try Running(["serve", "--config", config, "--json"])
        try #require(daemon.line(with: "listening on") != nil)
        return daemon
    }

    private var notes: [String] {
        get throws {
            try tally("list", "--json").output.split(separator: "\n").map {
                try #require(try WorkFolder.json(String($0))["text"] as? String)
            }
        }
    }

    @Test func aCallWithoutADaemonIsKept() throws {
        let done = try tally("note", "1-abc-234", "--text", "seen in Mons", "--json")
        #expect(done.code == 0 && done.output == "{\"plate\":\"1ABC234\",\"notes\":1}\n")
        let again = try tally("note", "1ABC234", "--text", "other")
        #expect(again.code == 1 && again.errors == "anprd: refused (exists): 1ABC234 has a note already\n")
        #expect(try notes == ["seen in Mons"])
    }

    @Test func aDaemonAnswersAsTheLedgerDoes() throws {
        _ = try tally("note", "1ABC234", "--text", "before")
        let daemon = try daemon()
        #expect(try tally("note", "2XYZ999", "--text", "meanwhile").code == 0)
        #expect(try tally("note", "2XYZ999", "--text", "again").code == 1)
        #expect(try notes == ["before", "meanwhile"])
        // Whoever was answered is in the ledger, whatever becomes of the daemon.
        daemon.signal(SIGKILL)
        _ = daemon.end()
        #expect(try notes == ["before", "meanwhile"])
    }

    @Test func whatCannotBeACallIsSaidBeforeAnythingRuns() throws {
        let missing = try tally("note", "1ABC234")
        #expect(missing.code == 2 && missing.errors.contains("text"))
        let plate = try tally("note", "!", "--text", "x")
        #expect(plate.code == 2 && plate.errors.contains("plate"))
        let verb = try Program.run("tally", "nota")
        #expect(verb.code == 2 && verb.errors.contains("anprd tally note"))
        let nowhere = try Program.run("tally", "list", "--config", "\(folder.path)/anprd.json5")
        #expect(nowhere.code != 0 && nowhere.errors.contains("does not attach 'tally'"))
    }

    /// More rows than a socket holds both ways, each once however often the file comes, and every bad one named.
    @Test(arguments: [false, true]) func aFileOfRowsIsDoneOnce(withDaemon: Bool) throws {
        let running = withDaemon ? try daemon() : nil
        let text = String(repeating: "seen ", count: 40)
        var rows = ["plate,text"] + (0..<3000).map { "1AAA\($0),\(text)" }
        rows[10] = "!!,bad"
        rows[20] = "1AAA1,twice"
        let file = "\(folder.path)/rows.csv"
        try (rows.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let refused = "\(folder.path)/refused.csv"
        for _ in 0..<2 {
            let result = try tally("note", "--in", file, "--refused", refused, "--json")
            let total = try WorkFolder.json(String(try #require(result.output.split(separator: "\n").last)))
            #expect(result.code == 1 && total["rows"] as? Int == 3000 && total["refused"] as? Int == 1)
            #expect(total["done"] as? Int == 2998 && total["exists"] as? Int == 1)
            let account = try folder.lines("refused.csv")
            #expect(account.count == 3 && account[1].hasPrefix("11,bad_fields,"))
            #expect(account[2].hasPrefix("21,exists,"))
        }
        running?.signal(SIGTERM)
        #expect((running?.end().code ?? 0) == 0)
        #expect(try tally("list", "--limit", "100000", "--json").output.split(separator: "\n").count == 2998)
    }

    @Test func aLineThatIsTypedIsAnsweredAtOnce() throws {
        let scanner = try Running(
            ["tally", "note", "--text", "scanned", "--config", config, "--json"], isTypedTo: true)
        for plate in ["1AAA001", "1AAA002"] {
            scanner.type(plate)
            #expect(scanner.line(with: plate) != nil)
        }
        scanner.type("1AAA001")
        scanner.endInput()
        let end = scanner.end()
        #expect(end.code == 1 && end.errors.isEmpty)
        let refusal = #""refused":{"code":"exists","message":"1AAA001 has a note already"}"#
        #expect(end.output.contains(#"{"line":3,"# + refusal))
        #expect(try notes == ["scanned", "scanned"])
    }

    @Test func effectsAndTidingsAreListedFromTheLedger() throws {
        _ = try tally("note", "1ABC234", "--text", "x")
        #expect(try tally("effects", "--json").output.isEmpty)
        #expect(try tally("events", "--json").code == 0)
    }
}
