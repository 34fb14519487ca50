import ANPRCore

/// Invented records, always the same for a seed: rows for the verb `load`, in the proportions of the yearly report.
struct SampleRecords {
    /// Of one year, of each kind so many.
    struct Year: Equatable {
        let year: Int
        var pv = 0
        var pvSent = 0
        var perceptions = 0
        var reports = 0
        var documents = 0
        var hearings = 0
        /// First written down in it.
        var persons = 0
    }

    private var random: Random
    private var names: SampleNames
    private var serial = 0

    init(seed: UInt64) {
        random = Random(seed: seed)
        names = SampleNames()
    }

    /// From the lines of seeds/figures/bng.csv, one of `scale`, rounded. Persons are those at a year's end: of the
    /// first year that has a figure all are new.
    static func years(_ figures: [UInt8], scale: Int) throws(Refusal) -> [Year] {
        var years: [Int: Year] = [:]
        var persons: [Int: Int] = [:]
        for line in String(decoding: figures, as: UTF8.self).split(separator: "\n") {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 4, !line.hasPrefix("#"), cells[0] != "number_of" else { continue }
            guard let year = Int(cells[1]), let value = Int(cells[2]), (1900...2200).contains(year), value >= 0 else {
                throw Refusal("wrong", "'\(line)' is no figure: number_of,year,value,precision")
            }
            let count = (value + scale / 2) / scale
            var row = years[year] ?? Year(year: year)
            switch cells[0] {
            case "pv_created": row.pv = count
            case "pv_sent_to_judicial_bng": row.pvSent = count
            case "immediate_perceptions": row.perceptions = count
            case "information_reports": row.reports = count
            case "documents_produced": row.documents = count
            case "hearings": row.hearings = count
            case "natural_persons": persons[year] = count
            default: throw Refusal("wrong", "the yearly report has no row '\(cells[0])'")
            }
            years[year] = row
        }
        var before = 0
        for (year, count) in persons.sorted(by: { $0.key < $1.key }) {
            years[year]?.persons = max(0, count - before)
            before = count
        }
        return years.values.sorted { $0.year < $1.year }
    }

    // MARK: Rows

    mutating func forEachRow(of year: Year, _ body: (JSONLine) throws -> Void) rethrows {
        for i in 0..<year.persons { try body(person(in: year.year, i, of: year.persons)) }
        for i in 0..<year.pv {
            try body(
                paper("pv", "BR.30.L7", year.year, i, of: year.pv) {
                    $0.field("judicial", i < year.pvSent ? "sent" : "no")
                })
        }
        for i in 0..<year.reports { try body(paper("rir", "RIR", year.year, i, of: year.reports) { _ in }) }
        for i in 0..<year.hearings { try body(paper("hearing", "H", year.year, i, of: year.hearings) { _ in }) }
        for i in 0..<year.documents { try body(paper("document", "D", year.year, i, of: year.documents) { _ in }) }
        for i in 0..<year.perceptions {
            var line = begin("fact", year.year, i, of: year.perceptions)
            line.field("identity", "perception \(year.year)/\(i + 1)")
            line.field("kind", FactKind.perception)
            line.field("state", "closed")
            line.end(newline: true)
            try body(line)
        }
    }

    private func begin(_ category: String, _ year: Int, _ index: Int, of count: Int) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("category", category)
        line.field("recorded", Instant.format(Self.instant(year, index, of: count)))
        line.field("origin", "sample")
        return line
    }

    /// Spread over the year, first to last.
    private static func instant(_ year: Int, _ index: Int, of count: Int) -> Nanoseconds {
        let start = Nanoseconds(Instant.days(year: year, month: 1, day: 2)) * .day
        return start + 360 * .day / Nanoseconds(max(1, count)) * Nanoseconds(index)
    }

    private mutating func paper(
        _ category: String, _ prefix: String, _ year: Int, _ index: Int, of count: Int,
        _ more: (inout JSONLine) -> Void
    ) -> JSONLine {
        var line = begin(category, year, index, of: count)
        let digits = String(index + 1)
        let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        line.field("number", "\(prefix).\(padded)/\(year)")
        line.field("kind", Self.kinds[random.below(Self.kinds.count)])
        line.field("unit", "zone \(5258 + random.below(200))")
        more(&line)
        line.end(newline: true)
        return line
    }

    private static let kinds = ["traffic", "theft", "drugs", "violence", "fraud", "environment", "lost_papers"]

    mutating func person(in year: Int, _ index: Int, of count: Int) -> JSONLine {
        let person = person()
        var line = begin("person", year, index, of: count)
        line.field("identity", person.identity)
        line.field("family", person.family)
        line.field("given", person.given)
        line.field("born", Instant.date(Nanoseconds(person.bornDay) * .day))
        line.field("birthplace", person.birthplace)
        line.field("address", person.address)
        line.end(newline: true)
        return line
    }

    struct Person {
        let identity: String
        let family: String
        let given: String
        let bornDay: Int
        let birthplace: String
        let address: String
    }

    mutating func person() -> Person {
        serial += 1
        let towns = SampleNames.towns
        return Person(
            identity: "S-\(serial)", family: names.family(&random), given: names.given(&random),
            bornDay: Instant.days(year: 1930, month: 1, day: 1) + random.below(27_000),
            birthplace: towns[random.below(towns.count)],
            address: "\(names.street(&random)) \(1 + random.below(250)), \(towns[random.below(towns.count)])")
    }
}
