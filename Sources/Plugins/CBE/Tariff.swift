import ANPRCore

/// One row of the tariff of immediate perceptions for speeding, in force on some days.
struct Tariff: Equatable, Sendable {
    /// In force from this day (inclusive) to that one (exclusive), in days from 1970-01-01.
    let days: Range<Int>
    /// The dearer row: built-up areas, zone 30, school, residential and meeting zones.
    let isProtectedZone: Bool
    /// Up to `baseExcessKmh` of excess.
    let baseCents: Int
    let baseExcessKmh: Int
    /// For each km/h of excess past `baseExcessKmh`.
    let stepCents: Int
    /// An excess above this is no immediate perception.
    let prosecutorExcessKmh: Int
    /// A perception above this is none: it goes to the prosecutor. The administrative fee is not part of it.
    let capResidentCents: Int
    let capNonResidentCents: Int
    /// `confirmed` or `unconfirmed`: how sure the row is.
    let status: String

    /// Without the administrative fee.
    func amountCents(excessKmh: Int) -> Int { baseCents + max(0, excessKmh - baseExcessKmh) * stepCents }
    func capCents(isResident: Bool) -> Int { isResident ? capResidentCents : capNonResidentCents }
}

/// One row of the administrative fee that is added to each perception.
struct Fee: Equatable, Sendable {
    /// In force from this day (inclusive) to that one (exclusive), in days from 1970-01-01.
    let days: Range<Int>
    let cents: Int
    let status: String
}

/// Within how long the copy of a finding goes out, or it loses its special proof value.
struct Deadline: Equatable, Sendable {
    /// In force from this day (inclusive) to that one (exclusive), in days from 1970-01-01.
    let days: Range<Int>
    let withinDays: Int

    /// Road traffic law of 16 March 1968, article 62: fourteen days from the finding.
    static let copySentDefault = Deadline(days: Int.min..<Int.max, withinDays: 14)
}

/// How long something may take or lasts, by the name that the table of deadlines gives it.
struct Period: Equatable, Sendable {
    let name: String
    /// In force from this day (inclusive) to that one (exclusive), in days from 1970-01-01.
    let days: Range<Int>
    let withinDays: Int

    /// Where the table has no row of the day: unconfirmed, as the rows are.
    static let defaults = ["payment": 30, "reminder": 30, "order": 30]
}
