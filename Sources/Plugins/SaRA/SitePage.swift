import ANPRCore
import PluginKit

/// Who publishes, and where: what each page of the site says.
struct SiteSettings: Sendable {
    let url: String
    let organisation: String
    let applyMail: String

    func address(_ language: Language, _ page: String) -> String { "\(url)/\(language.code)/\(page)" }
}

/// What all pages have in common: head, languages, foot.
struct SitePage {
    let settings: SiteSettings
    let words: SiteWords
    /// The page's name, the same in each language's folder.
    let name: String

    var language: Language { words.language }

    /// - Parameter data: what machines read, as JSON whose text cannot end its element.
    func bytes(title: String, data: String? = nil, _ main: (inout Markup) -> Void) -> [UInt8] {
        Markup.page(language.code) { page in
            page.element("head") { head(title, data, &$0) }
            page.line()
            page.element("body") { body in
                body.element("a", ["class": "skip", "href": "#main"], words.skip)
                header(&body)
                body.element("main", ["id": "main"], main)
                footer(&body)
            }
        }
    }

    private func head(_ title: String, _ data: String?, _ head: inout Markup) {
        head.empty("meta", ["charset": "utf-8"])
        head.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        head.empty(
            "meta",
            [
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
            ])
        head.line()
        head.element("title", title)
        head.empty("link", ["rel": "canonical", "href": settings.address(language, name)])
        for other in Language.allCases {
            head.empty(
                "link",
                ["rel": "alternate", "hreflang": other.code, "href": settings.address(other, name)])
        }
        head.empty(
            "link",
            ["rel": "alternate", "hreflang": "x-default", "href": settings.address(.english, name)])
        head.empty(
            "link",
            [
                "rel": "alternate", "type": "application/atom+xml", "title": words.feed, "href": "feed.atom",
            ])
        head.line()
        head.element("style") { $0.write(raw: SiteStyle.css) }
        if let data { head.element("script", ["type": "application/ld+json"]) { $0.write(raw: data) } }
    }

    private func header(_ body: inout Markup) {
        body.element("header") { header in
            header.element("div", ["class": "bar"]) { bar in
                bar.element("p", ["class": "brand"]) { $0.element("a", ["href": "index.html"], settings.organisation) }
                bar.element("nav", ["aria-label": words.languages]) { nav in
                    nav.element("ul") { list in
                        for other in Language.allCases { list.element("li") { link(other, &$0) } }
                    }
                }
            }
        }
        body.line()
    }

    private func link(_ other: Language, _ item: inout Markup) {
        let code = other.code
        if other == language {
            item.element("span", ["lang": code, "xml:lang": code, "aria-current": "true"], SiteWords(other).ownName)
        } else {
            let attributes: Markup.Attributes = [
                "href": "../\(code)/\(name)", "lang": code, "xml:lang": code, "hreflang": code,
            ]
            item.element("a", attributes, SiteWords(other).ownName)
        }
    }

    private func footer(_ body: inout Markup) {
        body.line()
        body.element("footer") { footer in
            footer.element("p") { line in
                line.element("a", ["href": "index.html"], words.allJobs)
                line.write(" · ")
                line.element("a", ["href": "feed.atom", "type": "application/atom+xml"], words.feed)
            }
        }
    }
}
