import ANPRCore
import PluginKit

/// One vacancy in one language.
struct VacancyPage {
    let vacancy: SiteVacancy
    let page: SitePage

    init(_ vacancy: SiteVacancy, _ language: Language, _ settings: SiteSettings) {
        self.vacancy = vacancy
        page = SitePage(settings: settings, words: SiteWords(language), name: vacancy.page)
    }

    var bytes: [UInt8] {
        let (language, text) = vacancy.text(page.language)
        let words = page.words
        let data = JobPosting.json(vacancy, page.language, page.settings)
        return page.bytes(title: "\(text.title) – \(vacancy.zoneName) – \(page.settings.organisation)", data: data) {
            main in
            // What is written in another language says so to those who hear the page.
            let code = language.code
            main.element("h1", ["lang": code, "xml:lang": code], text.title)
            if language != page.language {
                main.element("p", ["class": "note"], words.only(in: language))
            }
            main.element("section", ["aria-labelledby": "details"]) { section in
                section.element("h2", ["id": "details"], words.details)
                section.element("dl") { details(&$0) }
            }
            main.element("section", ["aria-labelledby": "profile"]) { section in
                section.element("h2", ["id": "profile"], words.profile)
                section.element("div", ["lang": code, "xml:lang": code]) { Self.write(text.profile, into: &$0) }
            }
            main.element("section", ["aria-labelledby": "apply"]) { section in
                section.element("h2", ["id": "apply"], words.apply)
                section.element("p") { line in
                    line.write(words.applyTo(number: vacancy.name) + " ")
                    let mail = page.settings.applyMail
                    line.element("a", ["href": "mailto:\(mail)?subject=\(vacancy.name)"], mail)
                    line.write(".")
                }
            }
        }
    }

    private func details(_ list: inout Markup) {
        let words = page.words
        func row(_ name: String, _ value: (inout Markup) -> Void) {
            list.element("div") { row in
                row.element("dt", name)
                row.element("dd", [:], value)
            }
        }
        func date(_ text: String) -> (inout Markup) -> Void {
            { $0.element("time", ["datetime": String(text.prefix(10))], words.date(text)) }
        }
        row(words.zone) { $0.write(vacancy.zoneName) }
        row(words.places) { $0.write(String(vacancy.places)) }
        row(words.closes, date(vacancy.closes))
        if !vacancy.starts.isEmpty { row(words.starts, date(vacancy.starts)) }
        row(words.corps) { $0.write(words.corps(vacancy.corps)) }
        row(words.hours) { $0.write(words.hours(vacancy.hours)) }
        row(words.published, date(vacancy.published))
        row(words.number) { $0.write(vacancy.name) }
    }

    /// An empty line parts paragraphs; lines that begin with `- ` are a list.
    static func write(_ profile: String, into markup: inout Markup) {
        for block in blocks(profile) {
            if block.isList {
                markup.element("ul") { list in for line in block.lines { list.element("li", line) } }
            } else {
                markup.element("p") { paragraph in
                    for (i, line) in block.lines.enumerated() {
                        if i > 0 { paragraph.empty("br", [:]) }
                        paragraph.write(line)
                    }
                }
            }
        }
    }

    private static func blocks(_ profile: String) -> [(isList: Bool, lines: [String])] {
        var blocks: [(isList: Bool, lines: [String])] = []
        var isNew = true
        for line in profile.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " }
            if trimmed.isEmpty {
                isNew = true
                continue
            }
            let isItem = trimmed.hasPrefix("- ")
            let text = String(isItem ? trimmed.dropFirst(2) : trimmed)
            if !isNew, let last = blocks.indices.last, blocks[last].isList == isItem {
                blocks[last].lines.append(text)
            } else {
                blocks.append((isItem, [text]))
            }
            isNew = false
        }
        return blocks
    }
}
