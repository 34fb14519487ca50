import ANPRCore

/// The plugin: exhibits from the seizure to their end. Hits with the action "seize" open drafts; all else is calls.
final class PacOsPlugin: DomainPlugin {
    let name = "pacos"
    let interests: PluginInterests = .hits

    private let options: PacOsOptions
    private let knowledge: any EngineKnowledge
    private(set) var rules: CustodyRules
    private(set) var register = CustodyRegister()
    private var tally = Tally()

    /// Since this run began; hits = repeated + entry_unknown + other_action + draft_known + drafts_opened.
    private struct Tally {
        var hits = 0
        var repeated = 0
        var entryUnknown = 0
        var otherAction = 0
        var draftKnown = 0
        var draftsOpened = 0
        var commands = 0
        var refused = 0
    }

    init(options: PacOsOptions, rules: CustodyRules, context: PluginContext) {
        self.options = options
        self.rules = rules
        knowledge = context.knowledge
    }

    // MARK: Hits

    func decide(_ input: PluginInput, into events: inout LedgerEvents) throws {
        if case .hit(let hit) = input { decide(hit, into: &events) }
    }

    /// The first of its sources that says "seize" is the draft's; a hit ends in one counter.
    private func decide(_ hit: Hit, into events: inout LedgerEvents) {
        tally.hits += 1
        guard !hit.flags.contains(.repeated) else {
            tally.repeated += 1
            return
        }
        var isUnknown = false
        for i in 0..<Int(hit.sourceCount) {
            guard let entry = knowledge.entry(hit.sources[i].entry, run: hit.run) else {
                isUnknown = true
                continue
            }
            guard entry.action == options.action else { continue }
            open(DraftOpened(hit, entry, camera: knowledge.camera(hit.read.camera)), into: &events)
            return
        }
        if isUnknown { tally.entryUnknown += 1 } else { tally.otherAction += 1 }
    }

    private func open(_ draft: DraftOpened, into events: inout LedgerEvents) {
        guard !register.hasDraft(draft.key) else {
            tally.draftKnown += 1
            return
        }
        tally.draftsOpened += 1
        append(.draftOpened(draft), to: &events)
        tell(SeizureTold.tiding(draft, number: register.drafts.count + 1), atNs: draft.capturedNs, in: &events)
    }

    private func append(_ event: PacOsEvent, to events: inout LedgerEvents) {
        events.append(event.kind) { event.write(into: &$0) }
    }

    private func tell(_ tiding: CustodyDesk.Tiding, atNs: Nanoseconds, in events: inout LedgerEvents) {
        events.tell(tiding.kind, id: tiding.id, atNs: atNs, tiding.body)
    }

    // MARK: Calls

    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        do throws(Refusal) {
            guard register.texts.byteCount < TextTable.bytesMax, register.entries.count < CustodyRegister.rowsMax
            else { throw Refusal("full", "PacOs holds as much as it may") }
            var desk = CustodyDesk(register, rules, by: call.by, atNs: call.atNs)
            try desk.decide(try PacOsCommand(call))
            tally.commands += 1
            for event in desk.events { append(event, to: &events) }
            for tiding in desk.tidings { tell(tiding, atNs: call.atNs, in: &events) }
            return desk.answer.bytes
        } catch {
            tally.refused += 1
            throw error
        }
    }

    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        try CustodyAnswers(register: register, rules: rules).answer(try PacOsQuery(call), call, into: &lines)
    }

    // MARK: State

    func apply(_ event: LedgerEvent) throws {
        guard let event = PacOsEvent(event) else { throw RegisterProblem("an event is none of PacOs's") }
        try register.apply(event)
    }

    let stateVersion = CustodyRegister.stateVersion

    func snapshot(into bytes: inout [UInt8]) { register.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard version == stateVersion, let register = CustodyRegister(bytes) else {
            throw RegisterProblem("a snapshot is none of PacOs's")
        }
        self.register = register
    }

    func reload() throws { rules = try options.rules() }

    var counters: [PluginCounter] {
        [
            PluginCounter("seizures", register.seizures.count), PluginCounter("exhibits", register.exhibits.count),
            PluginCounter("entries", register.entries.count),
            PluginCounter("deliveries", register.deliveries.count), PluginCounter("drafts", register.drafts.count),
            PluginCounter("hits", tally.hits), PluginCounter("repeated", tally.repeated),
            PluginCounter("entry_unknown", tally.entryUnknown), PluginCounter("other_action", tally.otherAction),
            PluginCounter("draft_known", tally.draftKnown), PluginCounter("drafts_opened", tally.draftsOpened),
            PluginCounter("commands", tally.commands), PluginCounter("refused", tally.refused),
        ]
    }
}

extension DraftOpened {
    init(_ hit: Hit, _ entry: EntryDetails, camera: Camera?) {
        let plate = hit.read.plate.description
        let day = LocalTime.europeBrussels.startNs(ofDay: LocalTime.europeBrussels.day(hit.read.capturedNs))
        self.init(
            capturedNs: hit.read.capturedNs, key: "\(plate)/\(entry.list)/\(entry.caseNumber)/\(day)",
            hit: hit.read.id.description, plate: plate, camera: camera?.name ?? "\(hit.read.camera)",
            list: entry.list, caseNumber: entry.caseNumber, reason: entry.reason)
    }
}
