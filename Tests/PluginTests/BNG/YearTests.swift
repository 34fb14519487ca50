import Testing

@testable import ANPRCore
@testable import BNG
@testable import PluginKit

/// The yearly figures, computed from the ledger.
@Suite struct YearTests {
    @Test func thePublishedFiguresAtOneOfAHundredThousand() throws {
        let database = try Database()
        let file = try FileBytes(path: Repository.seed("figures/bng.csv"))
        let figures = withExtendedLifetime(file) { Array(file.bytes) }
        let verb = try #require(BNG.verbs.first { $0.name == "sample" })
        guard case .alone(let sample) = verb.work else { return }
        let call = PluginCall(
            verb: "sample", id: "", by: "x", fields: ["figures": .bytes(figures), "scale": .whole(100_000)])
        var rows: [JSONLine] = []
        var output = VerbOutput(line: { rows.append($0) }, progress: { _, _ in })
        try sample(call, &output)
        let load = try #require(BNG.verbs.first { $0.name == "load" })
        for (i, row) in rows.enumerated() {
            let call = try load.call(try JSON5Value(text: row.string), id: "r\(i)", by: "x", reason: "")
            let reply = try database.plugin.call(call)
            guard case .done = reply else {
                Issue.record("\(row.string): \(reply)")
                return
            }
        }
        let golden = """
            {"year":2019,"pv_created":63,"pv_sent_to_judicial_bng":22,"immediate_perceptions":23,\
            "information_reports":55,"documents_produced":133,"hearings":15,"natural_persons":0}
            {"year":2020,"pv_created":58,"pv_sent_to_judicial_bng":22,"immediate_perceptions":21,\
            "information_reports":50,"documents_produced":117,"hearings":12,"natural_persons":249}
            {"year":2021,"pv_created":58,"pv_sent_to_judicial_bng":20,"immediate_perceptions":20,\
            "information_reports":50,"documents_produced":117,"hearings":13,"natural_persons":250}
            """
        #expect(try lines(database).joined(separator: "\n") == golden)
        // The same rows again are all known.
        let again = try load.call(try JSON5Value(text: rows[0].string), id: "again", by: "x", reason: "")
        #expect(Database.text(try database.plugin.call(again)) == "exists")
        // Perceptions of 2019 are erased by now; the year's figure stays.
        try database.plugin.time(Samples.noonishNs)
        #expect(database.register.counts.erased == 23 + 21 + 20)
        #expect(try lines(database)[0].contains(#""immediate_perceptions":23"#))
    }

    private func lines(_ database: Database) throws -> [String] {
        let figures = YearFigures(database.register)
        return figures.rows.keys.sorted().map { year in
            var line = JSONLine()
            figures.write(year: year, into: &line)
            return String(line.string.dropLast())
        }
    }

    @Test func aSampleIsAlwaysTheSame() {
        var (one, two) = (SampleRecords(seed: 3), SampleRecords(seed: 3))
        for i in 0..<50 { #expect(one.person(in: 2021, i, of: 50).string == two.person(in: 2021, i, of: 50).string) }
    }

    @Test func measuring() throws {
        var values: [String: Int] = [:]
        try RegisterMeasure(persons: 500, seed: 1).run({ values[$0] = $1 }, progress: { _ in })
        #expect(values["restored"] == 500 && (values["search_name_birth_found"] ?? 0) >= 500)
    }
}
