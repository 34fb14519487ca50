import ANPRCore

/// What peers and tools answered. An answer that nobody waits for any more changes nothing, and is counted.
extension FineOffice {
    /// The first pause before Justice is asked again whether it has a file.
    private static let askAgainNs: Nanoseconds = 60 * .second
    /// A person looks when Justice has said nothing to the point so often.
    private static let asksUntilAlarm = 10

    func decide(_ answer: EffectAnswer, into events: inout LedgerEvents) {
        let isTaken =
            switch answer.destination {
            case Destination.register, Destination.eucaris: holderAnswered(answer, into: &events)
            case Destination.seal: sealAnswered(answer, into: &events)
            case Destination.justice: justiceAnswered(answer, into: &events)
            case Destination.kept: keptAnswered(answer, into: &events)
            default: true
            }
        if !isTaken { tally.answersLate += 1 }
    }

    /// `holder-7147876774-1`, `7147876774-1`, `kept-7147876774-1-2`: the file, if it is in one of these phases.
    private func file(_ key: Substring, in phases: Set<FilePhase>) -> FineFile? {
        guard let number = UInt64(key.prefix { $0 != "-" }), let file = ledger.files[number],
            phases.contains(file.phase)
        else { return nil }
        return file
    }

    /// A late answer is as good as one in time, as long as nobody else has named the holder.
    private func holderAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        guard let file = file(answer.key.dropFirst("holder-".count), in: [.holder, .unknown]) else { return false }
        let found: HolderInquiry.Answer
        switch answer.outcome {
        case .gaveUp: found = .unknown("no_answer")
        case .answered(let status, let body):
            let day = Int(day(file.offence.foundNs))
            found = HolderInquiry.answer(
                body, status: status, foundNs: file.offence.foundNs, source: answer.destination,
                language: sources?.row(file.offence.country, day: day)?.language ?? .english)
        }
        switch found {
        case .holder(let holder): name(holder, file, into: &events)
        case .unknown(let cause):
            guard file.phase == .holder else { return false }
            move(file, to: .unknown, cause: cause, into: &events)
        }
        return true
    }

    private func sealAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        guard let number = UInt32(answer.key.dropFirst("seal-".count)), let batch = ledger.batches[number],
            !batch.isSealed
        else { return false }
        guard case .answered(200, let signature) = answer.outcome, !signature.isEmpty else {
            alarm("not_sealed", "not_sealed-\(batch.key)-\(day(max(clockNs, batch.closedNs)))", nil, into: &events)
            return true
        }
        send(.sealed(number, signature: signature), &events)
        var sealed = batch
        sealed.signature = signature
        events.send(key: sealed.key, to: Destination.justice, sealed.document)
        for number in batch.files {
            if let file = ledger.files[number], file.phase == .batched { post(file, into: &events) }
        }
        return true
    }

    private func justiceAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        if let batch = batch(answer.key[...]) {
            if case .answered(200..<300, _) = answer.outcome {
                events.send(key: batch.keptKey, to: Destination.kept, [])
            } else {
                alarm("batch_refused", "batch_refused-" + answer.key, nil, into: &events)
            }
            return true
        }
        guard let file = file(answer.key[...], in: [.sending]), file.justiceKey == answer.key else { return false }
        switch answer.outcome {
        case .answered(200..<300, _): move(file, to: .sent, waitNs: now(file) + options.askNs, into: &events)
        case .answered(let status, let body):
            let value = try? JSON5Value(text: String(decoding: body, as: UTF8.self))
            let cause = HolderInquiry.cause(value?["cause"]?.string) ?? "refused_\(status)"
            move(file, to: .refused, cause: cause, into: &events)
        case .gaveUp: alarm("not_sent", "not_sent-" + answer.key, file, into: &events)
        }
        return true
    }

    /// `batch-7`: a sealed batch of which it is not known yet that Justice has it for good.
    private func batch(_ key: Substring) -> Batch? {
        guard key.hasPrefix("batch-"), let number = UInt32(key.dropFirst("batch-".count).prefix { $0 != "-" }),
            let batch = ledger.batches[number], batch.isSealed, !batch.manifest.isEmpty
        else { return nil }
        return batch
    }

    private func keptAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        if let batch = batch(answer.key.dropFirst("kept-".count)) {
            switch answer.outcome {
            case .answered(200..<300, _): send(.batchKept(batch.number), &events)
            case .answered(404, _): events.send(key: batch.key, to: Destination.justice, batch.document)
            case .answered, .gaveUp: alarm("batch_not_kept", "batch_not_kept-" + batch.key, nil, into: &events)
            }
            return true
        }
        guard let file = file(answer.key.dropFirst("kept-".count), in: [.sent]),
            answer.key == "kept-\(file.justiceKey)-\(file.asks)"
        else { return false }
        switch answer.outcome {
        case .answered(200..<300, _): acknowledge(file, into: &events)
        case .answered(404, _): post(file, into: &events)  // it has forgotten what it said that it has
        case .answered, .gaveUp:
            // Asked again a while later: `asked` alone counts, the question itself goes out then.
            if file.asks == Self.asksUntilAlarm {
                alarm("not_acknowledged", "not_acknowledged-" + file.justiceKey, file, into: &events)
            }
            send(.asked(file.number.number, waitNs: now(file) + Self.askAgainNs), &events)
        }
        return true
    }

    private func acknowledge(_ file: FineFile, into events: inout LedgerEvents) {
        guard file.charge.fine != nil else { return move(file, to: .prosecutor, into: &events) }
        let within = judge.tariffs.period("payment", day: Int(day(now(file))))
        move(file, to: .acknowledged, waitNs: now(file) + within, into: &events)
        var acknowledged = file
        acknowledged.phase = .acknowledged
        isPaid(acknowledged, into: &events)  // the bank was quicker
    }
}
