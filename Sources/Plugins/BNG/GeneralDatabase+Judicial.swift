import ANPRCore

/// PVs on their way to the judicial database. Two steps: 202 is "sent"; later it is asked whether it still has it.
extension GeneralDatabase {
    /// Asked a second at most.
    private static let asksMax = 1024
    /// The first pause before it is asked again.
    private static let askAgainNs: Nanoseconds = 60 * .second

    /// One version goes out under one key, always with the same bytes.
    static func judicialKey(_ record: UInt32, version: UInt32) -> String { "pv-\(record)-\(version)" }

    func send(
        _ number: UInt32, version count: UInt32, key: String, _ version: NewVersion, atNs: Nanoseconds,
        _ draft: inout RecordDraft, isAgain: Bool = false
    ) {
        // WHY: what was taken once waits for an answer, whatever the options say by now.
        let phase: ExchangePhase = options.judicialURL == nil && !isAgain ? .handed : .sending
        draft.add(.exchanged(BNGEvent.Move(record: number, to: phase, version: count, atNs: atNs)))
        let name = Self.judicialKey(number, version: count)
        draft.send(
            key: name, to: Destination.judicial,
            PVDocument.line(name, key, version: count, version))
    }

    /// By a person: the first time, or after a refusal.
    func sendPV(
        _ number: UInt32, _ atNs: Nanoseconds, _ draft: inout RecordDraft, _ answer: inout JSONLine
    ) throws(Refusal) {
        let record = register.records[number]
        guard record.category == .pv else { throw Refusal("wrong", "only a PV goes to the judicial database") }
        guard record.state == .active else {
            throw Refusal("not_in_state", "\(RecordReference.text(number)) is \(record.state.name)")
        }
        let last = register.versions[record.head]
        let classification = register.text(last.classification)
        guard rules.classification(classification, day: day(atNs))?.isSent == true else {
            throw Refusal("not_sent", "what is classified '\(classification)' stays here")
        }
        if let exchange = register.exchange(of: number) {
            let isNew = exchange.version < record.versions
            let mayGo = [.taken, .refused].contains(exchange.phase) || isNew && exchange.phase.next.contains(.handed)
            guard mayGo else {
                throw Refusal("not_in_state", "it is \(exchange.phase.name) at the judicial database")
            }
            // WHY: the same key would get the refusal again; what a person changed is a new version.
            guard exchange.phase != .refused || isNew else {
                throw Refusal("not_in_state", "it was refused as it is; change it first")
            }
        }
        send(
            number, version: record.versions, key: register.key(of: number), register.content(of: last), atNs: atNs,
            &draft)
        answer.field("record", RecordReference.text(number))
        answer.field("version", Int(record.versions))
        answer.field("phase", options.judicialURL == nil ? ExchangePhase.handed.name : ExchangePhase.sending.name)
    }

    /// A PV that is there has a new version: that goes as well, once the one before is through.
    func sendAgain(_ number: UInt32, _ record: Record, _ version: NewVersion, _ draft: inout RecordDraft) {
        guard let exchange = register.exchange(of: number), [.handed, .taken, .acknowledged].contains(exchange.phase),
            rules.classification(version.classification, day: day(version.atNs))?.isSent == true
        else { return }
        send(
            number, version: record.versions + 1, key: register.key(of: number), version, atNs: version.atNs, &draft)
    }

    // MARK: Answers

    func decide(_ answer: EffectAnswer, into events: inout LedgerEvents) {
        tally.answers += 1
        var draft = RecordDraft(register)
        let isTaken =
            switch answer.destination {
            case Destination.judicial: judicialAnswered(answer, &draft)
            case Destination.kept: keptAnswered(answer, &draft)
            default: true
            }
        if isTaken { draft.write(into: &events) } else { tally.answersLate += 1 }
    }

    /// `pv-12-1`: the record, if its exchange is in that phase with that version.
    private func exchange(_ key: some StringProtocol, in phase: ExchangePhase) -> (record: UInt32, Exchange)? {
        let parts = key.split(separator: "-")
        guard parts.count >= 3, let record = UInt32(parts[1]), let version = UInt32(parts[2]),
            register.records.has(record), register.records[record].state != .erased,
            let exchange = register.exchange(of: record), exchange.phase == phase, exchange.version == version
        else { return nil }
        return (record, exchange)
    }

    private func judicialAnswered(_ answer: EffectAnswer, _ draft: inout RecordDraft) -> Bool {
        guard let (number, exchange) = exchange(answer.key, in: .sending) else { return false }
        func move(_ phase: ExchangePhase, waitNs: Nanoseconds = .max, cause: String = "") {
            draft.add(
                .exchanged(
                    BNGEvent.Move(
                        record: number, to: phase, version: exchange.version, atNs: clockNs, waitNs: waitNs,
                        cause: cause)))
        }
        switch answer.outcome {
        case .answered(200..<300, _): move(.sent, waitNs: clockNs + options.askNs)
        case .answered(let status, let body):
            let value = try? JSON5Value(text: String(decoding: body, as: UTF8.self))
            let cause = value?["cause"]?.string ?? ""
            move(.refused, cause: Self.isCause(cause) ? cause : "status_\(status)")
        case .gaveUp: return true  // a dead letter: whoever sends it again brings the answer
        }
        return true
    }

    private static func isCause(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "_") }
    }

    private func keptAnswered(_ answer: EffectAnswer, _ draft: inout RecordDraft) -> Bool {
        let key = answer.key.dropFirst("kept-".count)
        guard let (number, exchange) = exchange(key, in: .sent), key.split(separator: "-").last == "\(exchange.asks)"
        else { return false }
        switch answer.outcome {
        case .answered(200..<300, _):
            draft.add(
                .exchanged(
                    BNGEvent.Move(record: number, to: .acknowledged, version: exchange.version, atNs: clockNs)))
            sendNewer(number, exchange, &draft)
        case .answered(404, _):
            // It has forgotten what it took: the same bytes again, under the same key.
            guard let version = register.version(exchange.version, of: number) else { return false }
            send(
                number, version: exchange.version, key: register.key(of: number), register.content(of: version),
                atNs: clockNs, &draft, isAgain: true)
        case .answered, .gaveUp:
            draft.add(.asked(record: number, waitNs: clockNs + Self.askAgainNs))
        }
        return true
    }

    /// What changed while a version was on its way.
    private func sendNewer(_ number: UInt32, _ exchange: Exchange, _ draft: inout RecordDraft) {
        let record = register.records[number]
        guard record.versions > exchange.version, record.state == .active else { return }
        let last = register.content(of: register.versions[record.head])
        guard rules.classification(last.classification, day: day(clockNs))?.isSent == true else { return }
        send(number, version: record.versions, key: register.key(of: number), last, atNs: clockNs, &draft)
    }

    // MARK: Time

    func askJudicial(into events: inout LedgerEvents) {
        for number in register.waitingExchanges(clockNs, max: Self.asksMax) {
            let exchange = register.exchanges[number]
            guard exchange.phase == .sent else { continue }
            BNGEvent.asked(record: exchange.record, waitNs: clockNs + .hour).append(to: &events)
            let key = Self.judicialKey(exchange.record, version: exchange.version)
            events.send(key: "kept-\(key)-\(exchange.asks + 1)", to: Destination.kept, [])
        }
    }
}
