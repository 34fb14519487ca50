import PluginKit

/// What machines follow the site by: a feed a language (RFC 4287), and the map of all pages (sitemaps.org).
enum SiteFeed {
    static let name = "feed.atom"
    /// The newest ones; all are in the index.
    static let entriesMax = 100

    /// - Parameter vacancies: published ones, the newest first.
    static func atom(
        _ vacancies: [SiteVacancy], _ language: Language, _ settings: SiteSettings, updated: String
    ) -> [UInt8] {
        let words = SiteWords(language)
        let attributes: Markup.Attributes = ["xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language.code]
        return Markup.xml("feed", attributes) { feed in
            feed.element("title", "\(words.jobs) – \(settings.organisation)")
            feed.element("id", settings.address(language, name))
            feed.empty("link", ["rel": "self", "href": settings.address(language, name)])
            feed.empty(
                "link",
                [
                    "rel": "alternate", "type": "text/html", "hreflang": language.code,
                    "href": settings.address(language, IndexPage.name),
                ])
            feed.element("updated", updated)
            feed.element("author") { $0.element("name", settings.organisation) }
            for vacancy in vacancies.prefix(entriesMax) {
                feed.line()
                feed.element("entry") { entry(vacancy, words, settings, &$0) }
            }
        }
    }

    private static func entry(
        _ vacancy: SiteVacancy, _ words: SiteWords, _ settings: SiteSettings, _ entry: inout Markup
    ) {
        let (language, text) = vacancy.text(words.language)
        let address = settings.address(words.language, vacancy.page)
        entry.element("title", ["xml:lang": language.code], text.title)
        entry.element("id", address)
        entry.empty("link", ["rel": "alternate", "type": "text/html", "href": address])
        entry.element("published", vacancy.published)
        entry.element("updated", vacancy.updated)
        let summary = "\(vacancy.zoneName). \(words.places): \(vacancy.places). "
        entry.element("summary", summary + "\(words.closes) \(words.date(vacancy.closes)).")
    }

    static func map(_ vacancies: [SiteVacancy], _ settings: SiteSettings, updated: String) -> [UInt8] {
        let attributes: Markup.Attributes = [
            "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
        ]
        return Markup.xml("urlset", attributes) { map in
            add(IndexPage.name, updated, settings, &map)
            for vacancy in vacancies { add(vacancy.page, vacancy.updated, settings, &map) }
        }
    }

    private static func add(_ page: String, _ updated: String, _ settings: SiteSettings, _ map: inout Markup) {
        for language in Language.allCases {
            map.line()
            map.element("url") { url in
                url.element("loc", settings.address(language, page))
                url.element("lastmod", updated)
                for other in Language.allCases {
                    url.empty(
                        "xhtml:link",
                        ["rel": "alternate", "hreflang": other.code, "href": settings.address(other, page)])
                }
            }
        }
    }
}
