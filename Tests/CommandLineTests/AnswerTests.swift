import Foundation
import Testing

/// What people and scripts get to see of answers and of files with bad rows: all of it, in order, or why not.
@Suite struct AnswerTests {
    private let folder: WorkFolder
    private let config: String

    init() throws {
        folder = try ServeTests.folder()
        let seeds = "\(Program.repository)/seeds"
        config = try folder.write(
            "answers.json5",
            "{ authentication: 'none-lab-only', cameras: 'cameras.csv', listen: { port: 0 },",
            "  sections: { file: 'sections.csv' }, output: { directory: 'out' }, journal: { directory: 'data' },",
            "  plugins: { tally: {}, bng: { retention: '\(seeds)/law/bng_retention.csv',",
            "    classifications: '\(seeds)/bng/classification.csv' } } }")
    }

    private func run(_ arguments: String...) throws -> Program.Result {
        try Running(arguments + ["--config", config]).end()
    }

    /// As a shell runs it, with its output somewhere else.
    private func shell(_ line: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func whatCannotBePrintedIsNoSuccess() throws {
        let errors = "\(folder.path)/errors"
        #expect(try shell("'\(Program.url.path)' --help >/dev/full 2>'\(errors)'") == 71)
        #expect(try folder.lines("errors").last?.contains("write standard output: No space left on device") == true)
        #expect(try shell("'\(Program.url.path)' --help >/dev/null") == 0)
    }

    @Test func everyColumnIsShownThatAnyRowHas() throws {
        #expect(try run("bng", "vehicle", "add", "1ABC234", "--country", "BE").code == 0)
        let more = try run(
            "bng", "vehicle", "add", "1ABC234", "--country", "FR", "--make", "Peugeot", "--vin", "VF3LCYHZPHS000000")
        #expect(more.code == 0, "\(more.errors)")
        let found = try run("bng", "vehicle", "find", "1ABC234", "--reason", "a test", "--csv")
        let rows = found.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        try #require(rows.count == 3, "\(found.output)\(found.errors)")
        let make = try #require(rows[0].firstIndex(of: "make"))
        #expect(rows.allSatisfy { $0.count == rows[0].count })
        #expect(Set(rows.dropFirst().map { $0[make] }) == ["", "Peugeot"])
        let nothing = try run("bng", "vehicle", "find", "9ZZZ999", "--reason", "a test")
        #expect(nothing.code == 0 && nothing.output.isEmpty && nothing.errors == "none\n")
    }

    @Test func theTraceSaysWhatWasAskedFor() throws {
        #expect(try run("bng", "vehicle", "find", "1ABC234", "--reason", "case 17").code == 0)
        let trace = try folder.lines("data/subscriptions/bng/access.jsonl")
        #expect(trace.count == 1 && trace[0].contains(#""reason":"case 17""#) && trace[0].contains("1ABC234"))
    }

    /// Each bad row is named in the order of the file, whoever refused it, and as it stands there.
    @Test func badRowsAreNamedInOrder() throws {
        var rows = Data("plate,text\n1AAA001,one\n1AAA001,twice\n!!,bad\n".utf8)
        rows += Data("1AAA002,caf".utf8) + Data([0xe9]) + Data("\n".utf8)
        rows += Data("1AAA003,\"a \"\"quoted\"\" word\"\n1AAA004\n1AAA005,\"open\n1AAA006,lost\n".utf8)
        let file = "\(folder.path)/rows.csv"
        try rows.write(to: URL(filePath: file))
        let result = try run("tally", "note", "--in", file, "--refused", "\(folder.path)/refused.csv", "--json")
        let total = try WorkFolder.json(String(try #require(result.output.split(separator: "\n").last)))
        #expect(result.code == 1 && total["rows"] as? Int == 7 && total["done"] as? Int == 2)
        #expect(total["exists"] as? Int == 1 && total["refused"] as? Int == 4)
        let refused = try String(contentsOfFile: "\(folder.path)/refused.csv", encoding: .utf8)
        let codes = refused.split(separator: "\n").dropFirst().compactMap { line -> String? in
            let cells = line.split(separator: ",", maxSplits: 2)
            return Int(cells[0]) == nil ? nil : "\(cells[0]) \(cells[1])"
        }
        #expect(codes == ["3 exists", "4 bad_fields", "5 bad_line", "7 bad_line", "8 bad_line"])
        #expect(refused.contains("UTF-8") && refused.contains("a quote in it is not closed"))
    }

    @Test func oneKindOfColumnNameIsAsGoodAsTheOther() throws {
        let rows = try folder.write("x.csv", "plate,texts", "1AAA001,x")
        let unknown = try run("tally", "note", "--in", rows)
        #expect(unknown.code == 65 && unknown.errors.contains("column 'text' is missing"))
        #expect(unknown.errors.contains("known: plate,text"))
    }

    @Test func aReportThatCannotBeWrittenEndsTheRunBeforeItBegins() throws {
        let rows = try folder.write("x.csv", "plate,text", "1AAA001,x")
        let result = try run("tally", "note", "--in", rows, "--refused", "/dev/full", "--json")
        #expect(result.code == 71 && result.errors.contains("/dev/full: No space left on device"))
        #expect(try run("tally", "list", "--json").output.isEmpty, "nothing is done that could not be accounted for")
    }
}
