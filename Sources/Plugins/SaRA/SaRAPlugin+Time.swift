import ANPRCore

/// What happens because time has passed.
extension SaRAPlugin {
    /// Things a second that are looked at; what is more is looked at in the next.
    static var dueMax: Int { 1024 }
    static var lateMax: Int { 4096 }

    /// Total: it is asked again each second, and nobody would set a time aside.
    func decide(nowNs: Nanoseconds, into events: inout LedgerEvents) {
        var closed: Set<UInt32> = []
        for subject in register.due(nowNs, max: Self.dueMax) {
            switch subject.kind {
            case .vacancy:
                guard let vacancy = register.vacancies[subject.number], vacancy.phase == .published else { continue }
                move(vacancy, to: .closed, nowNs: nowNs, by: "time", into: &events)
                closed.insert(subject.number)
            case .posting:
                // What closes in this turn is sent anew: nobody asks for the version before.
                if !closed.contains(subject.number) { askKept(subject.number, nowNs: nowNs, into: &events) }
            case .application: wake(subject.number, nowNs: nowNs, into: &events)
            }
        }
        let late = register.workload.late(nowNs, max: Self.lateMax)
        guard late.isEmpty else { return send(.hitsLate(late), &events) }
        findNeeds(nowNs: nowNs, into: &events)
    }

    /// Once a day, when all hits of the day before are decided on. However much time has passed, one evaluation is
    /// enough: it looks back.
    private func findNeeds(nowNs: Nanoseconds, into events: inout LedgerEvents) {
        guard register.workload.oldestDay < .max else { return }
        let last = lastWholeDay(nowNs)
        guard last > register.evaluatedDay, last >= register.workload.oldestDay else { return }
        evaluate(toDay: last, nowNs: nowNs, into: &events)
        send(.evaluated(toDay: last), &events)
        let kept = last - WorkloadBook.daysKept
        if register.workload.oldestDay < kept { send(.pruned(beforeDay: kept), &events) }
    }

    /// An application whose data go, whose offer is over, or whose stage takes too long: the first that holds.
    private func wake(_ number: UInt32, nowNs: Nanoseconds, into events: inout LedgerEvents) {
        guard let application = register.applications[number] else { return }
        if application.eraseNs <= nowNs {
            send(.applicationErased(number, day: day(nowNs)), &events)
            events.forgetHistory()
        } else if application.stage == .offer {
            move(application, to: .declined, cause: "deadline", nowNs: nowNs, into: &events)
        } else {
            send(.applicationLate(number), &events)
            let key = "late-\(application.reference)-\(application.stage.name)"
            alarm("stage_late", key: key, into: &events) { line in
                line.field("application", application.reference)
                line.field("vacancy", Vacancy.name(application.vacancy))
                line.field("stage", application.stage.name)
                line.field("due", Instant.format(application.dueNs))
            }
        }
    }

    /// Asks Jobpol whether it still has what it said that it has.
    private func askKept(_ number: UInt32, nowNs: Nanoseconds, into events: inout LedgerEvents) {
        guard let vacancy = register.vacancies[number], vacancy.posting.state == .sent else { return }
        var posting = vacancy.posting
        posting.asks += 1
        posting.waitNs = nowNs + .hour  // should its answer be lost with a dead letter
        send(.posted(number, posting), &events)
        let key = "kept-jobpol-\(vacancy.name)-\(posting.version)-\(posting.asks)"
        events.send(key: key, to: Destination.kept, [])
    }
}
