import Foundation
import Testing

@testable import ANPRCore
@testable import CBE
@testable import PluginKit

/// Letters in four languages, with every item that the record must hold.
@Suite struct LetterTests {
    private func letter(_ language: Language, name: String = "An Peeters") throws -> String {
        let bench = try OfficeBench(OfficeBench.options())
        try bench.hand(Samples.record())
        try bench.call(
            "file holder",
            [
                "file": .text("7147876774"), "name": .text(name), "street": .text("Markt 1"), "postcode": .text("9880"),
                "town": .text("Aalter"), "country": .text("BE"), "language": .text(language.code),
            ])
        let answer = try JSON5Value(text: try bench.ask("file letter", ["file": .text("7147876774")]))
        return try #require(answer["letter"]?.string)
    }

    @Test(arguments: Language.allCases)
    func golden(language: Language) throws {
        let path = Repository.path + "/seeds/cbe/letters/\(language.code).html"
        #expect(try letter(language) == String(contentsOfFile: path, encoding: .utf8))
    }

    @Test(arguments: Language.allCases)
    func everyItemIsThere(language: Language) throws {
        let text = try letter(language)
        for item in [
            "BR.30.L7.7147876774/2026", "1ABC234 (BE)", "Aalter", "E40-Aalter", "E40-01-1", "E40-02-1", "129.088",
            "121 km/h", "120 km/h", "1 km/h", "5800.000 m", "161.750 s", "SC-0042", "B-2024-117", "3/1/44", "7/1/90",
            "EUR 53.00", "EUR 10.10", "EUR 63.10", "+++714/7876/77427+++", "BE68 5390 0754 7034", "An Peeters",
            "Markt 1", "9880 Aalter", "Police of Aalter", "09:15:30.000 (UTC+1)",
        ] { #expect(text.contains(item), "\(item)") }
        #expect(text.contains(language == .german ? "23.11.2026" : "23/11/2026"))
        #expect(!text.contains("{{"))
    }

    @Test func whatIsFilledInIsEscaped() throws {
        let text = try letter(.english, name: "<b>\"R & D\"</b>")
        #expect(text.contains("&lt;b&gt;&quot;R &amp; D&quot;&lt;/b&gt;"))
    }

    @Test func aTemplateThatLeavesOutOrMisspellsIsRefused() throws {
        let problems = try #require(throws: InputProblems.self) {
            _ = try LetterTemplate("<p>\n{{plaet}} {{pv_number}} {{", file: "nl.html")
        }
        #expect(problems.description.contains("nl.html:2: 'plaet' is unknown; known: account,"))
        #expect(problems.description.contains("'{{' is not closed"))
        #expect(problems.description.contains("does not show 'plate', which it must"))
    }
}
