import Foundation
import Testing

@testable import ANPRCore
@testable import Tally

/// docs/plugins/WRITING.md shows a whole plugin. It is the file that is compiled here, and it works.
@Suite struct WritingGuideTests {
    @Test func theGuideShowsTheFileThatIsCompiled() throws {
        let guide = try String(contentsOfFile: Repository.path + "/docs/plugins/WRITING.md", encoding: .utf8)
        let file = Repository.path + "/Sources/Plugins/Tally/TallyPlugin.swift"
        let code = try String(contentsOfFile: file, encoding: .utf8)
        #expect(guide.contains("```swift\n" + code + "```\n"))
        // It stands on the package interface alone.
        let imports = code.split(separator: "\n").filter { $0.contains("import ") }
        #expect(imports == ["import ANPRCore", "import PluginKit"])
    }

    @Test func thePluginOfTheGuideWorks() throws {
        let out = try TemporaryFolder()
        var knowledge = Samples.knowledge
        knowledge.entries = [
            1: EntryDetails(list: "stolen", mark: "1ABC234", reason: "stolen", caseNumber: "C1", priority: 5)
        ]
        let plugin = try HostedPlugin(
            TallyPlugin.factory(options: ["priority_max": "20"]),
            PluginContext(directory: out.path, knowledge: knowledge))
        func hit(_ sequence: UInt32, entry: UInt32, priority: UInt8, flags: HitFlags = []) -> Hit {
            var hit = Hit(read: Samples.read("1ABC234", sequence: sequence))
            hit.sources[0] = HitSource(entry: entry, list: 0, kind: .exact, priority: priority)
            hit.sourceCount = 1
            hit.mark = UInt64(entry)
            hit.flags = flags
            return hit
        }
        try plugin.hand(hits: [
            hit(1, entry: 1, priority: 5), hit(2, entry: 1, priority: 5, flags: .repeated),
            hit(3, entry: 1, priority: 90), hit(4, entry: 2, priority: 20),
        ])
        #expect(plugin.counter("hits_stolen") == 2)
        #expect(plugin.counter("hits_unknown") == 1)
        #expect(try out.lines("urgent.jsonl").map { $0["id"] as? String } == ["3/1/1:1", "3/1/4:2"])
        #expect(throws: InputProblems.self) { try TallyPlugin.factory(options: ["priority": "1"]) }
        #expect(throws: InputProblems.self) { try TallyPlugin.factory(options: ["priority_max": "many"]) }
    }
}
