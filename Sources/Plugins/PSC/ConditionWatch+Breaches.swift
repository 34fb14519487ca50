import ANPRCore

/// What people say of breaches, reports and conflicts.
extension ConditionWatch {
    func verdict(_ command: PSCCommand, by: String, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        switch command {
        case .report(let condition, let atNs): return try report(condition, atNs, into: &events)
        case .confirm(let id, let note): return try confirm(try breach(id, in: .open), by, note, into: &events)
        case .dismiss(let id, let note):
            let breach = try breach(id, in: .open, .refused)
            move(breach, to: .dismissed, by: by, note: note, into: &events)
            return Self.done(breach, .dismissed)
        case .resend(let id): return try resend(try breach(id, in: .refused), by, into: &events)
        case .acknowledge(let id, let note):
            let breach = try breach(id, in: .sent)
            move(breach, to: .acknowledged, by: by, note: note, into: &events)
            return Self.done(breach, .acknowledged)
        case .closeConflict(let number, let note):
            guard let conflict = ledger.exchange.conflict(number) else {
                throw Refusal("unknown", "there is no conflict \(number)")
            }
            guard conflict.closedBy.isEmpty else { throw Refusal("not_in_state", "it was closed already") }
            PSCEvent.conflictClosed(number, by: by, note: note).append(to: &events)
            return Self.object { $0.field("conflict", number) }
        default: preconditionFailure("`change` has taken all others")
        }
    }

    private static func object(_ write: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        write(&line)
        line.end()
        return line.bytes
    }

    private static func done(
        _ breach: Breach, _ state: BreachState, _ finding: Breach.Finding? = nil
    ) -> [UInt8] {
        object {
            $0.field("breach", breach.id)
            $0.field("state", state.name)
            guard let finding = finding ?? breach.finding else { return }
            $0.field("finding", "F-\(finding.number)")
            $0.field("sha256", finding.digest)
        }
    }

    private func breach(_ id: String, in states: BreachState...) throws(Refusal) -> Breach {
        guard let breach = ledger.book[id] else { throw Refusal("unknown", "there is no breach '\(id)'") }
        guard states.contains(breach.state) else {
            let names = states.map(\.name).joined(separator: " or ")
            throw Refusal("not_in_state", "breach '\(id)' is \(breach.state.name), not \(names)")
        }
        return breach
    }

    // MARK: Findings

    private func confirm(
        _ breach: Breach, _ by: String, _ note: String, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        guard let condition = register.conditions[breach.condition] else {
            throw Refusal("unknown", "condition '\(breach.condition)' is in no file any more")
        }
        guard let measure = register.measures[condition.measure] else {
            throw Refusal(
                "no_measure", "a finding needs the decision that it rests on: attach condition '\(condition.id)' first")
        }
        guard ledger.book.underwayCount < ledger.book.underwayMax else {
            throw Refusal("full", "at most \(ledger.book.underwayMax) findings are under way")
        }
        let number = ledger.book.nextFinding
        let finding = Breach.Finding(
            number: number,
            evidence: FindingDocument.evidence(
                breach, number: number, measure, condition, by: by, atNs: clockNs, note: note))
        PSCEvent.findingMade(breach: breach.id, finding).append(to: &events)
        move(breach, to: .confirmed, by: by, note: note, into: &events)
        return Self.done(breach, post(breach, finding, by, note, into: &events), finding)
    }

    /// After a refusal: the same evidence under a new key.
    private func resend(_ breach: Breach, _ by: String, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        guard let old = breach.finding else { throw Refusal("no_finding", "it has no finding") }
        let finding = Breach.Finding(number: old.number, attempt: old.attempt + 1, evidence: old.evidence)
        PSCEvent.findingMade(breach: breach.id, finding).append(to: &events)
        move(breach, to: .confirmed, by: by, note: breach.note, into: &events)
        return Self.done(breach, post(breach, finding, by, breach.note, into: &events), finding)
    }

    /// Without an address of Justice the line that is written is all: it counts as sent.
    private func post(
        _ breach: Breach, _ finding: Breach.Finding, _ by: String, _ note: String, into events: inout LedgerEvents
    ) -> BreachState {
        events.send(key: finding.key, to: Destination.findings, FindingDocument.document(breach, finding))
        guard options.findingsURL == nil else { return .confirmed }
        move(breach, to: .sent, by: by, note: note, into: &events)
        return .sent
    }

    // MARK: Duty to report

    private func report(
        _ id: String, _ atNs: Nanoseconds, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        guard let condition = register.conditions[id] else {
            throw Refusal("unknown", "there is no condition '\(id)'")
        }
        guard let everyDays = condition.everyDays else {
            throw Refusal("no_duty", "'\(id)' is \(condition.rule.name), no duty to report")
        }
        guard atNs <= clockNs else { throw Refusal("in_future", "the report would be in the future") }
        guard register.isInForce(condition, at: atNs) else {
            throw Refusal("not_in_force", "'\(id)' is not in force then")
        }
        // One that is told of before the clock has gone round begins its first period with its first report.
        let duty = ledger.duties[id] ?? Duty(sinceDay: Int32(judge.localTime.day(atNs)))
        let startNs = judge.localTime.startNs(ofDay: Int(duty.sinceDay))
        guard atNs >= startNs else {
            throw Refusal("too_late", "the periods before \(Instant.format(startNs)) are judged")
        }
        if ledger.duties[id] == nil { PSCEvent.dutyStarted(condition: id, day: duty.sinceDay).append(to: &events) }
        PSCEvent.reported(condition: id, atNs: atNs).append(to: &events)
        let nextNs = judge.localTime.startNs(ofDay: Int(duty.sinceDay) + 2 * everyDays)
        return Self.object {
            $0.field("condition", id)
            $0.field("reported_at", Instant.format(atNs))
            $0.field("next_before", Instant.format(nextNs))
        }
    }
}
