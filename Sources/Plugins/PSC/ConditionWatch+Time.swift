import ANPRCore

/// What comes about by itself: measures end, reports fail to come, Justice and i+Belgium are asked.
extension ConditionWatch {
    /// How long after its capture a read may come and still meet somebody.
    static let passageNs: Nanoseconds = 24 * .hour
    private static let endsATurn = 1024
    private static let periodsATurn = 64
    private static let keptAgainNs: Nanoseconds = .hour
    /// A question for messages that nobody answers is put again: longer than a courier tries.
    private static let inboxLostNs: Nanoseconds = 2 * .day

    func decide(nowNs: Nanoseconds, into events: inout LedgerEvents) {
        endMeasures(nowNs, into: &events)
        judgeDuties(nowNs, into: &events)
        let beforeNs = nowNs - Self.passageNs
        if let oldestNs = ledger.passages.oldestNs, oldestNs < beforeNs - .hour {
            PSCEvent.passagesForgotten(beforeNs: beforeNs).append(to: &events)
            events.forgetHistory()
        }
        if isHourOver(nowNs), ledger.book.hasOld(before: nowNs - options.keepNs) {
            PSCEvent.breachesForgotten(beforeNs: nowNs - options.keepNs).append(to: &events)
            events.forgetHistory()
        }
        askKept(nowNs, into: &events)
        askInbox(nowNs, into: &events)
    }

    /// Matching has ended already, at that instant; now the others hear of it.
    private func endMeasures(_ nowNs: Nanoseconds, into events: inout LedgerEvents) {
        let ended = register.measures.values.filter { !$0.isEndTold && $0.toNs <= nowNs }
        for measure in ended.sorted(by: { ($0.toNs, $0.id) < ($1.toNs, $1.id) }).prefix(Self.endsATurn) {
            PSCEvent.measureEndTold(measure.id).append(to: &events)
            events.tell(Measure.endTold, id: measure.id, atNs: measure.toNs, measure.endTiding)
        }
    }

    // MARK: Duty to report

    private func judgeDuties(_ nowNs: Nanoseconds, into events: inout LedgerEvents) {
        let today = Int32(judge.localTime.day(nowNs))
        for id in register.duties.sorted() {
            guard let condition = register.conditions[id], let everyDays = condition.everyDays else { continue }
            guard let duty = ledger.duties[id] else {
                if register.isInForce(condition, at: nowNs) {
                    PSCEvent.dutyStarted(condition: id, day: today).append(to: &events)
                }
                continue
            }
            judge(duty, of: condition, everyDays: Int32(everyDays), today: today, into: &events)
        }
    }

    /// Each period that is over: it was reported in, or it is a breach. One that the condition was not in force
    /// throughout asks for nothing.
    private func judge(
        _ duty: Duty, of condition: Condition, everyDays: Int32, today: Int32, into events: inout LedgerEvents
    ) {
        var sinceDay = duty.sinceDay
        let (fromNs, toNs) = register.inForce(condition)
        for _ in 0..<Self.periodsATurn {
            let endDay = sinceDay + everyDays
            guard endDay <= today else { break }
            let startNs = judge.localTime.startNs(ofDay: Int(sinceDay))
            let endNs = judge.localTime.startNs(ofDay: Int(endDay))
            // It has begun within the first period: what is left of the day is enough to report.
            let isWhole = fromNs <= startNs + .day && endNs <= toNs
            PSCEvent.dutyJudged(condition: condition.id, day: endDay).append(to: &events)
            if isWhole, !duty.hasReport(from: startNs, to: endNs) {
                missed(condition, from: sinceDay, to: endDay, atNs: endNs, into: &events)
            }
            sinceDay = endDay
        }
    }

    private func missed(
        _ condition: Condition, from sinceDay: Int32, to endDay: Int32, atNs: Nanoseconds,
        into events: inout LedgerEvents
    ) {
        guard let person = register.persons[condition.person] else { return }
        func date(_ day: Int32) -> String { Instant.date(Nanoseconds(day) * .day) }
        tally.breaches += 1
        tally.reportsMissed += 1
        raise(
            Alert(
                condition: condition, priority: judge.priority(condition, at: atNs), person: person, sighting: nil,
                period: (date(sinceDay), date(endDay)), atNs: atNs,
                key: RepeatWindow.Key(condition: condition.id, site: "report"),
                windowNs: ledger.repeats.startNs(atNs)),
            into: &events)
    }

    // MARK: Peers

    private func askKept(_ nowNs: Nanoseconds, into events: inout LedgerEvents) {
        guard options.findingsURL != nil else { return }
        for number in ledger.book.sent.sorted() {
            guard let breach = ledger.book.breaches[number], let finding = breach.finding, finding.waitNs <= nowNs
            else { continue }
            let asks = finding.asks + 1
            PSCEvent.findingAsked(breach: breach.id, asks: asks, waitNs: nowNs + Self.keptAgainNs).append(to: &events)
            let key = "kept-\(finding.key)-\(asks)"
            var line = JSONLine()
            line.begin()
            line.field("id", key)
            line.field("key", finding.key)
            line.end()
            events.send(key: key, to: Destination.kept, line.bytes)
        }
    }

    private func askInbox(_ nowNs: Nanoseconds, into events: inout LedgerEvents) {
        guard options.ibelgiumURL != nil, nowNs >= ledger.exchange.waitNs else { return }
        let number = ledger.exchange.asks + 1
        PSCEvent.inboxAsked(number: number, waitNs: nowNs + Self.inboxLostNs).append(to: &events)
        let key = "inbox-\(number)"
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("after", ledger.exchange.after)
        line.end()
        events.send(key: key, to: Destination.inbox, line.bytes)
    }
}
