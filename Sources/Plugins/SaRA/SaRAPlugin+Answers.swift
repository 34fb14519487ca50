import ANPRCore

/// What the site and Jobpol answered. An answer that nobody waits for any more changes nothing, and is counted.
extension SaRAPlugin {
    func decide(_ answer: EffectAnswer, into events: inout LedgerEvents) {
        tally.answers += 1
        let isUsed =
            switch answer.destination {
            case Destination.site: siteAnswered(answer, into: &events)
            case Destination.jobpol: jobpolAnswered(answer, into: &events)
            case Destination.kept: keptAnswered(answer, into: &events)
            default: true
            }
        if !isUsed { tally.answersLate += 1 }
    }

    /// The vacancy and the version of `jobpol-V-12-3`.
    private func subject(_ key: some StringProtocol) -> (vacancy: Vacancy, version: UInt32)? {
        let parts = key.split(separator: "-")
        guard parts.count == 4, parts[1] == "V", let number = UInt32(parts[2]), let version = UInt32(parts[3]),
            let vacancy = register.vacancies[number]
        else { return nil }
        return (vacancy, version)
    }

    private func siteAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        if answer.key.hasPrefix("site-rebuild-") { return true }
        guard answer.key == "site-\(register.siteBatch)", !register.siteFlying.isEmpty else { return false }
        send(.siteHas(batch: register.siteBatch), &events)
        if case .gaveUp(let reason) = answer.outcome {
            alarm("not_on_site", key: "not_on_\(answer.key)", into: &events) { line in
                line.field("batch", register.siteBatch)
                line.field("reason", reason)
            }
        }
        sendSite(isFree: true, into: &events)
        return true
    }

    private func jobpolAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        guard let (vacancy, version) = subject(answer.key), vacancy.posting.version == version,
            vacancy.posting.state == .sending || vacancy.posting.state == .refused
        else { return false }
        var posting = vacancy.posting
        if case .answered(200..<300, _) = answer.outcome {
            (posting.state, posting.waitNs) = (.sent, clockNs + options.askNs)
            send(.posted(vacancy.number, posting), &events)
        } else {
            guard posting.state == .sending else { return false }
            (posting.state, posting.waitNs) = (.refused, .max)
            send(.posted(vacancy.number, posting), &events)
            alarm("jobpol_refused", key: "jobpol_refused-\(vacancy.name)-\(version)", into: &events) { line in
                line.field("vacancy", vacancy.name)
                switch answer.outcome {
                case .answered(let status, _): line.field("status", status)
                case .gaveUp(let reason): line.field("reason", reason)
                }
            }
        }
        // What became of it meanwhile goes next.
        if vacancy.version > version { post(vacancy, into: &events) }
        return true
    }

    private func keptAnswered(_ answer: EffectAnswer, into events: inout LedgerEvents) -> Bool {
        let parts = answer.key.split(separator: "-")
        guard parts.count == 6, let asks = UInt32(parts[5]),
            let (vacancy, version) = subject(parts[1...4].joined(separator: "-")),
            vacancy.posting.state == .sent, vacancy.posting.version == version, vacancy.posting.asks == asks
        else { return false }
        var posting = vacancy.posting
        switch answer.outcome {
        case .answered(200..<300, _):
            (posting.state, posting.waitNs) = (.kept, .max)
            send(.posted(vacancy.number, posting), &events)
        case .answered(404, _): post(vacancy, into: &events)  // it has forgotten what it said that it has
        case .answered, .gaveUp:
            posting.waitNs = clockNs + 60 * .second
            send(.posted(vacancy.number, posting), &events)
        }
        return true
    }
}
