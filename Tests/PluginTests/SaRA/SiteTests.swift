import Foundation
import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// The public site: well-formed whatever was written, whole whatever happens, nothing stale.
@Suite struct SiteTests {
    private static let settings = SiteSettings(
        url: "https://jobs.example/be", organisation: "Police <& \"sons\">", applyMail: "jobs@police.example")

    private let folder: TemporaryFolder
    private let writer: SiteWriter

    init() throws {
        folder = try TemporaryFolder()
        writer = SiteWriter(folder: folder.path + "/a/site", Self.settings)
    }

    private func vacancy(
        _ number: UInt32 = 1, version: UInt32 = 1, phase: VacancyPhase = .published,
        texts: [Language: Vacancy.Text] = [.french: Vacancy.Text(title: "Inspecteur", profile: "Vous roulez.")]
    ) -> Vacancy {
        let closes = Int(Samples.ns("2026-12-31") / .day)
        return Vacancy(
            number: number, reference: "", zone: "A", zoneName: "Zone <A> & \"co\"", postcode: "1000", places: 2,
            corps: .operational, hours: .full, closesDay: closes, startsDay: closes + 32,
            closesNs: Nanoseconds(closes + 1) * .day, texts: texts, need: 0, createdNs: 0, createdBy: "hr",
            phase: phase, version: version, updatedNs: Samples.noonishNs + Nanoseconds(version) * .second,
            publishedNs: Samples.noonishNs)
    }

    @discardableResult
    private func deliver(_ vacancies: [Vacancy], key: String = "site-1") throws -> String {
        let effect = Effect(key: key, destination: "site", payload: VacancyDocument.list(vacancies, key: key))
        let answer = try #require(try writer.deliver(effect))
        try writer.flush()
        return String(decoding: answer.body, as: UTF8.self)
    }

    private func parsed(_ name: String) throws -> StrictXML.Element {
        try StrictXML.parse(Array(try folder.text("a/site/" + name).utf8))
    }

    private var files: [String] {
        let names = FileManager.default.enumerator(atPath: folder.path + "/a/site")?.compactMap { $0 as? String } ?? []
        return names.filter { $0.contains(".") }.sorted()
    }

    private static let lists = [
        "de/feed.atom", "de/index.html", "en/feed.atom", "en/index.html", "fr/feed.atom", "fr/index.html",
        "index.html", "nl/feed.atom", "nl/index.html", "robots.txt", "sitemap.xml",
    ]

