import ANPRCore

/// The plugin: takes section records and what officers enter, and keeps a file for each offence until it is paid, with
/// the prosecutor, or closed. Each identity is decided once, however often its record comes.
///
/// Files move by `FilePhase`. What is decided where: records in `+Records`, time in `+Time`, peers' answers in
/// `+Answers`, people's commands in `+Commands`.
final class FineOffice: DomainPlugin {
    let name = "cbe"
    let interests: PluginInterests = .records

    let options: CBEOptions
    let knowledge: any EngineKnowledge
    private(set) var judge: CaseJudge
    private(set) var letters: LetterDesk?
    private(set) var sources: HolderSources?
    let writer: CaseLine
    private(set) var ledger = CaseLedger()
    var tally = Tally()
    /// The last `.time`: of this run, nothing that a recovery rests on.
    private(set) var clockNs: Nanoseconds = 0

    /// Since this run began. Of every offence one counter says what became of it:
    /// offences = fines + prosecutor + verifications + uncertified + duplicates.
    struct Tally {
        var records = 0
        var offences = 0
        var fines = 0
        var prosecutor = 0
        var verifications = 0
        var uncertified = 0
        var duplicates = 0
        var bands: [FineBand: Int] = [:]
        var amountCents = 0
        var totalCents = 0
        /// Entered by officers.
        var entered = 0
        /// Answers to questions that nobody waits for any more.
        var answersLate = 0
        var opened = 0
    }

    init(options: CBEOptions, tariffs: TariffTable, context: PluginContext) throws {
        self.options = options
        knowledge = context.knowledge
        judge = CaseJudge(tariffs: tariffs, localTime: options.localTime)
        letters = try options.loadLetters()
        sources = try options.loadSources()
        writer = CaseLine(
            residentTemplate: options.residentTemplate, crossBorderTemplate: options.crossBorderTemplate,
            localTime: options.localTime, knowledge: context.knowledge)
    }

    func decide(_ input: PluginInput, into events: inout LedgerEvents) throws {
        switch input {
        case .record(let record): try decide(record, into: &events)
        case .time(let nowNs):
            see(nowNs)
            decide(nowNs: nowNs, into: &events)
        case .answer(let answer): decide(answer, into: &events)
        case .hit, .read, .event: break
        }
    }

    /// What time it is: of this run, nothing rests on it.
    func see(_ nowNs: Nanoseconds) { clockNs = max(clockNs, nowNs) }

    func apply(_ event: LedgerEvent) throws {
        if let old = CaseEvent(event) {
            guard ledger.insert(old) else { throw CaseEventProblem(kind: event.kind) }
            return
        }
        guard let new = FileEvent(event) else { throw CaseEventProblem(kind: event.kind) }
        try ledger.apply(new)
    }

    var stateVersion: UInt16 { CaseLedger.stateVersion }

    func snapshot(into bytes: inout [UInt8]) { ledger.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard let ledger = CaseLedger(bytes, version: version) else { throw CaseEventProblem(kind: 0) }
        self.ledger = ledger
    }

    func reload() throws {
        let (tariffs, letters, sources) = try (options.loadTariffs(), options.loadLetters(), options.loadSources())
        judge = CaseJudge(tariffs: tariffs, localTime: options.localTime)
        self.letters = letters
        self.sources = sources
    }

    /// Decisions that were there when this run began.
    private var recovered: Int { ledger.count - tally.opened }

    var counters: [PluginCounter] {
        [
            PluginCounter("records", tally.records), PluginCounter("offences", tally.offences),
            PluginCounter("fines", tally.fines), PluginCounter("prosecutor", tally.prosecutor),
            PluginCounter("verifications", tally.verifications), PluginCounter("uncertified", tally.uncertified),
            PluginCounter("duplicates", tally.duplicates), PluginCounter("amount_cents", tally.amountCents),
            PluginCounter("total_cents", tally.totalCents), PluginCounter("recovered", recovered),
            PluginCounter("entered", tally.entered), PluginCounter("answers_late", tally.answersLate),
            PluginCounter("batches", ledger.batches.count), PluginCounter("deadline_near", ledger.alarmed(level: 1)),
            PluginCounter("deadline_missed", ledger.alarmed(level: 2)),
        ]
            + FineBand.allCases.map { PluginCounter($0.rawValue, tally.bands[$0] ?? 0) }
            + FilePhase.allCases.map { PluginCounter("now_" + $0.name, ledger.phases[$0] ?? 0) }
    }
}

/// An event or a snapshot in the ledger that CBE did not write, or that says again what is there.
struct CaseEventProblem: Error, CustomStringConvertible {
    let kind: UInt16
    var description: String {
        kind == 0 ? "the snapshot is none of CBE's" : "an event of kind \(kind) is none of CBE's, or repeats one"
    }
}
