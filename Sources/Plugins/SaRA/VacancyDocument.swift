import ANPRCore

/// A vacancy as the outside gets it: all of it while it is published, and that it is gone afterwards. One version is
/// the same bytes whenever it is written. The key comes first: that is how a file of lines knows each once.
enum VacancyDocument {
    static func line(_ vacancy: Vacancy, key: String) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        writeFields(vacancy, into: &line)
        line.end()
        return line.bytes
    }

    /// Several in one, as the site takes them.
    static func list(_ vacancies: [Vacancy], key: String) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.key("vacancies")
        line.beginArray()
        for vacancy in vacancies { write(vacancy, into: &line) }
        line.endArray()
        line.end()
        return line.bytes
    }

    private static func write(_ vacancy: Vacancy, into line: inout JSONLine) {
        line.begin()
        writeFields(vacancy, into: &line)
        line.end()
    }

    private static func writeFields(_ vacancy: Vacancy, into line: inout JSONLine) {
        line.field("vacancy", vacancy.name)
        line.field("version", vacancy.version)
        line.field("state", vacancy.phase.name)
        line.field("updated", Instant.format(vacancy.updatedNs))
        if vacancy.phase == .published { writeOpen(vacancy, into: &line) }
    }

    private static func writeOpen(_ vacancy: Vacancy, into line: inout JSONLine) {
        line.field("reference", vacancy.reference)
        line.field("zone", vacancy.zone)
        line.field("zone_name", vacancy.zoneName)
        line.field("postcode", vacancy.postcode)
        line.field("places", vacancy.places)
        line.field("corps", vacancy.corps.name)
        line.field("hours", vacancy.hours.name)
        line.field("published", Instant.format(vacancy.publishedNs))
        line.field("closes", date(vacancy.closesDay))
        line.field("closes_at", Instant.format(vacancy.closesNs))
        if vacancy.startsDay > 0 { line.field("starts", date(vacancy.startsDay)) }
        line.key("texts")
        line.begin()
        for (language, text) in vacancy.texts.sorted(by: { $0.key < $1.key }) {
            line.key(named: language.code)
            line.begin()
            line.field("title", text.title)
            line.field("profile", text.profile)
            line.end()
        }
        line.end()
    }

    /// `2026-11-27` of a day from 1970-01-01.
    static func date(_ day: Int) -> String { Instant.date(Nanoseconds(day) * .day) }
}
