import ANPRCore
import PluginKit

/// Work that is to be given to somebody: what it is, where, for how many, until when one may apply.
struct Vacancy: Equatable, Sendable {
    /// What it says in one language.
    struct Text: Equatable, Sendable {
        var title: String
        var profile: String
    }

    enum Corps: UInt8, CaseIterable, Sendable {
        case operational = 1
        case civilian = 2

        var name: String { "\(self)" }
    }

    enum Hours: UInt8, CaseIterable, Sendable {
        case full = 1
        case part = 2

        var name: String { "\(self)" }
    }

    let number: UInt32
    /// Of whoever writes it; each once. Empty: none.
    var reference: String
    /// A code of the table of zones, and its name as it was then.
    var zone: String
    var zoneName: String
    var postcode: String
    var places: Int
    var corps: Corps
    var hours: Hours
    /// The last local day on which one may apply, and the first of the work; days from 1970-01-01, 0: not said.
    var closesDay: Int
    var startsDay: Int
    /// The end of `closesDay`.
    var closesNs: Nanoseconds
    var texts: [Language: Text]
    /// The need that it comes from; 0: none.
    var need: UInt32
    let createdNs: Nanoseconds
    let createdBy: String

    var phase = VacancyPhase.draft
    /// Counts what the outside is to know: its publication, each change after it, its end.
    var version: UInt32 = 0
    /// When its version came to be.
    var updatedNs: Nanoseconds = 0
    var publishedNs: Nanoseconds = 0
    var endedNs: Nanoseconds = 0
    /// The highest rank of an application that is in ranking no more: later ones get higher ones.
    var rankTaken: UInt32 = 0
    /// Applicants who accepted; they count on when their data are gone.
    var taken: UInt32 = 0
    /// The versions that the site was sent and that it has, and how far Jobpol is.
    var siteSent: UInt32 = 0
    var siteVersion: UInt32 = 0
    var posting = Posting()

    static let titleBytesMax = 150
    static let profileBytesMax = 4000
    static let placesMax = 999

    static func name(_ number: UInt32) -> String { "V-\(number)" }
    var name: String { Self.name(number) }

    /// The site has not been sent what it is to show by now.
    var isDirty: Bool { publishedNs > 0 && version > siteSent }

    /// In a language, or else in the first one in which it is written.
    func text(_ language: Language) -> (language: Language, text: Text) {
        if let text = texts[language] { return (language, text) }
        let first = texts.keys.min() ?? language
        return (first, texts[first] ?? Text(title: reference, profile: ""))
    }
}

extension Vacancy {
    mutating func move(_ move: VacancyMoved) {
        if phase != .draft || move.to == .published {
            version += 1
            updatedNs = move.atNs
        }
        phase = move.to
        if move.to == .published { publishedNs = move.atNs }
        guard move.to.isLast else { return }
        endedNs = move.atNs
        // WHY: vacancies stay for ever, and nobody reads these any more.
        for language in texts.keys { texts[language]?.profile = "" }
    }

    /// A rank is in use for ever, whatever becomes of the application.
    mutating func take(rank: UInt32) { rankTaken = max(rankTaken, rank) }
    mutating func takePlace() { taken += 1 }
    mutating func sendToSite() { siteSent = version }
    mutating func reachSite() { siteVersion = siteSent }
}

/// How far Jobpol is with a vacancy. One version is on its way at a time.
struct Posting: Equatable, Sendable {
    enum State: UInt8, CaseIterable, Sendable {
        case nothing = 0
        case sending = 1
        /// Taken; it is asked a while later whether it still has it.
        case sent = 2
        case kept = 3
        case refused = 4

        var name: String { "\(self)" }

        var next: Set<State> {
            switch self {
            case .nothing: [.sending]
            case .sending: [.sent, .refused, .sending]
            case .sent: [.sent, .kept, .sending]
            case .kept: [.sending]
            case .refused: [.sending, .sent]
            }
        }
    }

