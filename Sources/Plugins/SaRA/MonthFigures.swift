import ANPRCore

/// How often what happened in one month. It outlives the data of persons: nothing in it names one.
struct MonthFigures: Equatable {
    /// Places in a snapshot: new ones at the end.
    enum Figure: Int, CaseIterable {
        case vacanciesWritten, vacanciesPublished, vacanciesClosed, vacanciesFilled, vacanciesWithdrawn
        case placesPublished
        case applications, accepted, declined, refused, withdrawn, erased
        case needsFound, needsAccepted, needsDismissed, needsLapsed

        /// `vacancies_written`.
        var name: String {
            "\(self)".reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }

    private(set) var counts = [UInt32](repeating: 0, count: Figure.allCases.count)

    subscript(figure: Figure) -> Int { Int(counts[figure.rawValue]) }

    mutating func add(_ figure: Figure, _ count: Int = 1) { counts[figure.rawValue] += UInt32(count) }

    /// Months since the year 0, of a day from 1970-01-01.
    static func month(ofDay day: Int) -> Int {
        let date = Instant.date(days: day)
        return date.year * 12 + date.month - 1
    }

    /// `2026-11`.
    static func name(_ month: Int) -> String {
        let number = month % 12 + 1
        return "\(month / 12)-\(number < 10 ? "0" : "")\(number)"
    }
}

extension MonthFigures: Stored {
    func write(into bytes: inout [UInt8]) { bytes.append(rows: counts) }

    init?(_ reader: inout ByteReader) {
        guard let counts = reader.rows(UInt32.self), counts.count <= Figure.allCases.count else { return nil }
        for (i, count) in counts.enumerated() { self.counts[i] = count }
    }
}
