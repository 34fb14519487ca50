import ANPRCore
import PluginKit

/// Writes the site: pages, indexes, feeds, map. On its courier's thread, so that a slow disk stops nobody else.
///
/// `vacancies/V-12.json` in the site's folder holds the newest version that came of each vacancy, also of one that is
/// gone: an older version that comes late changes nothing. All else follows from these files, and from nothing else.
final class SiteWriter: EffectDelivery {
    private var folder: SiteFolder
    private let settings: SiteSettings
    /// What `vacancies` holds, once it was read.
    private var vacancies: [UInt32: SiteVacancy]?

    private static let documents = "vacancies"

    init(folder: String, _ settings: SiteSettings) {
        self.folder = SiteFolder(path: folder)
        self.settings = settings
    }

    func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
        guard let value = try? JSON5Value(text: String(decoding: effect.payload, as: UTF8.self)),
            case .array(let rows)? = value["vacancies"]?.kind
        else { throw .permanent("no list of vacancies") }
        do throws(SystemError) {
            let isRebuild = effect.key.hasPrefix("site-rebuild-")
            return try take(rows, isRebuild: isRebuild)
        } catch {
            vacancies = nil  // what was written is read again
            throw .temporary("\(error)")
        }
    }

    func flush() throws(DeliveryProblem) {
        do throws(SystemError) { try folder.sync() } catch { throw .temporary("\(error)") }
    }

    private func take(_ rows: [JSON5Value], isRebuild: Bool) throws(SystemError) -> DeliveryAnswer {
        var known = try load()
        var changed: [SiteVacancy] = []
        for row in rows {
            guard let new = SiteVacancy(row) else { continue }
            if let old = known[new.number], old.version > new.version { continue }
            var line = JSONLine()
            line.value(row)
            try folder.write("\(Self.documents)/\(new.name).json", line.bytes + [0x0a])
            known[new.number] = new
            changed.append(new)
        }
        vacancies = known
        let published = known.values.filter(\.isPublished).sorted {
            ($0.published, $0.number) > ($1.published, $1.number)
        }
        for vacancy in isRebuild ? published : changed where vacancy.isPublished {
            for language in Language.allCases {
                let bytes = VacancyPage(vacancy, language, settings).bytes
                try folder.write("\(language.code)/\(vacancy.page)", bytes)
            }
        }
        try removeStale(published)
        let updated = known.values.map(\.updated).max() ?? "1970-01-01T00:00:00Z"
        try writeLists(published, updated: updated)
        var line = JSONLine()
        line.begin()
        line.field("published", published.count)
        line.end()
        return DeliveryAnswer(status: 200, body: line.bytes)
    }

    private func load() throws(SystemError) -> [UInt32: SiteVacancy] {
        if let vacancies { return vacancies }
        try folder.makeFolder("")
        try folder.makeFolder(Self.documents)
        for language in Language.allCases { try folder.makeFolder(language.code) }
        var known: [UInt32: SiteVacancy] = [:]
        for name in try folder.names(Self.documents) where name.hasSuffix(".json") {
            guard let bytes = try folder.read("\(Self.documents)/\(name)"),
                let value = try? JSON5Value(text: String(decoding: bytes, as: UTF8.self)),
                let vacancy = SiteVacancy(value)
            else { continue }
            known[vacancy.number] = vacancy
        }
        return known
    }

    /// Pages of vacancies that are gone, and what a crash left of a file that was being written.
    private func removeStale(_ published: [SiteVacancy]) throws(SystemError) {
        let pages = Set(published.map(\.page))
        for language in Language.allCases {
            for name in try folder.names(language.code) {
                let isPage = name.hasPrefix("v-") && name.hasSuffix(".html")
                if isPage && !pages.contains(name) || name.hasSuffix(".new") {
                    try folder.remove("\(language.code)/\(name)")
                }
            }
        }
    }

    private func writeLists(_ published: [SiteVacancy], updated: String) throws(SystemError) {
        for language in Language.allCases {
            let code = language.code
            try folder.write("\(code)/\(IndexPage.name)", IndexPage.bytes(published, language, settings))
            let feed = SiteFeed.atom(published, language, settings, updated: updated)
            try folder.write("\(code)/\(SiteFeed.name)", feed)
        }
        try folder.write("sitemap.xml", SiteFeed.map(published, settings, updated: updated))
        try folder.write(IndexPage.name, IndexPage.chooser(settings))
        let robots = "User-agent: *\nAllow: /\nSitemap: \(settings.url)/sitemap.xml\n"
        try folder.write("robots.txt", Array(robots.utf8))
    }
}
