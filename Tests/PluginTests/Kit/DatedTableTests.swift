import Testing

@testable import ANPRCore
@testable import PluginKit

@Suite struct DatedTableTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func table(_ text: String) throws -> DatedTable<Int> {
        let path = try folder.write("t.csv", "valid_from,valid_to,what,cents,status,source\n" + text)
        return try DatedTable(path, columns: ["valid_from", "valid_to", "what", "cents", "status", "source"]) {
            (row, _, _) throws(InputProblem) in (row.text("what"), try row.number("cents", max: 1000))
        }
    }

    private func day(_ text: String) -> Int { Int(Samples.ns(text) / .day) }

    @Test func theRowOfTheDay() throws {
        let table = try table(
            """
            2026-01-01,2026-07-01,a,1,confirmed,x
            2026-07-01,,a,2,unconfirmed,x
            2026-03-01,2026-04-01,b,3,confirmed,x

            """)
        #expect(table.rows == [1, 2, 3])
        #expect(table.row("a", day: day("2025-12-31")) == nil)
        #expect(table.row("a", day: day("2026-01-01")) == 1)
        #expect(table.row("a", day: day("2026-06-30")) == 1)
        #expect(table.row("a", day: day("2026-07-01")) == 2)
        #expect(table.row("b", day: day("2026-04-01")) == nil)
        #expect(table.row("c", day: day("2026-04-01")) == nil)
    }

    @Test func everyWrongLineIsNamedAndNothingIsTakenOver() throws {
        let error = try #require(throws: InputProblems.self) {
            _ = try table(
                """
                2026-01-01,2026-07-01,a,1,confirmed,x
                2026-06-30,,a,2,confirmed,x
                2026-01-01,2026-01-01,b,1,confirmed,x
                2026-01-01,,c,1001,confirmed,x
                2026-01-01,,d,1,sure,x
                2026-01-01,,e,1,confirmed,

                """)
        }
        #expect(error.problems.map(\.line) == [3, 4, 5, 6, 7])
        #expect(error.problems[0].message.contains("line 2"))
        #expect(throws: InputProblems.self) { _ = try table("") }
    }
}
