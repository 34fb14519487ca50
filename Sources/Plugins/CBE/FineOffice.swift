import ANPRCore

/// The plugin: takes section records, and sends fines and cases for the prosecutor to `fines`, and what a human must
/// look at first to `verifications`. Each identity is decided once, however often its record comes.
final class FineOffice: Plugin {
    let name = "cbe"
    let interests: PluginInterests = .records

    private let options: CBEOptions
    private let knowledge: any EngineKnowledge
    private var judge: CaseJudge
    private let writer: CaseLine
    private var ledger = CaseLedger()
    private var line = JSONLine()
    private var tally = Tally()

    /// Since this run began. Of every offence one counter says what became of it:
    /// offences = fines + prosecutor + verifications + uncertified + duplicates.
    private struct Tally {
        var records = 0
        var offences = 0
        var fines = 0
        var prosecutor = 0
        var verifications = 0
        var uncertified = 0
        var duplicates = 0
        var amountCents = 0
        var totalCents = 0
    }

    init(options: CBEOptions, tariffs: TariffTable, context: PluginContext) throws {
        self.options = options
        knowledge = context.knowledge
        judge = CaseJudge(tariffs: tariffs, localTime: options.localTime)
        writer = CaseLine(
            residentTemplate: options.residentTemplate, crossBorderTemplate: options.crossBorderTemplate,
            localTime: options.localTime, knowledge: context.knowledge)
    }

    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws {
        var draft = CaseDraft(ledger)
        var tally = tally
        for record in batch.records { try decide(record, &draft, &tally, into: &events) }
        self.tally = tally
    }

    func apply(_ event: LedgerEvent) throws {
        guard let decided = CaseEvent(event), ledger.insert(decided) else { throw CaseEventProblem(kind: event.kind) }
    }

    var stateVersion: UInt16 { CaseLedger.stateVersion }

    func snapshot(into bytes: inout [UInt8]) { ledger.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard version == CaseLedger.stateVersion, let ledger = CaseLedger(bytes) else {
            throw CaseEventProblem(kind: 0)
        }
        self.ledger = ledger
    }

    func reload() throws {
        judge = CaseJudge(tariffs: try options.loadTariffs(), localTime: options.localTime)
    }

    private func decide(
        _ record: SectionRecord, _ draft: inout CaseDraft, _ tally: inout Tally, into events: inout LedgerEvents
    ) throws(LedgerFull) {
        tally.records += 1
        let decision = judge.decide(record, section: knowledge.section(record.section))
        guard decision != .none else { return }
        tally.offences += 1
        guard decision != .uncertified else {
            tally.uncertified += 1
            return
        }
        guard try draft.insert(record.id) else {
            tally.duplicates += 1
            return
        }
        let sendBeforeNs = judge.sendBeforeNs(record)
        switch decision {
        case .none, .uncertified: preconditionFailure("answered above")
        case .verification(let reasons):
            writer.writeVerification(reasons, record, sendBeforeNs: sendBeforeNs, into: &line)
            CaseEvent(kind: .verification, id: record.id).append(to: &events)
            tally.verifications += 1
        case .prosecutor(let cause):
            let number = draft.number(record.id)
            writer.writeProsecutor(cause, number: number, record, sendBeforeNs: sendBeforeNs, into: &line)
            CaseEvent(kind: .prosecutor, id: record.id, number: number.number).append(to: &events)
            tally.prosecutor += 1
        case .fine(let fine):
            let number = draft.number(record.id)
            writer.writeFine(fine, number: number, record, sendBeforeNs: sendBeforeNs, into: &line)
            CaseEvent(
                kind: .fine, id: record.id, number: number.number, amountCents: fine.amountCents,
                feeCents: fine.feeCents
            ).append(to: &events)
            tally.fines += 1
            tally.amountCents += fine.amountCents
            tally.totalCents += fine.totalCents
        }
        var destination = "fines"
        if case .verification = decision { destination = "verifications" }
        events.send(key: record.id.description, to: destination, line.bytes)
    }

    /// Decisions that were there when this run began.
    private var recovered: Int { ledger.count - tally.fines - tally.prosecutor - tally.verifications }

    var counters: [PluginCounter] {
        [
            PluginCounter("records", tally.records), PluginCounter("offences", tally.offences),
            PluginCounter("fines", tally.fines), PluginCounter("prosecutor", tally.prosecutor),
            PluginCounter("verifications", tally.verifications), PluginCounter("uncertified", tally.uncertified),
            PluginCounter("duplicates", tally.duplicates), PluginCounter("amount_cents", tally.amountCents),
            PluginCounter("total_cents", tally.totalCents), PluginCounter("recovered", recovered),
        ]
    }
}

/// An event or a snapshot in the ledger that CBE did not write, or that says again what is there.
struct CaseEventProblem: Error, CustomStringConvertible {
    let kind: UInt16
    var description: String {
        kind == 0 ? "the snapshot is none of CBE's" : "an event of kind \(kind) is none of CBE's, or repeats one"
    }
}
