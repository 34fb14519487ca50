import ANPRCore
import PluginKit

/// Answers queries from the state.
struct WatchAnswers {
    let ledger: PSCLedger
    let judge: ConditionJudge
    let nowNs: Nanoseconds

    private var register: ConditionRegister { ledger.register }

    /// - Returns: where the next page begins.
    func answer(_ query: PSCQuery, _ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        switch query {
        case .persons(let id, let plate): return try persons(id, plate, call, into: &lines)
        case .measures(let person): return try measures(person, call, into: &lines)
        case .conditions(let person): return try conditions(person, call, into: &lines)
        case .breaches(let state, let person):
            return try PagedLines.write(
                ledger.book.numbers, of: call, into: &lines,
                where: { isListed($0, state) && (person == nil || ledger.book.breaches[$0]?.person == person) },
                fields: writeBreach)
        case .findings(let state):
            return try PagedLines.write(
                ledger.book.numbers, of: call, into: &lines,
                where: { ledger.book.breaches[$0]?.finding != nil && isListed($0, state) }, fields: writeFinding)
        case .breach(let id): write(breach: try breach(id), into: &lines)
        case .finding(let id): try write(finding: try breach(id), into: &lines)
        case .duties: return try duties(call, into: &lines)
        case .history(let subject): try history(subject, into: &lines)
        case .conflicts(let openOnly): return try conflicts(openOnly, call, into: &lines)
        case .exchange: exchange(into: &lines)
        case .refused:
            for message in ledger.exchange.refused {
                lines.begin()
                lines.field("message", message.key)
                lines.field("at", Instant.format(message.atNs))
                lines.field("cause", message.cause)
                lines.end(newline: true)
            }
        }
        return nil
    }

    // MARK: Register

    private func persons(
        _ id: String?, _ plate: Plate?, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        let names = id.map { register.persons[$0] == nil ? [] : [$0] } ?? register.persons.keys.sorted()
        return try PagedLines.write(
            names, of: call, into: &lines,
            where: { name in
                plate == nil || register.persons[name]?.plates.contains { $0.plate == plate } ?? false
            },
            fields: { name, line in
                guard let person = register.persons[name] else { return }
                line.field("person", name)
                line.field("name", person.name)
                line.field("plates", person.platesText)
                line.field("conditions", list: register.conditions(of: name).map(\.id))
                line.field("version", person.revision.version)
                line.field("source", source(person.revision, isOfFile: register.filePersons.contains(name)))
            })
    }

    private func source(_ mark: RevisionMark, isOfFile: Bool) -> String { isOfFile ? "file" : mark.source.name }

    private func measures(
        _ person: String?, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        try PagedLines.write(
            register.measures.keys.sorted(), of: call, into: &lines,
            where: { person == nil || register.measures[$0]?.person == person },
            fields: { name, line in
                guard let measure = register.measures[name] else { return }
                measure.writeFields(into: &line)
                line.field("in_force", measure.fromNs <= nowNs && nowNs < measure.toNs)
                line.field("conditions", list: register.conditions(on: name).map(\.id))
                line.field("version", measure.revision.version)
                line.field("acknowledged", measure.revision.acknowledged)
                line.field("source", measure.revision.source.name)
            })
    }

    private func conditions(
        _ person: String?, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        try PagedLines.write(
            register.conditions.keys.sorted(), of: call, into: &lines,
            where: { name in
                guard let person, let condition = register.conditions[name] else { return person == nil }
                return condition.person == person || condition.other == person
            },
            fields: { name, line in
                guard let condition = register.conditions[name] else { return }
                condition.write(into: &line)
                line.field("in_force", register.isInForce(condition, at: nowNs))
                line.field("priority_now", judge.priority(condition, at: nowNs))
                line.field("source", register.fileConditions.contains(name) ? "file" : "ledger")
            })
    }

    private func duties(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        try PagedLines.write(register.duties.sorted(), of: call, into: &lines) { name, line in
            guard let condition = register.conditions[name], let days = condition.everyDays else { return }
            line.field("condition", name)
            line.field("person", condition.person)
            line.field("every_days", days)
            line.field("in_force", register.isInForce(condition, at: nowNs))
            let duty = ledger.duties[name]
            let endNs = duty.map { judge.localTime.startNs(ofDay: Int($0.sinceDay) + days) }
            let startNs = duty.map { judge.localTime.startNs(ofDay: Int($0.sinceDay)) }
            line.field("report_before", endNs.map { Instant.format($0) } ?? "")
            line.field("reported", startNs.map { duty?.hasReport(from: $0, to: endNs ?? $0) ?? false } ?? false)
            line.field("last_report", duty?.reports.last.map { Instant.format($0) } ?? "")
        }
    }

    // MARK: Breaches

