import Testing

/// The style that matters, executed. Each check first proves on a bad sample that it can fail.
@Suite("Tidy") struct TidyTests {
    private func sample(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text + "\n") }

    private func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
        guard !findings.isEmpty else { return }
        let list = findings.map(\.description).joined(separator: "\n")
        Issue.record("\(list)", sourceLocation: sourceLocation)
    }

    @Test("the repository is where the checks look")
    func repositoryIsFound() {
        #expect(Repository.exists("Package.swift"))
        #expect(Repository.core.count > 20)
        #expect(Repository.sources.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    }

    @Test("comments, strings and interpolations are told apart")
    func maskTellsApart() {
        let file = sample(
            "a.swift",
            ##"""
            let a = "hidden // \(shown("deep")) /*" // remark "x"
            /* one /* two */ still */ let b = #"raw \(hidden) "quoted" "# + last
            let c = """
                hidden "too" \(value)
                """ + end
            """##)
        let code = file.code.joined(separator: "\n")
        for word in ["shown", "let b", "last", "value", "end", "let c"] { #expect(code.contains(word)) }
        for word in ["hidden", "deep", "remark", "two", "still", "quoted", "too"] { #expect(!code.contains(word)) }
        #expect(file.comments[0].contains("remark"))
        #expect(file.comments[1].contains("still"))
        #expect(!file.comments.joined().contains("hidden"))
    }

    @Test("a file of ANPRCore names types of its own room or of earlier ones")
    func folderDirection() {
        let early = sample("Sources/ANPRCore/Ring/Ring.swift", "struct Ring { var s: Shard }  // Engine")
        let late = sample("Sources/ANPRCore/Shard/Shard.swift", "final class Shard { var r: Ring }")
        let lost = sample("Sources/ANPRCore/Elsewhere/A.swift", "struct A {}")
        let bad = FolderDirection.findings([early, late, lost])
        #expect(bad.count == 2)
        #expect(bad.contains { $0.path == early.path && $0.message.contains("Shard") })
        expectNone(FolderDirection.findings(Repository.core))
    }

    @Test("ANPRCore and the plugins import only what they may")
    func imports() {
        let bad = [
            ("Sources/ANPRCore/Wire/A.swift", "import Foundation"), ("Sources/Plugins/CBE/A.swift", "import PSC"),
            ("Sources/ANPRCore/Wire/A.swift", "@testable import CBE"), ("Sources/PluginKit/A.swift", "import CBE"),
            ("Sources/Plugins/CBE/A.swift", "import FoundationNetworking"),
            ("Sources/anprd/A.swift", "import FoundationNetworking"),
        ]
        for (path, text) in bad { #expect(Imports.findings(sample(path, text)).count == 1) }
        #expect(Imports.findings(sample("Sources/ANPRCore/Wire/A.swift", "import Glibc  // Foundation")).isEmpty)
        expectNone(Repository.sources.flatMap(Imports.findings))
    }

    @Test("banned constructs are not used", arguments: BannedConstruct.all)
    func banned(_ construct: BannedConstruct) throws {
        let path = (construct.folders.first ?? "Sources/") + "A.swift"
        #expect(try construct.findings(sample(path, construct.badSample)).count == 1)
        #expect(try construct.findings(sample(path, construct.goodSample)).isEmpty)
        expectNone(try Repository.sources.flatMap(construct.findings))
    }

    @Test("every memory ordering and every unchecked promise is explained beside it")
    func commentDuty() {
        let bad = [
            "a.load(ordering: .relaxed)", "final class A: @unchecked Sendable {}",
            "// ORDER: relaxed; of another function.\nvar x = 1\nfunc a() {\n  a.load(ordering: .relaxed)\n}",
            "// ORDER: too far up\n" + String(repeating: "\n", count: CommentDuty.reachLines)
                + "b(ordering: .releasing)",
        ]
        for text in bad { #expect(CommentDuty.findings(sample("A.swift", text)).count == 1, "\(text)") }
        let good = [
            "// ORDER: relaxed; a statistic.\na.load(ordering: .relaxed)",
            "// ORDER: relaxed; a statistic.\nfunc a() -> Int { a.load(ordering: .relaxed) }",
            "final class A: @unchecked Sendable {\n    // SAFE: one writer.\n}", "let s = \"ordering: .relaxed\"",
        ]
        for text in good { #expect(CommentDuty.findings(sample("A.swift", text)).isEmpty, "\(text)") }
        expectNone(Repository.sources.flatMap(CommentDuty.findings))
    }

    @Test("lines, functions and names have the shape agreed on")
    func shape() {
        let body = String(repeating: "    work()\n", count: Shape.functionLinesMax)
        let bad = [
            String(repeating: "a", count: Shape.lineColumnsMax + 1), "\tlet a = 1", "let a = 1 ",
            "func a() {\n\(body)}",
            "package init(\n    a: Int\n)\nwhere A: B {\n\(body)}", "struct FrameUtils {}", "let a = 1\n",
        ]
        for text in bad { #expect(Shape.findings(sample("A.swift", text)).count == 1, "\(text.prefix(40))") }
        #expect(Shape.findings(sample("Sources/Helpers.swift", "let a = 1")).count == 1)
        #expect(Shape.findings(SourceFile(path: "A.swift", text: "let a = 1")).count == 1)
        let good = ["protocol A {\n    func a()\n    func b()\n}\n\(body)// end", "struct Community {}"]
        for text in good { #expect(Shape.findings(sample("A.swift", text)).isEmpty) }
        expectNone(Repository.sources.flatMap(Shape.findings))
    }

    @Test("the README's table names exactly the folders that exist", .enabled(if: Repository.exists("README.md")))
    func folderTable() {
        let table =
            "| folder | what |\n|---|---|\n| `Sources/A` | a |\n| `Sources/Gone/` | b |\n| `--json` | no path |\n"
        let bad = FolderTable.findings(readme: table, folders: ["Sources/A", "Sources/B"]) { $0 == "Sources/A" }
        #expect(bad.map(\.message).sorted().map { $0.contains("Gone") } == [true, false])
        let top = Repository.folders(in: "Sources").map { "Sources/\($0)" }
        let rooms = Repository.folders(in: "Sources/ANPRCore").map { "Sources/ANPRCore/\($0)" }
        let others = ["Benchmarks", "Tests", "docs", "seeds"].filter(Repository.exists)
        expectNone(
            FolderTable.findings(
                readme: Repository.text("README.md"), folders: top.filter { $0 != "Sources/Plugins" } + rooms + others,
                exists: Repository.exists))
    }

    @Test("the package depends on nothing, and nothing names the machine that it was written on")
    func selfContained() {
        func dependencies(_ manifest: String) -> Bool { manifest.contains(".package" + "(") }
        #expect(dependencies("dependencies: [.package" + "(url: a)]"))
        #expect(!dependencies(Repository.text("Package.swift")))

        let machinePaths = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/"]
        func namesMachine(_ text: String) -> Bool { machinePaths.contains { text.contains($0) } }
        #expect(namesMachine("cd /wo" + "rk/tree"))
        let prose = Repository.files(under: "docs") + Repository.files(under: ".ci") + ["README.md", "Package.swift"]
        let texts = Repository.sources.map { ($0.path, $0.text) } + prose.map { ($0, Repository.text($0)) }
        expectNone(
            texts.filter { namesMachine($0.1) }.map { Finding(path: $0.0, line: 0, message: "names a machine's path") })
    }
}
