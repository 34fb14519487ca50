import ANPRCore
import PluginKit

/// What peers answered. An answer that nobody waits for any more changes nothing, and is counted.
extension ConditionWatch {
    func decide(_ answer: EffectAnswer, into events: inout LedgerEvents) {
        tally.answers += 1
        let isTaken =
            switch answer.destination {
            case Destination.findings: findingAnswered(answer, into: &events)
            case Destination.kept: keptAnswered(answer, into: &events)
            case Destination.inbox: inboxAnswered(answer, into: &events)
            case Destination.ibelgium: changeAnswered(answer, into: &events)
            default: noted(answer, into: &events)
            }
        if !isTaken { tally.answersLate += 1 }
    }

    /// A refusal is kept for people to see; a yes needs nothing more.
    private func noted(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        switch answer.outcome {
        case .answered(200..<300, _): break
        case .answered(let status, let body):
            refuse(answer.key, Self.cause(body) ?? "refused_\(status)", into: &events)
        case .gaveUp(let reason): refuse(answer.key, "not sent: \(reason.prefix(200))", into: &events)
        }
        return true
    }

    func refuse(_ key: String, _ cause: String, into events: inout LedgerEvents) {
        PSCEvent.messageRefused(RefusedMessage(key: key, cause: cause, atNs: clockNs)).append(to: &events)
    }

    /// A word of a peer's own: short, without anything that could not stand in a line.
    private static func cause(_ body: [UInt8]) -> String? {
        let value = try? JSON5Value(text: String(decoding: body, as: UTF8.self))
        guard let cause = value?["cause"]?.string, !cause.isEmpty else { return nil }
        return String(cause.filter { $0.isASCII && !$0.isNewline }.prefix(80))
    }

    // MARK: Findings

    /// `finding-12-1`: the breach, if its finding is under way under that key, in that state.
    private func breach(_ key: some StringProtocol, in state: BreachState) -> Breach? {
        let parts = key.split(separator: "-")
        guard parts.count == 3, let number = UInt32(parts[1]), let breach = ledger.book.breach(finding: number),
            breach.state == state, breach.finding?.key == String(key)
        else { return nil }
        return breach
    }

    private func findingAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        guard let breach = breach(answer.key, in: .confirmed) else { return false }
        switch answer.outcome {
        case .answered(200..<300, _):
            move(breach, to: .sent, by: "justice", note: "", waitNs: clockNs + options.askNs, into: &events)
        case .answered(let status, let body):
            let cause = Self.cause(body) ?? "refused_\(status)"
            move(breach, to: .refused, by: "justice", note: cause, into: &events)
        case .gaveUp(let reason): refuse(answer.key, "not sent: \(reason.prefix(200))", into: &events)
        }
        return true
    }

    private func keptAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        let parts = answer.key.dropFirst("kept-".count).split(separator: "-")
        guard parts.count == 4, let breach = breach(parts[0...2].joined(separator: "-"), in: .sent),
            let finding = breach.finding, UInt32(parts[3]) == finding.asks
        else { return false }
        switch answer.outcome {
        case .answered(200..<300, _):
            move(breach, to: .acknowledged, by: "justice", note: breach.note, into: &events)
        case .answered(404, _):
            // It has forgotten what it said that it has: again, under the same key.
            move(breach, to: .confirmed, by: "justice", note: "forgotten", into: &events)
            events.send(key: finding.key, to: Destination.findings, FindingDocument.document(breach, finding))
        case .answered, .gaveUp: break  // asked again when its time has come
        }
        return true
    }

    func move(
        _ breach: Breach, to state: BreachState, by: String, note: String, waitNs: Nanoseconds = .max,
        into events: inout LedgerEvents
    ) {
        PSCEvent.breachMoved(
            PSCEvent.BreachMove(breach: breach.id, to: state, by: by, atNs: clockNs, note: note, waitNs: waitNs)
        ).append(to: &events)
    }

    // MARK: i+Belgium

    /// `ib-measure-3-M1`: i+Belgium has that version, or refuses it.
    private func changeAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        guard case .answered(200..<300, _) = answer.outcome else { return noted(answer, into: &events) }
        let parts = answer.key.split(separator: "-", maxSplits: 3)
        guard parts.count == 4, let kind = Subject.Kind.allCases.first(where: { "\($0)" == parts[1] }),
            let version = UInt32(parts[2]), let id = PercentText.decode(parts[3]),
            let mark = kind == .person ? register.persons[id]?.revision : register.measures[id]?.revision,
            version > mark.acknowledged, version <= mark.version
        else { return false }
        PSCEvent.acknowledged(Subject(kind, id), version: version).append(to: &events)
        return true
    }

    private func inboxAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        guard answer.key == "inbox-\(ledger.exchange.asks)" else { return false }
        var after = ledger.exchange.after
        var waitNs = clockNs + options.inboxNs
        if case .answered(let status, let body) = answer.outcome {
            let value = try? JSON5Value(text: String(decoding: body, as: UTF8.self))
            if (200..<300).contains(status), case .array(let messages) = value?["messages"]?.kind {
                take(messages, &after, into: &events)
                // A full page: the next one is there already.
                if messages.count >= Self.messagesAPage { waitNs = clockNs }
            } else {
                refuse(answer.key, "no messages in an answer with status \(status)", into: &events)
            }
        }
        PSCEvent.inboxTaken(after: after, waitNs: waitNs).append(to: &events)
        return true
    }
}
