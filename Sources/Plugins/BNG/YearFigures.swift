import ANPRCore

/// What each year came to, as the yearly report has it (`seeds/figures/bng.csv`). A year is that in which a record was
/// first written down, in local time; erased records count.
struct YearFigures: Equatable {
    struct Row: Equatable {
        var pv = 0
        var pvSent = 0
        var perceptions = 0
        var reports = 0
        var documents = 0
        var hearings = 0
        /// First written down in the year.
        var personsNew = 0
    }

    private(set) var rows: [Int: Row] = [:]

    init(_ register: Register, progress: (Double) -> Void = { _ in }) {
        let perception = register.texts.number(FactKind.perception)
        let count = register.versions.count
        for place in 0..<count {
            if place % 100_000 == 0 { progress(Double(place) / Double(count)) }
            let version = register.versions[place]
            guard version.previous == 0 else { continue }
            let year = Self.year(version.atNs)
            switch register.records[version.record].category {
            case .pv: rows[year, default: Row()].pv += 1
            case .rir: rows[year, default: Row()].reports += 1
            case .document: rows[year, default: Row()].documents += 1
            case .hearing: rows[year, default: Row()].hearings += 1
            case .person: rows[year, default: Row()].personsNew += 1
            case .fact where version.texts[0] == perception: rows[year, default: Row()].perceptions += 1
            case .fact, .vehicle, .place: break
            }
        }
        for place in 0..<register.exchanges.count {
            let exchange = register.exchanges[place]
            guard exchange.phase != .sending, exchange.phase != .refused else { continue }
            rows[Self.year(exchange.firstNs), default: Row()].pvSent += 1
        }
    }

    private static func year(_ ns: Nanoseconds) -> Int { Instant.date(days: LocalTime.europeBrussels.day(ns)).year }

    /// Natural persons at the end of a year.
    func persons(through year: Int) -> Int {
        rows.reduce(0) { $0 + ($1.key <= year ? $1.value.personsNew : 0) }
    }

    func write(year: Int, into line: inout JSONLine) {
        let row = rows[year] ?? Row()
        line.begin()
        line.field("year", year)
        line.field("pv_created", row.pv)
        line.field("pv_sent_to_judicial_bng", row.pvSent)
        line.field("immediate_perceptions", row.perceptions)
        line.field("information_reports", row.reports)
        line.field("documents_produced", row.documents)
        line.field("hearings", row.hearings)
        line.field("natural_persons", persons(through: year))
        line.end(newline: true)
    }
}