    @Test func theCheckerRefusesWhatIsNotWellFormed() throws {
        let bad = [
            "<a>", "<a></b>", "<a b=\"1\" b=\"2\"></a>", "<a>&nbsp;</a>", "<a>&</a>", "<a b=\"<\"></a>",
            "<a></a><b></b>",
            "<a>\u{1}</a>", "<a b></a>", "<a b='1'></a>", "", "<a b=\"1\"c=\"2\"></a>",
        ]
        for text in bad { #expect(throws: StrictXML.Problem.self, "\(text)") { try StrictXML.parse(Array(text.utf8)) } }
        let good = try StrictXML.parse(Array("<a b=\"1&lt;\">x<c/>&amp;y</a>\n".utf8))
        #expect(good["b"] == "1<" && good.text == "x&y" && good.children.map(\.name) == ["c"])
    }

    /// Texts that would break out of anything.
    private static let hostile = [
        "</title></script><script>alert(1)</script>", "a & b < c > d \" ' ]]>", "\u{1}\u{b}\u{fffe}x", "<!-- & --> %3C",
        "æøå ŁČ 漢字 🚓 é́", "\\u003c/script>\\", "- <li>", String(repeating: "&", count: 150),
    ]

    @Test(arguments: hostile) func whateverIsWrittenIsEscaped(text: String) throws {
        let texts = Dictionary(
            uniqueKeysWithValues: Language.allCases.map {
                ($0, Vacancy.Text(title: text, profile: text + "\n\n- " + text))
            })
        try deliver([vacancy(texts: texts)])
        let clean = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0xfffe || $0.value > 0xffff }))
        for language in Language.allCases {
            let page = try parsed("\(language.code)/v-1.html")
            #expect(page.all("h1").map(\.text) == [clean])
            let scripts = page.all("script")
            #expect(scripts.count == 1 && scripts[0]["type"] == "application/ld+json", "data, nothing that runs")
            let data = try JSONSerialization.jsonObject(with: Data(scripts[0].text.utf8)) as? [String: Any]
            #expect((data?["title"] as? String)?.contains(clean) == true)
            let raw = try folder.text("a/site/\(language.code)/v-1.html")
            #expect(!raw.contains("<script>") && raw.components(separatedBy: "</script>").count == 2)
            #expect(try parsed("\(language.code)/index.html").all("h2").map(\.text) == [clean])
            #expect(try parsed("\(language.code)/feed.atom").all("entry").count == 1)
        }
        _ = try parsed("sitemap.xml")
        _ = try parsed("index.html")
    }

    @Test func aPageSaysItsLanguageAndTheOthers() throws {
        try deliver([vacancy(texts: [.dutch: Vacancy.Text(title: "Inspecteur", profile: "U rijdt.")])])
        let page = try parsed("fr/v-1.html")
        #expect(page["lang"] == "fr" && page["xml:lang"] == "fr")
        let alternates = page.all("link").filter { $0["rel"] == "alternate" && $0["hreflang"] != nil }
        #expect(alternates.compactMap { $0["hreflang"] } == ["fr", "nl", "de", "en", "x-default"])
        #expect(alternates[2]["href"] == "https://jobs.example/be/de/v-1.html")
        #expect(page.all("link").first { $0["rel"] == "canonical" }?["href"] == "https://jobs.example/be/fr/v-1.html")
        // What there is in Dutch only is marked as such.
        #expect(page.all("h1")[0]["lang"] == "nl")
        #expect(page.all("p").contains { $0.text == "Ce texte n’existe qu’en néerlandais." })
        #expect(try !parsed("nl/v-1.html").all("p").contains { $0["class"] == "note" })
        #expect(page.all("dd").map(\.text).contains("31 décembre 2026"))
        #expect(page.all("time").first?["datetime"] == "2026-12-31")
    }

    /// Headings in order, a label for each landmark and section, links with a text, no handler, nothing from elsewhere.
    @Test(arguments: ["fr/v-1.html", "de/index.html", "en/v-1.html"]) func pagesCanBeUsedByAll(name: String) throws {
        try deliver([vacancy()])
        let page = try parsed(name)
        #expect(page.all("h1").count == 1 && page.all("main").count == 1 && page.all("title").count == 1)
        #expect(page.all("main")[0]["id"] == "main" && page.all("a").first?["href"] == "#main")
        for nav in page.all("nav") { #expect(nav["aria-label"]?.isEmpty == false) }
        let ids = Set(page.all("h2").compactMap { $0["id"] })
        for section in page.all("section") { #expect(section["aria-labelledby"].map(ids.contains) == true) }
        for link in page.all("a") { #expect(link["href"]?.isEmpty == false && !link.text.isEmpty) }
        #expect(page.all("img").isEmpty && page.all("iframe").isEmpty && page.all("form").isEmpty)
        func attributes(_ element: StrictXML.Element) -> [String] {
            element.attributes.keys + element.children.flatMap(attributes)
        }
        #expect(!attributes(page).contains { $0.hasPrefix("on") || $0 == "src" || $0 == "style" })
        #expect(!SiteStyle.css.contains { "<&".contains($0) } && !SiteStyle.css.contains("url("))
    }

    @Test func searchEnginesGetAJobPosting() throws {
        try deliver([vacancy()])
        let text = try #require(try parsed("en/v-1.html").all("script").first?.text)
        let data = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(data["@context"] as? String == "https://schema.org" && data["@type"] as? String == "JobPosting")
        #expect(data["datePosted"] as? String == "2026-11-23" && data["employmentType"] as? String == "FULL_TIME")
        #expect(data["validThrough"] as? String == "2027-01-01T00:00:00Z" && data["totalJobOpenings"] as? Int == 2)
        #expect(data["description"] as? String == "<p>Vous roulez.</p>" && data["inLanguage"] as? String == "fr")
        let place = (data["jobLocation"] as? [String: Any])?["address"] as? [String: Any]
        #expect(
            place?["addressLocality"] as? String == "Zone <A> & \"co\"" && place?["addressCountry"] as? String == "BE")
        #expect((data["hiringOrganization"] as? [String: Any])?["name"] as? String == Self.settings.organisation)
    }

    @Test func theFeedAndTheMapNameWhatIsPublished() throws {
        try deliver([vacancy(1), vacancy(2, version: 3)])
        let feed = try parsed("nl/feed.atom")
        #expect(feed["xmlns"] == "http://www.w3.org/2005/Atom" && feed["xml:lang"] == "nl")
        #expect(feed.all("entry").count == 2)
        for name in ["title", "id", "updated", "author"] {
            #expect(feed.children.contains { $0.name == name }, "RFC 4287: \(name)")
            if name != "author" {
                for entry in feed.all("entry") { #expect(entry.children.contains { $0.name == name }) }
            }
        }
        #expect(feed.children.first { $0.name == "updated" }?.text == "2026-11-23T08:15:33Z")
        let map = try parsed("sitemap.xml")
        #expect(map.all("loc").count == 12 && Set(map.all("loc").map(\.text)).count == 12)
        #expect(map.all("url").allSatisfy { $0.all("xhtml:link").count == 4 })
    }

    @Test func whatIsGoneLeavesNoPage() throws {
        try deliver([vacancy(1), vacancy(2)])
        let pages = ["de", "en", "fr", "nl"].flatMap { ["\($0)/v-1.html", "\($0)/v-2.html"] }
        let documents = ["vacancies/V-1.json", "vacancies/V-2.json"]
        #expect(files == (Self.lists + pages + documents).sorted())
        #expect(try deliver([vacancy(1, version: 2, phase: .closed)]) == #"{"published":1}"#)
        #expect(files == (Self.lists + pages.filter { $0.hasSuffix("v-2.html") } + documents).sorted())
        #expect(try parsed("en/index.html").all("li").filter { $0.all("h2").count == 1 }.count == 1)
        #expect(try !folder.text("a/site/sitemap.xml").contains("v-1.html"))
        // An older version that comes late changes nothing, in this run of the writer and in the next.
        try deliver([vacancy(1)])
        let next = SiteWriter(folder: folder.path + "/a/site", Self.settings)
        _ = try next.deliver(
            Effect(
                key: "site-1", destination: "site", payload: VacancyDocument.list([vacancy(1)], key: "site-1")))
        #expect(!files.contains("fr/v-1.html"))
        try deliver([vacancy(2, version: 2, phase: .withdrawn)])
        #expect(files == (Self.lists + documents).sorted())
        #expect(try parsed("en/index.html").text.contains("There are no vacancies at the moment."))
    }

    /// What a person deleted, or a crash left half written.
    @Test func aRebuildMakesTheSiteWhole() throws {
        try deliver([vacancy(1), vacancy(2)])
        let whole = try files.map { [$0: try folder.text("a/site/" + $0)] }
        for name in ["fr/v-1.html", "sitemap.xml"] {
            try FileManager.default.removeItem(atPath: folder.path + "/a/site/" + name)
        }
        try folder.write("a/site/nl/v-2.html", "half")
        try folder.write("a/site/nl/v-9.html", "stale")
        try folder.write("a/site/de/index.html.new", "half")
        try deliver([vacancy(1), vacancy(2)], key: "site-rebuild-1-0")
        #expect(try files.map { [$0: try folder.text("a/site/" + $0)] } == whole)
    }

    @Test func whatCannotBeWrittenIsTriedAgain() throws {
        try folder.write("file", "in the way")
        let blocked = SiteWriter(folder: folder.path + "/file", Self.settings)
        let effect = Effect(
            key: "site-1", destination: "site", payload: VacancyDocument.list([vacancy()], key: "site-1"))
        #expect(throws: DeliveryProblem.self) { try blocked.deliver(effect) }
        try FileManager.default.removeItem(atPath: folder.path + "/file")
        #expect(try blocked.deliver(effect)?.status == 200)
        let nonsense = Effect(key: "x", destination: "site", payload: Array("{}".utf8))
        #expect(throws: DeliveryProblem.permanent("no list of vacancies")) { try blocked.deliver(nonsense) }
    }

    /// WCAG 2: text on its ground at 7 to 1 at least, in light and in dark.
    @Test func textStandsOutFromItsGround() throws {
        for scheme in [SiteStyle.css.prefix(while: { $0 != "@" }), SiteStyle.css.drop(while: { $0 != "@" })] {
            func colour(_ name: String) throws -> Double {
                let from = try #require(scheme.range(of: "--\(name):#"), "\(name)")
                let digits = scheme[from.upperBound...].prefix { $0.isHexDigit }
                let wide = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
                let value = try #require(Int(wide, radix: 16))
                let parts = [16, 8, 0].map { shift -> Double in
                    let part = Double(value >> shift & 255) / 255
                    return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
                }
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
            }
            for (text, ground) in [
                ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("accent", "paper"),
                ("accent", "card"), ("on-band", "band"),
            ] {
                let (one, other) = (try colour(text), try colour(ground))
                #expect((max(one, other) + 0.05) / (min(one, other) + 0.05) >= 7, "\(text) on \(ground)")
            }
        }
    }
}
