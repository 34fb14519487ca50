import ANPRCore

/// The plugin: keeps records, their versions and the links between them, and makes facts of what hits and other
/// plugins tell. What is decided where: facts in `+Facts`, people's commands in `+Commands`, the judicial database in
/// `+Judicial`, the end of a record's time here; questions in `RecordAnswers`.
final class GeneralDatabase: DomainPlugin {
    let name = "bng"
    let interests: PluginInterests = .hits
    let hears: [String: Set<String>] = [
        "psc": [FactKind.breach], "cbe": [FactKind.fileOpened, FactKind.fileMoved],
        "pacos": [FactKind.draft, FactKind.seizure],
    ]

    let options: BNGOptions
    let knowledge: any EngineKnowledge
    private(set) var rules: RecordRules
    private(set) var register = Register()
    var tally = Tally()
    /// The last `.time` or call: of this run, nothing that a recovery rests on.
    private(set) var clockNs: Nanoseconds = 0

    /// Since this run began. Each hit and each event ends in one counter:
    /// hits = repeated + hits_known + hit_facts;
    /// events_heard = events_known + events_unknown + event_facts + fact_versions.
    struct Tally {
        var hits = 0
        var repeated = 0
        var hitsKnown = 0
        var hitFacts = 0
        var events = 0
        var eventsKnown = 0
        /// Not understood, or about something that is not there.
        var eventsUnknown = 0
        var eventFacts = 0
        var factVersions = 0
        var commands = 0
        var refused = 0
        var answers = 0
        /// Of those, nobody waited for any more.
        var answersLate = 0
    }

    init(options: BNGOptions, rules: RecordRules, context: PluginContext) {
        self.options = options
        self.rules = rules
        knowledge = context.knowledge
    }

    // MARK: Inputs

    func decide(_ input: PluginInput, into events: inout LedgerEvents) throws {
        switch input {
        case .hit(let hit): try decide(hit, into: &events)
        case .event(let event): try decide(event, into: &events)
        case .answer(let answer): decide(answer, into: &events)
        case .time(let nowNs):
            see(nowNs)
            decideTime(into: &events)
        case .record, .read: break
        }
    }

    func see(_ nowNs: Nanoseconds) { clockNs = max(clockNs, nowNs) }
    func day(_ ns: Nanoseconds) -> Int { LocalTime.europeBrussels.day(ns) }

    var isFull: Bool {
        max(register.records.count, register.versions.count, register.links.count) >= options.recordsMax
            || max(register.texts.byteCount, register.names.names.byteCount) >= TextTable.bytesMax
    }

    // MARK: The end of a record's time

    /// Records a second at most that leave for the archive or are erased; the next second goes on.
    static let endsMax = 10_000

    private func decideTime(into events: inout LedgerEvents) {
        let today = Int32(clamping: day(clockNs))
        var isAnyErased = false
        for number in register.due(today, max: Self.endsMax) {
            let record = register.records[number]
            // The term that came to its end on that day, whenever it is looked at.
            let next = rules.archiveDueDay(record.category, day: Int(record.dueDay))
            if record.state == .active, let next {
                BNGEvent.archived(record: number, dueDay: next).append(to: &events)
            } else {
                BNGEvent.erased(record: number).append(to: &events)
                isAnyErased = true
                // WHY not of facts: they are as many as hits, and what is left of one in the register says as much.
                if record.category != .fact { trace(number, record, into: &events) }
            }
        }
        if isAnyErased { events.forgetHistory() }
        askJudicial(into: &events)
    }

    /// A line of `erasures.jsonl`: that it was there, and is gone.
    private func trace(_ number: UInt32, _ record: Record, into events: inout LedgerEvents) {
        var line = JSONLine()
        line.begin()
        line.field("id", "erased-\(number)")
        line.field("record", RecordReference.text(number))
        line.field("category", record.category.name)
        line.field("versions", Int(record.versions))
        line.field("due", Instant.date(Nanoseconds(record.dueDay) * .day))
        line.field("at", Instant.format(clockNs))
        line.end()
        events.send(key: "erased-\(number)", to: Destination.erasures, line.bytes)
    }

    // MARK: State

    func apply(_ event: LedgerEvent) throws {
        guard let event = BNGEvent(event) else { throw RegisterProblem("an event is none of BNG's") }
        try register.apply(event)
    }

    let stateVersion = Register.stateVersion

    func snapshot(into bytes: inout [UInt8]) { register.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard version == stateVersion, let register = Register(bytes) else {
            throw RegisterProblem("a snapshot is none of BNG's")
        }
        self.register = register
    }

    func reload() throws { rules = try options.rules() }

    var counters: [PluginCounter] {
        let counts = register.counts
        return RecordCategory.allCases.map { PluginCounter("now_" + $0.name, counts[$0]) } + [
            PluginCounter("versions", register.versions.count), PluginCounter("links", counts.linksHeld),
            PluginCounter("archived", counts.archived), PluginCounter("erased", counts.erased),
            PluginCounter("hits", tally.hits), PluginCounter("repeated", tally.repeated),
            PluginCounter("hits_known", tally.hitsKnown), PluginCounter("hit_facts", tally.hitFacts),
            PluginCounter("events_heard", tally.events), PluginCounter("events_known", tally.eventsKnown),
            PluginCounter("events_unknown", tally.eventsUnknown), PluginCounter("event_facts", tally.eventFacts),
            PluginCounter("fact_versions", tally.factVersions), PluginCounter("commands", tally.commands),
            PluginCounter("refused", tally.refused), PluginCounter("answers", tally.answers),
            PluginCounter("answers_late", tally.answersLate),
        ] + ExchangePhase.allCases.map { PluginCounter("judicial_" + $0.name, counts[$0]) }
    }
}

/// Names of what effects go to; a file of that name where nothing else is set up.
enum Destination {
    static let judicial = "judicial"
    static let kept = "judicial_kept"
    static let erasures = "erasures"
}