    private func isListed(_ number: UInt64, _ state: BreachState?) -> Bool {
        state == nil || ledger.book.breaches[number]?.state == state
    }

    private func breach(_ id: String) throws(Refusal) -> Breach {
        guard let breach = ledger.book[id] else { throw Refusal("unknown", "there is no breach '\(id)'") }
        return breach
    }

    private func writeBreach(_ number: UInt64, into line: inout JSONLine) {
        guard let breach = ledger.book.breaches[number] else { return }
        line.field("breach", breach.id)
        line.field("state", breach.state.name)
        line.field("priority", breach.priority)
        line.field("kind", breach.kind)
        line.field("condition", breach.condition)
        line.field("person", breach.person)
        line.field("with", breach.other)
        line.field("plate", breach.plate)
        line.field("camera", breach.camera)
        line.field("at", Instant.format(breach.atNs))
    }

    private func writeFinding(_ number: UInt64, into line: inout JSONLine) {
        guard let breach = ledger.book.breaches[number], let finding = breach.finding else { return }
        line.field("finding", "F-\(finding.number)")
        line.field("breach", breach.id)
        line.field("state", breach.state.name)
        line.field("key", finding.key)
        line.field("sha256", finding.digest)
        line.field("by", breach.by)
        line.field("moved_at", Instant.format(breach.movedNs))
        line.field("note", breach.note)
    }

    private func write(breach: Breach, into lines: inout JSONLine) {
        lines.begin()
        lines.field("breach", breach.id)
        lines.field("state", breach.state.name)
        lines.field("next", list: breach.state.next.map(\.name).sorted())
        lines.field("by", breach.by)
        lines.field("moved_at", breach.by.isEmpty ? "" : Instant.format(breach.movedNs))
        lines.field("note", breach.note)
        lines.key("alert")
        lines.value(raw: breach.line)
        lines.end(newline: true)
    }

    /// As Justice has it.
    private func write(finding breach: Breach, into lines: inout JSONLine) throws(Refusal) {
        guard let finding = breach.finding else { throw Refusal("no_finding", "'\(breach.id)' has no finding") }
        lines.value(raw: FindingDocument.document(breach, finding) + [0x0a])
    }

    // MARK: Exchange

    private func history(_ subject: Subject, into lines: inout JSONLine) throws(Refusal) {
        guard let revisions = ledger.exchange.history[subject] else {
            throw Refusal("unknown", "nothing was ever said of \(subject.kind) '\(subject.id)' here")
        }
        for revision in revisions {
            lines.begin()
            lines.field("version", revision.version)
            lines.field("outcome", revision.isLost ? "lost" : "taken")
            lines.field("source", revision.source.name)
            lines.field("by", revision.by)
            lines.field("at", Instant.format(revision.atNs))
            lines.field("decided_at", ConditionText.end(revision.decidedNs))
            lines.key("document")
            lines.value(raw: revision.document)
            lines.end(newline: true)
        }
    }

    private func conflicts(
        _ openOnly: Bool, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        let listed = ledger.exchange.conflicts.filter { !openOnly || $0.closedBy.isEmpty }
        let byNumber = Dictionary(uniqueKeysWithValues: listed.map { ($0.number, $0) })
        return try PagedLines.write(listed.map(\.number), of: call, into: &lines) { number, line in
            guard let conflict = byNumber[number] else { return }
            line.field("conflict", number)
            line.field("kind", "\(conflict.subject.kind)")
            line.field("id", conflict.subject.id)
            line.field("at", Instant.format(conflict.atNs))
            line.field("winner", conflict.winner.name)
            line.field("winner_decided_at", ConditionText.end(conflict.winnerDecidedNs))
            line.field("loser_decided_at", ConditionText.end(conflict.loserDecidedNs))
            line.field("closed_by", conflict.closedBy)
            line.field("note", conflict.note)
        }
    }

    /// Counts alone: nobody is named.
    private func exchange(into lines: inout JSONLine) {
        let marks =
            register.persons.values.filter { $0.revision.source == .own }.map(\.revision)
            + register.measures.values.filter { $0.revision.source == .own }.map(\.revision)
        lines.begin()
        lines.field("to_acknowledge", marks.count { $0.version > $0.acknowledged })
        lines.field("acknowledged", marks.count { $0.version > 0 && $0.version == $0.acknowledged })
        lines.field("inbox_after", ledger.exchange.after)
        lines.field("inbox_asks", ledger.exchange.asks)
        lines.field("next_ask", ConditionText.end(ledger.exchange.waitNs))
        lines.field("conflicts_open", ledger.exchange.conflicts.count { $0.closedBy.isEmpty })
        lines.field("refused", ledger.exchange.refused.count)
        lines.end(newline: true)
    }
}
