import PluginKit

/// All vacancies in one language, and the page where one chooses a language.
enum IndexPage {
    static let name = "index.html"

    /// - Parameter vacancies: published ones, the newest first.
    static func bytes(_ vacancies: [SiteVacancy], _ language: Language, _ settings: SiteSettings) -> [UInt8] {
        let words = SiteWords(language)
        let page = SitePage(settings: settings, words: words, name: name)
        return page.bytes(title: "\(words.jobs) – \(settings.organisation)") { main in
            main.element("h1", words.jobs)
            main.element("p", ["class": "soft"], vacancies.isEmpty ? words.nothing : words.count(vacancies.count))
            guard !vacancies.isEmpty else { return }
            main.element("ul", ["class": "jobs"]) { list in
                for vacancy in vacancies {
                    list.line()
                    list.element("li") { card(vacancy, words, &$0) }
                }
            }
        }
    }

    private static func card(_ vacancy: SiteVacancy, _ words: SiteWords, _ item: inout Markup) {
        let (language, text) = vacancy.text(words.language)
        let code = language.code
        item.element("h2") { heading in
            heading.element("a", ["href": vacancy.page, "lang": code, "xml:lang": code], text.title)
        }
        item.element("p") { line in
            line.write("\(vacancy.zoneName) · \(words.places): \(vacancy.places) · \(words.closes) ")
            line.element("time", ["datetime": vacancy.closes], words.date(vacancy.closes))
        }
    }

    /// Above the languages' folders.
    static func chooser(_ settings: SiteSettings) -> [UInt8] {
        Markup.page(Language.english.code) { page in
            page.element("head") { head in
                head.empty("meta", ["charset": "utf-8"])
                head.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                head.element("title", settings.organisation)
                for language in Language.allCases {
                    head.empty(
                        "link",
                        ["rel": "alternate", "hreflang": language.code, "href": settings.address(language, name)])
                }
                head.element("style") { $0.write(raw: SiteStyle.css) }
            }
            page.element("body") { body in
                body.element("main", ["id": "main"]) { main in
                    main.element("h1", settings.organisation)
                    main.element("ul") { list in
                        for language in Language.allCases { list.element("li") { choice(language, &$0) } }
                    }
                }
            }
        }
    }

    private static func choice(_ language: Language, _ item: inout Markup) {
        let words = SiteWords(language)
        let code = language.code
        let attributes: Markup.Attributes = [
            "href": "\(code)/\(name)", "lang": code, "xml:lang": code, "hreflang": code,
        ]
        item.element("a", attributes, "\(words.ownName): \(words.jobs)")
    }
}
