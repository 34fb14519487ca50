import ANPRCore
import PluginKit

/// A vacancy as schema.org's JobPosting, for search engines.
enum JobPosting {
    static func json(_ vacancy: SiteVacancy, _ language: Language, _ settings: SiteSettings) -> String {
        let (written, text) = vacancy.text(language)
        var description = Markup()
        VacancyPage.write(text.profile, into: &description)
        var line = JSONLine()
        line.begin()
        line.field("@context", "https://schema.org")
        line.field("@type", "JobPosting")
        line.field("title", text.title)
        line.field("description", description.text)
        line.field("inLanguage", written.code)
        line.field("url", settings.address(language, vacancy.page))
        line.key("identifier")
        line.begin()
        line.field("@type", "PropertyValue")
        line.field("name", settings.organisation)
        line.field("value", vacancy.name)
        line.end()
        line.field("datePosted", String(vacancy.published.prefix(10)))
        line.field("validThrough", vacancy.closesAt)
        if !vacancy.starts.isEmpty { line.field("jobStartDate", vacancy.starts) }
        line.field("employmentType", vacancy.hours == Vacancy.Hours.part.name ? "PART_TIME" : "FULL_TIME")
        line.field("totalJobOpenings", vacancy.places)
        line.field("directApply", false)
        writeOrganisation(vacancy, settings, into: &line)
        line.end()
        return safe(line.string)
    }

    private static func writeOrganisation(
        _ vacancy: SiteVacancy, _ settings: SiteSettings, into line: inout JSONLine
    ) {
        line.key("hiringOrganization")
        line.begin()
        line.field("@type", "Organization")
        line.field("name", settings.organisation)
        line.field("sameAs", settings.url)
        line.end()
        line.key("jobLocation")
        line.begin()
        line.field("@type", "Place")
        line.key("address")
        line.begin()
        line.field("@type", "PostalAddress")
        line.field("addressLocality", vacancy.zoneName)
        line.field("postalCode", vacancy.postcode)
        line.field("addressCountry", "BE")
        line.end()
        line.end()
    }

    /// The same JSON without the characters that mean something to HTML and XML. They stand in texts alone, where a
    /// number says the same.
    static func safe(_ json: String) -> String {
        var out = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<": out += "\\u003c"
            case ">": out += "\\u003e"
            case "&": out += "\\u0026"
            case "\u{7f}", "\u{fffe}", "\u{ffff}": continue
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
