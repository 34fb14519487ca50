import ANPRCore

/// The plugin: vacancies and applications by what people say, workload and needs by what comes out of the streams.
///
/// What is decided where: hits, breaches and needs in `+Needs`, time in `+Time`, the site's and Jobpol's answers in
/// `+Answers`, people's commands in `+Vacancies` and `+Applications`.
final class SaRAPlugin: DomainPlugin {
    let name = "sara"
    let interests: PluginInterests = .hits
    let hears: [String: Set<String>] = ["psc": ["psc.breach/1"]]

    let options: SaRAOptions
    let knowledge: any EngineKnowledge
    private(set) var tables: SaRATables
    private(set) var register = RecruitmentRegister()
    var tally = Tally()
    /// The last `.time`: of this run, nothing that a recovery rests on.
    private(set) var clockNs: Nanoseconds = 0
    /// What cameras are in which zone; of the tables and the engine's knowledge, made anew at a reload.
    var zonesByCamera: [UInt32: String] = [:]
    /// What the decision at hand changes of what the site shows.
    var shown: [Vacancy] = []

    /// Since this run began. Each input ends in one counter:
    /// hits = repeated + clock_suspect + elsewhere + again + too_old + over + taken;
    /// breaches = breaches_elsewhere + breaches_over + breaches_taken; answers = answers_used + answers_late.
    struct Tally {
        var hits = 0
        var repeated = 0
        var clockSuspect = 0
        var elsewhere = 0
        var again = 0
        var tooOld = 0
        var over = 0
        var taken = 0
        var breaches = 0
        var breachesElsewhere = 0
        var breachesOver = 0
        var breachesTaken = 0
        var answers = 0
        var answersLate = 0
        var commands = 0
        var refused = 0
    }

    init(options: SaRAOptions, tables: SaRATables, context: PluginContext) {
        self.options = options
        self.tables = tables
        knowledge = context.knowledge
    }

    // MARK: Inputs

    func decide(_ input: PluginInput, into events: inout LedgerEvents) {
        shown = []
        switch input {
        case .hit(let hit): decide(hit, into: &events)
        case .event(let event): decide(event, into: &events)
        case .time(let nowNs):
            clockNs = max(clockNs, nowNs)
            decide(nowNs: nowNs, into: &events)
            sendSite(isFree: register.siteFlying.isEmpty, into: &events)
        case .answer(let answer): decide(answer, into: &events)
        case .record, .read: break
        }
    }

    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        shown = []
        do throws(Refusal) {
            let answer = try decide(try SaRACommand(call), call, into: &events)
            sendSite(isFree: register.siteFlying.isEmpty, into: &events)
            tally.commands += 1
            return answer
        } catch {
            tally.refused += 1
            throw error
        }
    }

    private func decide(
        _ command: SaRACommand, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        switch command {
        case .addVacancy(let change): try add(change, call, into: &events)
        case .changeVacancy(let number, let change): try self.change(number, change, call, into: &events)
        case .moveVacancy(let number, let phase): try move(number, to: phase, call, into: &events)
        case .enter(let vacancy, let applicant): try enter(vacancy, applicant, call, into: &events)
        case .move(let number, let stage, let cause):
            try move(number, to: stage, cause: cause, call, into: &events)
        case .rank(let vacancy, let order): try rank(vacancy, order, into: &events)
        case .offer(let number): try offer(number, call, into: &events)
        case .answer(let number, let stage): try answer(number, stage, call, into: &events)
        case .computeNeeds(let day): try computeNeeds(toDay: day, call, into: &events)
        case .acceptNeed(let number, let places, let closes):
            try accept(number, places: places, closesDay: closes, call, into: &events)
        case .dismissNeed(let number, let cause): try dismiss(number, cause: cause, call, into: &events)
        case .followed(let read, let atNs): try followed(read, atNs: atNs, call, into: &events)
        case .rebuildSite: rebuildSite(call, into: &events)
        }
    }

    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        try RecruitmentAnswers(register: register, localTime: options.localTime).answer(
            try SaRAQuery(call), call, into: &lines)
    }

    func send(_ event: SaRAEvent, _ events: inout LedgerEvents) {
        events.append(event.kind) { event.write(into: &$0) }
    }

    func day(_ ns: Nanoseconds) -> Int { options.localTime.day(ns) }

    // MARK: State

    func apply(_ event: LedgerEvent) throws {
        guard let event = SaRAEvent(event) else { throw RegisterProblem("an event is none of SaRA's") }
        try register.apply(event)
    }

    let stateVersion = RecruitmentRegister.stateVersion

    func snapshot(into bytes: inout [UInt8]) { register.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        var reader = ByteReader(bytes)
        guard version == stateVersion, let register = RecruitmentRegister(&reader) else {
            throw RegisterProblem("a snapshot is none of SaRA's")
        }
        self.register = register
    }

    func reload() throws {
        tables = try options.loadTables()
        zonesByCamera = [:]
    }

    var counters: [PluginCounter] {
        let inputs = [
            PluginCounter("hits", tally.hits), PluginCounter("repeated", tally.repeated),
            PluginCounter("clock_suspect", tally.clockSuspect), PluginCounter("elsewhere", tally.elsewhere),
            PluginCounter("again", tally.again), PluginCounter("too_old", tally.tooOld),
            PluginCounter("over", tally.over), PluginCounter("taken", tally.taken),
            PluginCounter("breaches", tally.breaches),
            PluginCounter("breaches_elsewhere", tally.breachesElsewhere),
            PluginCounter("breaches_over", tally.breachesOver), PluginCounter("breaches_taken", tally.breachesTaken),
            PluginCounter("answers", tally.answers), PluginCounter("answers_late", tally.answersLate),
            PluginCounter("commands", tally.commands), PluginCounter("refused", tally.refused),
        ]
        let state = [
            PluginCounter("hits_open", register.workload.open.count),
            PluginCounter("needs_open", register.openNeeds.count),
            PluginCounter("applications", register.applications.count),
        ]
        return inputs + state
            + VacancyPhase.allCases.map { PluginCounter("vacancies_" + $0.name, register.phases[$0] ?? 0) }
    }
}
