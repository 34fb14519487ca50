import Foundation
import Testing

@Suite struct CommandTests {
    @Test(
        arguments: [
            ("serve", "--config"), ("demo", "--noise"), ("simulate", "--pace"), ("replay", "--reads"),
            ("relay", "--listen"), ("blacklist check", "--json"), ("blacklist count", "--json"),
            ("config check", "FILE"), ("version", "anprd version"), ("journal audit", "--csv"),
            ("journal check", "--json"), ("journal repair", "repairs.jsonl"), ("journal dump", "--shard"),
            ("stream tail", "--until-end"),
        ])
    func helpNamesWhatThereIs(command: String, named: String) throws {
        let words = command.split(separator: " ").map(String.init) + ["--help"]
        let result = try Running(words).end()
        #expect(result.code == 0 && result.output.contains(named) && result.output.contains("Examples:"))
        #expect(try Program.run("--help").output.contains(command))
    }

    @Test func wrongWordsAreUsage() throws {
        let command = try Program.run("sreve")
        #expect(command.code == 2 && command.errors.contains("did you mean 'serve'?") && command.output.isEmpty)
        let flag = try Program.run("demo", "--sed", "3")
        #expect(flag.code == 2 && flag.errors.contains("did you mean --seed?"))
        let value = try Program.run("demo", "--seed", "x")
        #expect(value.code == 2 && value.errors.contains("--seed must be a whole number"))
        #expect(try Program.run().code == 2)
        #expect(try Program.run("serve").errors.contains("--config is missing"))
    }

    @Test(arguments: [
        (["cbe", "file"], "'cbe file' needs one more word", "cbe file verify"),
        (["cbe", "file", "lst"], "did you mean 'anprd cbe file list'?", "cbe file list"),
        (["psc", "person", "ad"], "did you mean 'anprd psc person add'?", "psc person link"),
        (["cbe", "flie"], "did you mean 'anprd cbe file'?", "More: anprd cbe"),
        (["journal", "chek"], "did you mean 'anprd journal check'?", "journal audit"),
        (["pcos"], "did you mean 'pacos'?", "anprd --help"),
        (["serve", "anprd.json5"], "'anprd.json5' is one too many; did you mean --config anprd.json5?", "usage"),
        (["journal", "check"], "needs 1 operand(s), and was given 0", "DATA"),
    ])
    func aWordThatIsMissingOrWrongIsNamed(words: [String], said: String, shown: String) throws {
        let result = try Running(words).end()
        #expect(result.code == 2 && result.errors.contains(said) && result.errors.contains(shown), "\(result.errors)")
        #expect(!result.errors.contains("anprd cbe pay"), "the verbs of the family alone")
    }

    @Test func filesThatAreWrongHaveCodesOfTheirOwn() throws {
        let folder = try WorkFolder()
        let bad = try folder.write("bad.csv", "plate,country,reason,case", "1ABC234,BE,stolen,C1", "1ABC235,BE,stolen")
        let missing = try Program.run("blacklist", "check", "\(folder.path)/none.csv")
        #expect(missing.code == 66 && missing.errors.contains("none.csv"))
        let wrong = try Program.run("blacklist", "check", bad)
        #expect(wrong.code == 65 && wrong.errors.contains("bad.csv:3:"))
        let json = try Program.run("blacklist", "check", "--json", bad)
        #expect(json.code == 65)
        #expect(try WorkFolder.json(json.output)["problems"] as? Int == 1)
    }

    @Test func listsAreCounted() throws {
        let result = try Program.run(
            "blacklist", "count", "--json", "\(Program.repository)/seeds/blacklists/stolen.csv")
        #expect(result.code == 0)
        #expect(try WorkFolder.json(result.output)["entries"] as? Int == 3000)
    }

    @Test func theSeedsConfigurationIsSound() throws {
        let result = try Program.run("config", "check", "\(Program.repository)/seeds/config/anprd.json5")
        #expect(result.code == 0 && result.output.contains("no problem") && result.output.contains("stolen 3,000"))
        #expect(result.output.contains("data, kept 365 days"))
        #expect(result.output.contains("WARNING: the keys come from the published laboratory key"))
    }

    @Test func aConfigurationIsCheckedWhole() throws {
        let folder = try WorkFolder()
        let file = try folder.write("a.json5", "{", "camreas: 'c.csv',", "shards: 99 }")
        let result = try Program.run("config", "check", file)
        #expect(result.code == 65)
        #expect(result.errors.contains("a.json5:2: unknown key 'camreas'; did you mean 'cameras'?"))
        #expect(result.errors.contains("a.json5:3: 'shards' must be"))
    }

    /// Of the configuration, of the files that it names, of plugins' options and files: whoever mends them starts once.
    @Test(arguments: [["config", "check"], ["serve", "--config"]])
    func allProblemsAreToldAtOnce(words: [String]) throws {
        let folder = try ServeTests.folder()
        try folder.write("sections.csv", "section,entry_cameras,exit_cameras,length_m,limit_kmh", "S1,c1,c9,2000,120")
        try folder.write("bad.csv", "plate,country,reason", "1ABC234,BE")
        let config = try folder.write(
            "all.json5",
            "{ authentication: 'none-lab-only', cameras: 'cameras.csv', shards: 99,", "  sections: { file: 'sections.csv' },",
            "  blacklists: [{ name: 'a', file: 'none.csv' }, { name: 'b', file: 'bad.csv', default_case: 'x' }],",
            "  plugins: { tally: { bogus: '1' }, nosuch: {},",
            "    bng: { retention: 'bad.csv', classifications: 'none.csv' },",
            "    psc: { persons: 'bad.csv', conditions: 'bad.csv', priorities: 'none.csv' } } }")
        let result = try Running(words + [config]).end()
        #expect(result.code == 65)
        for said in [
            "all.json5:1: 'shards' must be", "sections.csv:2:", "none.csv: cannot be read", "bad.csv:2:",
            "option 'bogus' is unknown", "there is no plugin 'nosuch'",
            "column 'category' is missing", "column 'person' is missing",
        ] { #expect(result.errors.contains(said), "\(said): \(result.errors)") }
        let nothing = try Program.run("config", "check", "\(folder.path)/nothing.json5")
        #expect(nothing.code == 66)
    }

    @Test func aFileThatIsNotThereIsSaidAsItIs() throws {
        let folder = try ServeTests.folder()
        try FileManager.default.removeItem(atPath: "\(folder.path)/sections.csv")
        let alone = try Program.run("config", "check", "\(folder.path)/anprd.json5")
        #expect(alone.code == 66 && alone.errors.contains("sections.csv: No such file"))
    }

    @Test func theVersionNamesTheFormat() throws {
        #expect(try Program.run("version").output == "anprd 0.1.0 (frame format 1)\n")
    }

    /// A short demo over real sockets: every count must be the truth's.
    @Test(arguments: ["--noise", "--json"]) func theDemoAgreesWithItsTruth(flag: String) throws {
        let result = try Program.run(
            "demo", "--seconds", "120", "--duration", "1", "--seed", "4", "--json", flag == "--json" ? "--seed=4" : flag
        )
        if flag == "--json" {
            #expect(result.code == 2 && result.errors.contains("--seed stands twice"))
            return
        }
        let table = try WorkFolder.json(result.output)
        #expect(result.code == 0 && table["agrees"] as? Bool == true, "\(result.output)\(result.errors)")
        let rows = table["rows"] as? [[String: Any]] ?? []
        #expect(rows.first { $0["name"] as? String == "reads taken" }?["engine"] as? Int ?? 0 > 10_000)
    }
}
