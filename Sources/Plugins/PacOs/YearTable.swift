import ANPRCore

/// Seizures and exhibits by year and service, as the yearly report has them (`seeds/figures/pacos.csv`).
struct YearTable: Equatable {
    struct Row: Equatable {
        var seizures = 0
        var exhibitsPolice = 0
        var exhibitsJustice = 0
        var exhibits: Int { exhibitsPolice + exhibitsJustice }
    }

    private(set) var rows: [Int: Row] = [:]

    /// A year is that of the seizure, in local time; the service is the one that seized.
    init(_ register: CustodyRegister) {
        for seizure in register.seizures {
            let year = Instant.date(days: LocalTime.europeBrussels.day(seizure.seizedNs)).year
            let count = Int(seizure.exhibitCount)
            rows[year, default: Row()].seizures += 1
            if seizure.service == .police {
                rows[year, default: Row()].exhibitsPolice += count
            } else {
                rows[year, default: Row()].exhibitsJustice += count
            }
        }
    }

    func write(year: Int, into line: inout JSONLine) {
        let row = rows[year] ?? Row()
        line.begin()
        line.field("year", year)
        line.field("seizures", row.seizures)
        line.field("exhibits", row.exhibits)
        line.field("exhibits_police", row.exhibitsPolice)
        line.field("exhibits_justice", row.exhibitsJustice)
        line.end(newline: true)
    }
}
