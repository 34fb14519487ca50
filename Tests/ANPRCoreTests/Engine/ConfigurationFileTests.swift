import Testing

@testable import ANPRCore

@Suite struct ConfigurationFileTests {
    static func read(_ text: String) throws(InputProblems) -> EngineConfiguration {
        var text = text
        do {
            return try text.withUTF8 { try EngineConfiguration(file: "etc/a.json5", bytes: UnsafeRawBufferPointer($0)) }
        } catch let problems as InputProblems { throw problems } catch { throw InputProblems(file: "?", "\(error)") }
    }

    static func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch { return error.problems.map(\.description) }
    }

    @Test func leastIsCamerasAndKeys() throws {
        let configuration = try Self.read("{cameras: 'c.csv', keys: {master: '/k'}}")
        var expected = EngineConfiguration()
        expected.directory = "etc"
        expected.camerasPath = "etc/c.csv"
        expected.keys = .master(path: "/k")
        #expect(configuration == expected)
    }

    /// What the seeds' file says beside the keys without a default is the default.
    @Test func theSeedsFileHoldsTheDefaults() throws {
        let configuration = try EngineConfiguration(path: SeedFolder.path("config/anprd.json5"))
        var plain = configuration
        let defaults = EngineConfiguration()
        #expect(configuration.blacklists.map(\.name) == ["stolen", "wanted", "insurance", "inspection", "patterns"])
        #expect(configuration.plugins.map(\.name) == ["cbe", "psc", "pacos", "bng", "sara"])
        #expect(configuration.plugins.allSatisfy { $0.backlog == PluginConfiguration(name: "").backlog })
        plain.directory = defaults.directory
        plain.camerasPath = defaults.camerasPath
        plain.keys = defaults.keys
        plain.sectionsPath = defaults.sectionsPath
        plain.blacklists = []
        plain.output.directory = ""
        plain.journal.directory = ""
        plain.plugins = []
        #expect(plain == defaults)
    }

    @Test(
        arguments: [
            ("lisen: {}", "unknown key 'lisen'; did you mean 'listen'?"),
            ("listen: {prt: 1}", "unknown key 'prt' in 'listen'; did you mean 'port'?"),
            ("listen: {port: 65536}", "'listen.port' must be a whole number from 0 to 65535"),
            ("listen: {port: 1.5}", "'listen.port' must be a whole number from 0 to 65535"),
            ("listen: {address: 'here'}", "'listen.address' must be an IPv4 address, such as \"127.0.0.1\""),
            ("authentication: 'none'", "'authentication' must be \"required\" or \"none-lab-only\""),
            ("ring_reads: 5000", "'ring_reads' must be a power of two from 1024 to 16777216"),
            ("output: {hits: 1}", "'output.hits' must be true or false"),
            ("output: []", "'output' must be an object: { ... }"),
            ("blacklists: {}", "'blacklists' must be a list: [ ... ]"),
            ("blacklists: [{name: 'a'}]", "'blacklists[0].file' is missing: the path of the list"),
            ("plugins: {cbe: 1}", "'plugins.cbe' must be an object: { ... }"),
            (
                "sections: {}",
                "'sections.file' is missing: the path of the section register; leave 'sections' out to have none"
            ),
            ("sections: {file: ''}", "'sections.file' must be the path of a file or folder"),
        ])
    func saysWhatIsWrongAndWhere(part: String, message: String) {
        #expect(Self.problems("{cameras: 'c', keys: {file: 'k'},\n\(part)}") == ["etc/a.json5:2: \(message)"])
    }

    @Test(arguments: ["15", "15 parsecs", "-1s", "9999999999d", "1.5s"]) func refusesTimesThatAreNone(text: String) {
        let problems = Self.problems("{cameras: 'c', keys: {file: 'k'}, suppression: '\(text)'}")
        #expect(
            problems.count == 1 && problems[0].contains("'suppression' must be a time from 0ms to 1d"), "\(problems)")
    }

    @Test func tellsEverythingAtOnce() {
        let problems = Self.problems("{\nshards: -1,\nclock: 3,\nsuppresion: '1s',\nkeys: {file: 'a', master: 'b'}}")
        #expect(problems.count == 5)
        #expect(problems.contains("etc/a.json5:5: 'keys' must have one of 'file' and 'master'"))
        #expect(problems.contains { $0.contains("'cameras' is missing") })
    }

    @Test func keysMayBeLeftOutInALaboratoryOnly() throws {
        #expect(Self.problems("{cameras: 'c'}").count == 1)
        #expect(try Self.read("{cameras: 'c', authentication: 'none-lab-only'}").authentication == .noneLabOnly)
    }

    @Test func listsHaveNamesOfTheirOwn() {
        let list = "{name: 'a', file: 'f'}"
        let problems = Self.problems("{cameras: 'c', keys: {file: 'k'}, blacklists: [\(list),\n\(list)]}")
        #expect(problems == ["etc/a.json5:2: 'blacklists[1].name' 'a' is another list's already"])
    }

    @Test func quantitiesReadAsTheyAreWritten() {
        for text in ["500ms", "15s", "90min", "36h", "31d"] {
            #expect(
                Quantity.duration(text).map(Quantity.durationText).flatMap(Quantity.duration) == Quantity.duration(text)
            )
        }
        #expect(Quantity.duration("2 min") == 120 * .second && Quantity.duration("1week") == nil)
        #expect(
            Quantity.size("64MiB") == 64 << 20 && Quantity.sizeText(64 << 20) == "64MiB" && Quantity.size("1MB") == nil)
    }
}
