import ANPRCore

/// The plugin: takes the reads of the plates that conditions bear on and raises an alert for each breach; keeps persons,
/// measures and conditions as people and i+Belgium change them; takes what people confirm to Justice.
///
/// It names its plates, so it never sees the reads of anyone else. What is decided where: reads in `+Reads`, time in
/// `+Time`, peers' answers in `+Answers`, messages of i+Belgium in `+Messages`, people's commands in `+Commands` and
/// `+Breaches`.
final class ConditionWatch: DomainPlugin {
    let name = "psc"
    let interests: PluginInterests = .watchedReads

    let options: PSCOptions
    let knowledge: any EngineKnowledge
    private(set) var judge: ConditionJudge
    private(set) var ledger: PSCLedger
    var tally = Tally()
    /// The last `.time` or call: of this run, nothing that a recovery rests on.
    private(set) var clockNs: Nanoseconds = 0

    /// When old breaches were looked for last.
    private var lookedNs: Nanoseconds = .min

    /// Since this run began; reads = unwatched + harmless + breaking, breaches = alerts + repeats.
    struct Tally {
        var reads = 0
        var unwatched = 0
        var harmless = 0
        var breaking = 0
        var cameraUnknown = 0
        var breaches = 0
        var alerts = 0
        var repeats = 0
        var reportsMissed = 0
        var commands = 0
        var refused = 0
        /// Of i+Belgium: messages = taken + known + lost + refused.
        var messagesTaken = 0
        var messagesKnown = 0
        var messagesLost = 0
        var messagesRefused = 0
        var answers = 0
        /// Answers to questions that nobody waits for any more.
        var answersLate = 0
    }

    init(
        options: PSCOptions, content: ConditionFiles.Content, priorities: PriorityTable?, context: PluginContext
    ) {
        self.options = options
        knowledge = context.knowledge
        judge = ConditionJudge(localTime: options.localTime, priorities: priorities)
        ledger = PSCLedger(repeatNs: options.repeatNs)
        ledger.register.replaceFiles(content)
    }

    var register: ConditionRegister { ledger.register }
    var watchedPlates: [WatchedPlate] { ledger.register.watchedPlates }
    var watchVersion: Int { ledger.register.watchVersion }

    func decide(_ input: PluginInput, into events: inout LedgerEvents) {
        switch input {
        case .read(let read): decide(read, into: &events)
        case .time(let nowNs):
            see(nowNs)
            decide(nowNs: nowNs, into: &events)
        case .answer(let answer): decide(answer, into: &events)
        case .hit, .record, .event: break
        }
    }

    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        see(call.atNs)
        do throws(Refusal) {
            let answer = try command(try PSCCommand(call, options.text), by: call.by, into: &events)
            tally.commands += 1
            return answer
        } catch {
            tally.refused += 1
            throw error
        }
    }

    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        try WatchAnswers(ledger: ledger, judge: judge, nowNs: max(clockNs, call.atNs)).answer(
            try PSCQuery(call), call, into: &lines)
    }

    private func see(_ nowNs: Nanoseconds) { clockNs = max(clockNs, nowNs) }

    /// Once an hour: looking through all breaches is not for each second.
    func isHourOver(_ nowNs: Nanoseconds) -> Bool {
        guard lookedNs == .min || nowNs - lookedNs >= .hour else { return false }
        lookedNs = nowNs
        return true
    }

    // MARK: State

    func apply(_ event: LedgerEvent) throws {
        guard let event = PSCEvent(event) else { throw PSCProblem("an event is none of PSC's") }
        try ledger.apply(event)
    }

    let stateVersion = PSCLedger.stateVersion

    func snapshot(into bytes: inout [UInt8]) { ledger.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard ledger.restore(bytes, version: version) else { throw PSCProblem("a snapshot is none of PSC's") }
    }

    /// Throws before anything is changed when a file is wrong.
    func reload() throws {
        let (content, priorities) = try (options.loadFiles(), options.loadPriorities())
        ledger.register.replaceFiles(content)
        judge.priorities = priorities
    }

    var counters: [PluginCounter] {
        let book = ledger.book
        return [
            PluginCounter("persons", register.persons.count), PluginCounter("conditions", register.conditions.count),
            PluginCounter("reads", tally.reads), PluginCounter("unwatched", tally.unwatched),
            PluginCounter("harmless", tally.harmless), PluginCounter("breaking", tally.breaking),
            PluginCounter("camera_unknown", tally.cameraUnknown), PluginCounter("breaches", tally.breaches),
            PluginCounter("alerts", tally.alerts), PluginCounter("repeats", tally.repeats),
            PluginCounter("measures", register.measures.count),
            PluginCounter("reports_missed", tally.reportsMissed), PluginCounter("commands", tally.commands),
            PluginCounter("refused", tally.refused), PluginCounter("messages_taken", tally.messagesTaken),
            PluginCounter("messages_known", tally.messagesKnown), PluginCounter("messages_lost", tally.messagesLost),
            PluginCounter("messages_refused", tally.messagesRefused),
            PluginCounter("answers", tally.answers), PluginCounter("answers_late", tally.answersLate),
            PluginCounter("conflicts_open", ledger.exchange.conflicts.count { $0.closedBy.isEmpty }),
        ] + BreachState.allCases.map { PluginCounter("now_" + $0.name, book.counts[$0] ?? 0) }
    }
}
