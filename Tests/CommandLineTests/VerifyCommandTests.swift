import Foundation
import Testing

/// What checks papers: a broken one ends with 1, one that is not there with 66, nothing to check with 1.
@Suite(.serialized) struct VerifyCommandTests {
    private let folder: WorkFolder

    init() throws {
        folder = try ServeTests.folder()
        try folder.write(
            "verify.json5",
            "{ authentication: 'none-lab-only', cameras: 'cameras.csv', listen: { port: 0 },",
            "  sections: { file: 'sections.csv' }, output: { directory: 'out' }, journal: { directory: 'data' },",
            "  plugins: { pacos: { numbers: '\(Self.seed("pacos/numbers.csv"))',",
            "    places: '\(Self.seed("pacos/places.csv"))', ends: '\(Self.seed("law/exhibit_ends.csv"))' } } }")
    }

    private static func seed(_ name: String) -> String { "\(Program.repository)/seeds/\(name)" }

    private func pacos(_ words: String...) throws -> Program.Result {
        try Running(["pacos"] + words + ["--config", "verify.json5"], folder: folder.path).end()
    }

    private func exhibit() throws {
        #expect(try pacos("seizure", "open", "PV-1", "--place", "Aalter", "--service", "police").code == 0)
        let added = try pacos("exhibit", "add", "SZ-1", "--kind", "phone", "--description", "x", "--place", "GNT-P1")
        #expect(added.code == 0, "\(added.errors)")
    }

    @Test func headsAreTakenInBothForms() throws {
        try exhibit()
        for form in ["--csv", "--json"] {
            let heads = try pacos("heads", form).output
            try folder.write("heads", heads)
            let whole = try pacos("verify", "--heads", "heads")
            #expect(whole.code == 0, "\(form): \(whole.errors)")
            let hash = try #require(heads.firstMatch(of: /[0-9a-f]{64}/)).output
            let other = String(hash.reversed())
            try folder.write("heads", heads.replacingOccurrences(of: String(hash), with: other))
            let broken = try pacos("verify", "--heads", "heads")
            #expect(broken.code == 1 && broken.output.contains("the hash is not the one"), "\(form)")
            #expect(broken.errors.contains("refused (broken): 1 break(s) in 1 entries of 1 exhibit(s)"))
        }
    }

    @Test func aChainThatWasChangedEndsWithOne() throws {
        try exhibit()
        let chain = try pacos("exhibit", "custody", "PO0000000001M", "--json").output
        try folder.write("chain.json", chain)
        #expect(try pacos("verify", "file", "chain.json").code == 0)
        try folder.write("chain.json", chain.replacingOccurrences(of: "GNT-P1", with: "GNT-P2"))
        let broken = try pacos("verify", "file", "chain.json")
        #expect(broken.code == 1 && broken.output.contains("the entry was changed"))
        #expect(broken.errors.contains("refused (broken): 1 break(s)"))
    }

    @Test func nothingToVerifyIsNoSuccess() throws {
        try exhibit()
        try folder.write("empty")
        for words in [["verify", "file", "empty"], ["verify", "--heads", "empty"]] {
            let result = try Running(["pacos"] + words + ["--config", "verify.json5"], folder: folder.path).end()
            #expect(result.code == 1 && result.errors.contains("nothing to verify"), "\(words)")
        }
        let finding = try Program.run("psc", "finding", "verify", "empty", folder: folder.path)
        #expect(finding.code == 1 && finding.errors.contains("nothing to verify"))
    }

    @Test func whatIsNoPaperIsNamedByItsLine() throws {
        try folder.write("hello", "hello")
        let finding = try Program.run("psc", "finding", "verify", "hello", folder: folder.path)
        #expect(finding.code == 1 && finding.errors.contains("refused (no_finding): line 1 is no finding"))
        let chain = try Program.run("pacos", "verify", "file", "hello", folder: folder.path)
        #expect(chain.code == 1 && chain.errors.contains("(bad_line): line 1: 'hello' is no value"))
    }

    @Test(arguments: [
        ["psc", "finding", "verify", "nofile"], ["pacos", "verify", "--heads", "nofile"],
        ["pacos", "verify", "file", "nofile"], ["bng", "graph", "draw", "nofile"],
        ["bng", "sample", "--figures", "nofile"], ["cbe", "verify", "nofile", "--key", "nofile"],
        ["journal", "check", "nofile"], ["demo", "--seeds", "nofile"],
    ])
    func aFileThatIsNotThereIsNoWrongWord(words: [String]) throws {
        let result = try Running(words, folder: folder.path).end()
        #expect(result.code == 66 && result.errors.contains("nofile: No such file"), "\(result.errors)")
    }

    @Test func aRefusedFileThatCannotBeMadeIsNoInput() throws {
        try folder.write("rows.csv", "number")
        let result = try pacos("load", "--in", "rows.csv", "--refused", "none/refused.csv")
        #expect(result.code == 73 && result.errors.contains("create none/refused.csv"))
    }

    @Test func whatAScannerTypesIsAnsweredByItsLine() throws {
        try exhibit()
        let scanner = try Running(
            ["pacos", "scan", "--for", "look", "--json", "--config", "verify.json5"], folder: folder.path,
            isTypedTo: true)
        for line in ["PO0000000001M", "", "hello"] { scanner.type(line) }
        scanner.endInput()
        let end = scanner.end()
        let answers = try end.output.split(separator: "\n").map { try WorkFolder.json(String($0)) }
        #expect(end.code == 1 && end.errors.isEmpty && answers.map { $0["line"] as? Int } == [1, 3])
        #expect(answers.first?["number"] as? String == "PO0000000001M")
        #expect((answers.last?["refused"] as? [String: String])?["code"] == "no_number")
    }

    @Test func aScanThatCannotBeIsSaidBeforeTheFirstLine() throws {
        for (words, said) in [
            (["--for", "lok"], "'for' must be one of"), (["--for", "pack"], "wants a delivery such as DV-12"),
        ] {
            let scanner = try Running(
                ["pacos", "scan"] + words + ["--config", "verify.json5"], folder: folder.path, isTypedTo: true)
            scanner.endInput()
            let end = scanner.end()
            #expect(end.code == 2 && end.errors.contains(said), "\(words)")
        }
    }
}
