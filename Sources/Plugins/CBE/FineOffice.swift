import ANPRCore

/// The plugin: takes section records, writes fines and cases for the prosecutor to `fines.jsonl`, and what a human must
/// look at first to `verifications.jsonl`. Each identity is written once, however often its record comes.
final class FineOffice: SimplePlugin {
    let name = "cbe"
    let interests: PluginInterests = .records

    private let options: CBEOptions
    private let knowledge: any EngineKnowledge
    private var judge: CaseJudge
    private let writer: CaseLine
    private let fines: LineFile
    private let verifications: LineFile
    private var ledger = CaseLedger()
    private let recovered: Int
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
        let finesPath = context.directory + "/fines.jsonl"
        let verificationsPath = context.directory + "/verifications.jsonl"
        try ledger.recover(path: finesPath)
        try ledger.recover(path: verificationsPath)
        recovered = ledger.count
        fines = try LineFile(path: finesPath)
        verifications = try LineFile(path: verificationsPath)
    }

    func handle(_ batch: PluginBatch) throws {
        for record in batch.records { try take(record) }
        try finish()
    }

    /// Batches are flushed as they come. A batch handed over again after an error here is safe: its lines are still
    /// buffered and its identities are known.
    func finish() throws {
        try fines.flush()
        try verifications.flush()
    }

    func reload() throws {
        judge = CaseJudge(tariffs: try options.loadTariffs(), localTime: options.localTime)
    }

    private func take(_ record: SectionRecord) throws(LedgerFull) {
        tally.records += 1
        let decision = judge.decide(record, section: knowledge.section(record.section))
        guard decision != .none else { return }
        tally.offences += 1
        guard decision != .uncertified else {
            tally.uncertified += 1
            return
        }
        guard try ledger.insert(record.id) else {
            tally.duplicates += 1
            return
        }
        let sendBeforeNs = judge.sendBeforeNs(record)
        switch decision {
        case .none, .uncertified: preconditionFailure("answered above")
        case .verification(let reasons):
            writer.writeVerification(reasons, record, sendBeforeNs: sendBeforeNs, into: &line)
            verifications.append(line)
            tally.verifications += 1
        case .prosecutor(let cause):
            let number = ledger.number(record.id)
            writer.writeProsecutor(cause, number: number, record, sendBeforeNs: sendBeforeNs, into: &line)
            fines.append(line)
            tally.prosecutor += 1
        case .fine(let fine):
            let number = ledger.number(record.id)
            writer.writeFine(fine, number: number, record, sendBeforeNs: sendBeforeNs, into: &line)
            fines.append(line)
            tally.fines += 1
            tally.amountCents += fine.amountCents
            tally.totalCents += fine.totalCents
        }
    }

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
