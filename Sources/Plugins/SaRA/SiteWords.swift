import ANPRCore
import PluginKit

/// What the site says by itself, in one language.
struct SiteWords {
    let language: Language

    init(_ language: Language) { self.language = language }

    private func pick(_ french: String, _ dutch: String, _ german: String, _ english: String) -> String {
        switch language {
        case .french: french
        case .dutch: dutch
        case .german: german
        case .english: english
        }
    }

    var ownName: String { pick("Français", "Nederlands", "Deutsch", "English") }
    var jobs: String { pick("Emplois", "Vacatures", "Stellenangebote", "Vacancies") }
    var languages: String { pick("Langues", "Talen", "Sprachen", "Languages") }
    var skip: String {
        pick("Aller au contenu", "Naar de inhoud", "Zum Inhalt springen", "Skip to the content")
    }
    var allJobs: String { pick("Tous les emplois", "Alle vacatures", "Alle Stellenangebote", "All vacancies") }
    var zone: String { pick("Zone de police", "Politiezone", "Polizeizone", "Police zone") }
    var places: String { pick("Places", "Plaatsen", "Stellen", "Places") }
    var closes: String { pick("Postuler jusqu’au", "Solliciteren tot", "Bewerben bis", "Apply until") }
    var starts: String { pick("Entrée en service", "Indiensttreding", "Dienstbeginn", "Start of work") }
    var corps: String { pick("Cadre", "Kader", "Kader", "Corps") }
    var hours: String { pick("Horaire", "Arbeidstijd", "Arbeitszeit", "Hours") }
    var number: String { pick("Numéro", "Nummer", "Nummer", "Number") }
    var published: String { pick("Publié le", "Gepubliceerd op", "Veröffentlicht am", "Published on") }
    var details: String { pick("En bref", "In het kort", "Auf einen Blick", "At a glance") }
    var profile: String { pick("Fonction et profil", "Functie en profiel", "Aufgaben und Profil", "Work and profile") }
    var apply: String { pick("Postuler", "Solliciteren", "Bewerben", "How to apply") }
    var feed: String { pick("Fil Atom", "Atom-feed", "Atom-Feed", "Atom feed") }
    var nothing: String {
        pick(
            "Aucun emploi n’est vacant en ce moment.", "Er zijn op dit ogenblik geen vacatures.",
            "Zurzeit sind keine Stellen frei.", "There are no vacancies at the moment.")
    }
    func applyTo(number: String) -> String {
        pick(
            "Envoyez votre candidature, avec le numéro \(number), à",
            "Stuur uw sollicitatie, met het nummer \(number), naar",
            "Senden Sie Ihre Bewerbung mit der Nummer \(number) an",
            "Send your application, with the number \(number), to")
    }
    func count(_ count: Int) -> String {
        count == 1
            ? pick("1 emploi", "1 vacature", "1 Stellenangebot", "1 vacancy")
            : "\(count) " + pick("emplois", "vacatures", "Stellenangebote", "vacancies")
    }
    func only(in other: Language) -> String {
        let names =
            switch other {
            case .french: ("français", "het Frans", "Französisch", "French")
            case .dutch: ("néerlandais", "het Nederlands", "Niederländisch", "Dutch")
            case .german: ("allemand", "het Duits", "Deutsch", "German")
            case .english: ("anglais", "het Engels", "Englisch", "English")
            }
        return pick(
            "Ce texte n’existe qu’en \(names.0).", "Deze tekst bestaat alleen in \(names.1).",
            "Diesen Text gibt es nur auf \(names.2).", "This text exists in \(names.3) only.")
    }
    func corps(_ corps: String) -> String {
        corps == Vacancy.Corps.civilian.name
            ? pick("administratif et logistique", "administratief en logistiek", "Verwaltung und Logistik", "civilian")
            : pick("opérationnel", "operationeel", "operativ", "operational")
    }
    func hours(_ hours: String) -> String {
        hours == Vacancy.Hours.part.name
            ? pick("temps partiel", "deeltijds", "Teilzeit", "part time")
            : pick("temps plein", "voltijds", "Vollzeit", "full time")
    }

    /// `31 janvier 2027`, of `2027-01-31` or an instant; the text itself when it is none.
    func date(_ text: String) -> String {
        guard let ns = Instant.parse(text) else { return text }
        let date = Instant.date(days: LocalTime.fixed(offsetNs: 0).day(ns))
        let month = months[date.month - 1]
        let isFirst = language == .french && date.day == 1
        let day = language == .german ? "\(date.day)." : isFirst ? "1er" : "\(date.day)"
        return "\(day) \(month) \(date.year)"
    }

    private var months: [String] {
        switch language {
        case .french:
            [
                "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
                "novembre", "décembre",
            ]
        case .dutch:
            [
                "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
                "november", "december",
            ]
        case .german:
            [
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
                "November", "Dezember",
            ]
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ]
        }
    }

    // MARK: Drafts

    /// What a draft that comes of a need begins with.
    func draft(zone: String, shift: Shift) -> Vacancy.Text {
        Vacancy.Text(
            title: pick(
                "Inspecteur de police", "Inspecteur van politie", "Polizeiinspektor", "Police inspector"),
            profile: pick(
                "Vous assurez le suivi des signalements du réseau de caméras dans la zone \(zone), \(name(shift)).",
                "U volgt de meldingen van het cameranetwerk op in de zone \(zone), \(name(shift)).",
                "Sie bearbeiten die Meldungen des Kameranetzes in der Zone \(zone), \(name(shift)).",
                "You follow up the alerts of the camera network in the zone \(zone), \(name(shift))."))
    }

    private func name(_ shift: Shift) -> String {
        switch shift {
        case .early: pick("de 6 à 14 heures", "van 6 tot 14 uur", "von 6 bis 14 Uhr", "from 6 am to 2 pm")
        case .late: pick("de 14 à 22 heures", "van 14 tot 22 uur", "von 14 bis 22 Uhr", "from 2 pm to 10 pm")
        case .night: pick("de 22 à 6 heures", "van 22 tot 6 uur", "von 22 bis 6 Uhr", "from 10 pm to 6 am")
        }
    }
}
