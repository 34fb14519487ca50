import ANPRCore
import PluginKit

/// All that SaRA can be told. Made from a call in one place; nothing else turns text into meaning.
enum SaRACommand: Equatable, Sendable {
    case addVacancy(VacancyChange)
    case changeVacancy(UInt32, VacancyChange)
    case moveVacancy(UInt32, VacancyPhase)
    case enter(vacancy: UInt32, Applicant)
    case move(UInt32, ApplicationStage, cause: String)
    case rank(vacancy: UInt32, [UInt32])
    case offer(UInt32)
    case answer(UInt32, ApplicationStage)
    case computeNeeds(toDay: Int?)
    case acceptNeed(UInt32, places: Int?, closesDay: Int?)
    case dismissNeed(UInt32, cause: String)
    case followed(ReadID, atNs: Nanoseconds)
    case rebuildSite

    init(_ call: PluginCall) throws(Refusal) {
        let fields = SaRAFields(call)
        if let command = try Self.vacancy(call, fields) {
            self = command
            return
        }
        switch call.verb {
        case "application enter":
            self = .enter(vacancy: try fields.number("vacancy", "V-"), try Applicant(fields))
        case "application move":
            let stage = try fields.word("to", ApplicationStage.movable, \.name)
            self = .move(
                try fields.number("application", "A-"), try fields.needed("to", stage),
                cause: try fields.clean("cause") ?? "")
        case "application rank":
            let order = try fields.numbers("order", "A-", max: RecruitmentRegister.applicationsOfVacancyMax)
            self = .rank(vacancy: try fields.number("vacancy", "V-"), order)
        case "application offer": self = .offer(try fields.number("application", "A-"))
        case "application answer":
            let answer = try fields.word("answer", [ApplicationStage.accepted, .declined]) {
                $0 == .accepted ? "accept" : "decline"
            }
            self = .answer(try fields.number("application", "A-"), try fields.needed("answer", answer))
        case "need compute": self = .computeNeeds(toDay: try fields.optionalDay("to"))
        case "need accept":
            self = .acceptNeed(
                try fields.number("need", "N-"), places: try fields.optionalWhole("places", 1...Vacancy.placesMax),
                closesDay: try fields.optionalDay("closes"))
        case "need dismiss":
            self = .dismissNeed(try fields.number("need", "N-"), cause: try fields.cleanNeeded("cause"))
        case "hit followed":
            let name = try fields.fields.text("read")
            guard let read = ReadID(name: name) else { throw fields.fields.bad("read", "must be such as 3/1/17") }
            self = .followed(read, atNs: fields.optionalInstant("at") ?? call.atNs)
        case "site rebuild": self = .rebuildSite
        default: throw Refusal("unknown_verb", "SaRA has no command '\(call.verb)'")
        }
    }

    private static func vacancy(_ call: PluginCall, _ fields: SaRAFields) throws(Refusal) -> SaRACommand? {
        func moved(_ phase: VacancyPhase) throws(Refusal) -> SaRACommand {
            .moveVacancy(try fields.number("vacancy", "V-"), phase)
        }
        switch call.verb {
        case "vacancy add": return .addVacancy(try VacancyChange(fields))
        case "vacancy change":
            return .changeVacancy(try fields.number("vacancy", "V-"), try VacancyChange(fields))
        case "vacancy publish": return try moved(.published)
        case "vacancy close": return try moved(.closed)
        case "vacancy fill": return try moved(.filled)
        case "vacancy withdraw": return try moved(.withdrawn)
        default: return nil
        }
    }
}

/// What is said about a vacancy; nil: nothing.
struct VacancyChange: Equatable, Sendable {
    var reference: String?
    var zone: String?
    var places: Int?
    var corps: Vacancy.Corps?
    var hours: Vacancy.Hours?
    var closesDay: Int?
    var startsDay: Int?
    var language: Language?
    var title: String?
    var profile: String?

    init() {}

    init(_ fields: SaRAFields) throws(Refusal) {
        reference = try fields.clean("reference", max: 64)
        zone = try fields.clean("zone", max: 20)
        places = try fields.optionalWhole("places", 1...Vacancy.placesMax)
        corps = try fields.word("corps", Vacancy.Corps.allCases, \.name)
        hours = try fields.word("hours", Vacancy.Hours.allCases, \.name)
        closesDay = try fields.optionalDay("closes")
        startsDay = try fields.optionalDay("starts")
        language = try fields.word("language", Language.allCases, \.code)
        title = try fields.clean("title", max: Vacancy.titleBytesMax)
        profile = try fields.clean("profile", max: Vacancy.profileBytesMax, lines: true)
        if title != nil || profile != nil, language == nil {
            throw Refusal("missing", "'language' is missing: of the title and the profile")
        }
        if language != nil, title == nil, profile == nil {
            throw Refusal("missing", "'title' or 'profile' is missing")
        }
    }
}

/// Who applies.
struct Applicant: Equatable, Sendable {
    let name: String
    let email: String
    let phone: String
    let language: Language

    init(_ fields: SaRAFields) throws(Refusal) {
        name = try fields.cleanNeeded("name")
        email = try fields.cleanNeeded("email").lowercased()
        guard EmailAddress.isValid(email) else { throw fields.fields.bad("email", "is no address of e-mail") }
        phone = try fields.clean("phone", max: 40) ?? ""
        language = try fields.needed("language", try fields.word("language", Language.allCases, \.code))
    }
}
