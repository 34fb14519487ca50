import ANPRCore
import PluginKit

/// A vacancy as the site has it, read back from what an effect or a file of the site's folder says.
struct SiteVacancy {
    let number: UInt32
    let version: UInt32
    let isPublished: Bool
    let updated: String
    var zone = ""
    var zoneName = ""
    var postcode = ""
    var places = 0
    var corps = ""
    var hours = ""
    var published = ""
    var closes = ""
    var closesAt = ""
    var starts = ""
    var texts: [Language: Vacancy.Text] = [:]

    var name: String { Vacancy.name(number) }
    /// `v-12.html`, in each language's folder.
    var page: String { "v-\(number).html" }

    /// Nil when it is not what `VacancyDocument` writes.
    init?(_ value: JSON5Value) {
        guard let name = value["vacancy"]?.string, name.hasPrefix("V-"), let number = UInt32(name.dropFirst(2)),
            let version = value["version"]?.whole, let state = value["state"]?.string,
            let updated = value["updated"]?.string, Instant.parse(updated) != nil
        else { return nil }
        self.number = number
        self.version = UInt32(clamping: version)
        self.updated = updated
        isPublished = state == VacancyPhase.published.name
        guard isPublished else { return }
        func text(_ name: String) -> String { value[name]?.string ?? "" }
        zone = text("zone")
        zoneName = text("zone_name")
        postcode = text("postcode")
        places = value["places"]?.whole ?? 0
        corps = text("corps")
        hours = text("hours")
        published = text("published")
        closes = text("closes")
        closesAt = text("closes_at")
        starts = text("starts")
        for language in Language.allCases {
            guard let title = value["texts"]?[language.code]?["title"]?.string,
                let profile = value["texts"]?[language.code]?["profile"]?.string
            else { continue }
            texts[language] = Vacancy.Text(title: title, profile: profile)
        }
        guard !texts.isEmpty, Instant.parse(published) != nil, Instant.parse(closes) != nil else { return nil }
    }

    /// In a language, or else in the first one in which it is written.
    func text(_ language: Language) -> (language: Language, text: Vacancy.Text) {
        if let text = texts[language] { return (language, text) }
        let first = texts.keys.min() ?? language
        return (first, texts[first] ?? Vacancy.Text(title: name, profile: ""))
    }
}

extension JSON5Value {
    /// Nil when it is no whole number.
    var whole: Int? { if case .number(let text, _) = kind { Int(text) } else { nil } }
}