    var state = State.nothing
    var version: UInt32 = 0
    /// Questions whether Jobpol still has this version.
    var asks: UInt32 = 0
    /// When it is asked; `.max`: never.
    var waitNs: Nanoseconds = .max
}

extension Vacancy: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        for text in [reference, zone, zoneName, postcode, createdBy] { bytes.append(text: text) }
        bytes.append(number: UInt32(places))
        for code in [corps.rawValue, hours.rawValue, phase.rawValue] { bytes.append(number: code) }
        bytes.append(number: Int32(closesDay))
        bytes.append(number: Int32(startsDay))
        bytes.append(number: UInt8(texts.count))
        for (language, text) in texts.sorted(by: { $0.key < $1.key }) {
            bytes.append(number: language.rawValue)
            bytes.append(text: text.title)
            bytes.append(text: text.profile)
        }
        for number in [need, version, rankTaken, taken, siteSent, siteVersion] { bytes.append(number: number) }
        for ns in [closesNs, createdNs, updatedNs, publishedNs, endedNs] { bytes.append(number: ns) }
        posting.write(into: &bytes)
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self), let reference = reader.text(), let zone = reader.text(),
            let zoneName = reader.text(), let postcode = reader.text(), let createdBy = reader.text(),
            let places = reader.number(UInt32.self), let corps = reader.number(UInt8.self).flatMap(Corps.init),
            let hours = reader.number(UInt8.self).flatMap(Hours.init),
            let phase = reader.number(UInt8.self).flatMap(VacancyPhase.init),
            let closesDay = reader.number(Int32.self), let startsDay = reader.number(Int32.self),
            let texts = Self.texts(&reader), let need = reader.number(UInt32.self),
            let version = reader.number(UInt32.self), let rankTaken = reader.number(UInt32.self),
            let taken = reader.number(UInt32.self), let siteSent = reader.number(UInt32.self),
            let siteVersion = reader.number(UInt32.self),
            let closesNs = reader.number(Nanoseconds.self),
            let createdNs = reader.number(Nanoseconds.self),
            let updatedNs = reader.number(Nanoseconds.self),
            let publishedNs = reader.number(Nanoseconds.self), let endedNs = reader.number(Nanoseconds.self),
            let posting = Posting(&reader)
        else { return nil }
        self.init(
            number: number, reference: reference, zone: zone, zoneName: zoneName, postcode: postcode,
            places: Int(places), corps: corps, hours: hours, closesDay: Int(closesDay), startsDay: Int(startsDay),
            closesNs: closesNs,
            texts: texts, need: need, createdNs: createdNs, createdBy: createdBy, phase: phase, version: version,
            updatedNs: updatedNs, publishedNs: publishedNs, endedNs: endedNs, rankTaken: rankTaken, taken: taken,
            siteSent: siteSent, siteVersion: siteVersion, posting: posting)
    }

    private static func texts(_ reader: inout ByteReader) -> [Language: Text]? {
        guard let count = reader.number(UInt8.self) else { return nil }
        var texts: [Language: Text] = [:]
        for _ in 0..<count {
            guard let language = reader.number(UInt8.self).flatMap(Language.init), let title = reader.text(),
                let profile = reader.text()
            else { return nil }
            texts[language] = Text(title: title, profile: profile)
        }
        return texts
    }
}

extension Posting: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: state.rawValue)
        bytes.append(number: version)
        bytes.append(number: asks)
        bytes.append(number: waitNs)
    }

    init?(_ reader: inout ByteReader) {
        guard let state = reader.number(UInt8.self).flatMap(State.init), let version = reader.number(UInt32.self),
            let asks = reader.number(UInt32.self), let waitNs = reader.number(Nanoseconds.self)
        else { return nil }
        self.init(state: state, version: version, asks: asks, waitNs: waitNs)
    }
}
