import ANPRCore

/// What happens because time has passed: deadlines, journeys' ends, batches, questions, reminders.
extension FineOffice {
    /// Files a second that are looked at; what is more is looked at in the next.
    static let dueMax = 4096
    static let batchesATurn = 8

    /// Total: it is asked again each second, and nobody would set a time aside.
    func decide(nowNs: Nanoseconds, into events: inout LedgerEvents) {
        var isBatchDue = ledger.ready.count >= options.batchFiles
        var settled: Set<UInt64> = []
        for file in ledger.due(nowNs, max: Self.dueMax) {
            var file = file
            if file.phase.isBeforeSent, file.alarmNs <= nowNs { warn(&file, nowNs: nowNs, into: &events) }
            guard file.waitNs <= nowNs, !settled.contains(file.number.number) else { continue }
            switch file.phase {
            case .journey: settled.formUnion(endJourney(file, nowNs: nowNs, into: &events))
            case .holder: move(file, to: .unknown, cause: "timeout", into: &events)
            case .ready: isBatchDue = true
            case .sent: askKept(file, nowNs: nowNs, into: &events)
            case .acknowledged: remind(file, .reminded, "reminder", nowNs: nowNs, into: &events)
            case .reminded: remind(file, .ordered, "order", nowNs: nowNs, into: &events)
            case .ordered: move(file, to: .prosecutor, cause: "unpaid", into: &events)
            default: break
            }
        }
        if isBatchDue { closeBatches(nowNs: nowNs, into: &events) }
    }

    /// Once when the deadline is near, once when it is over.
    private func warn(_ file: inout FineFile, nowNs: Nanoseconds, into events: inout LedgerEvents) {
        let sendBeforeNs = file.offence.sendBeforeNs ?? .max
        let isOver = sendBeforeNs <= nowNs
        file.alarms = isOver ? 2 : 1
        file.alarmNs = isOver ? .max : sendBeforeNs
        send(.alarmed(file.number.number, level: file.alarms, nextNs: file.alarmNs), &events)
        let what = isOver ? "deadline_missed" : "deadline_near"
        alarm(what, "\(what)-\(file.number.digits)", file, into: &events)
    }

    private func remind(
        _ file: FineFile, _ phase: FilePhase, _ what: String, nowNs: Nanoseconds, into events: inout LedgerEvents
    ) {
        let within = judge.tariffs.period(what, day: Int(day(nowNs)))
        move(file, to: phase, waitNs: nowNs + within, into: &events)
        let key = "\(what)-\(file.number.digits)"
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("what", what)
        line.field("pv_number", file.pvNumber)
        line.field("structured_communication", file.number.description)
        line.field("owed_cents", max(0, (file.charge.fine?.totalCents ?? 0) - file.paidCents))
        line.field("pay_before", Instant.format(nowNs + within))
        line.end()
        events.send(key: key, to: Destination.reminders, line.bytes)
    }

    /// All that are ready, in order of their numbers; a last batch that is not full goes too.
    func closeBatches(nowNs: Nanoseconds, into events: inout LedgerEvents) {
        let files = ledger.ready.sorted().prefix(Self.batchesATurn * options.batchFiles).compactMap { ledger.files[$0] }
        var number = ledger.lastBatch
        for start in stride(from: 0, to: files.count, by: options.batchFiles) {
            number += 1
            let end = min(files.count, start + options.batchFiles)
            closeBatch(Array(files[start..<end]), number: number, nowNs: nowNs, into: &events)
        }
    }

    /// The fines of one vehicle that lie no further apart than a journey's gap: the highest excess goes on, the
    /// earliest of equals; the others end. Follows from the findings alone, in whatever order they came.
    private func endJourney(_ file: FineFile, nowNs: Nanoseconds, into events: inout LedgerEvents) -> [UInt64] {
        let all = (ledger.journeys[file.offence.plate] ?? []).compactMap { ledger.files[$0] }
            .filter { $0.offence.country == file.offence.country }
            .sorted { ($0.offence.foundNs, $0.number.number) < ($1.offence.foundNs, $1.number.number) }
        var journey: [FineFile] = []
        for one in all {
            if let last = journey.last, one.offence.foundNs - last.offence.foundNs > options.journeyNs {
                if journey.contains(where: { $0.number == file.number }) { break }
                journey = []
            }
            journey.append(one)
        }
        guard let highest = journey.map(\.offence.excessKmh).max(),
            let fined = journey.first(where: { $0.offence.excessKmh == highest })
        else { return [] }
        // It may go on from its last section.
        if let endNs = journey.map(\.waitNs).max(), endNs > nowNs {
            send(.asked(file.number.number, waitNs: endNs), &events)
            return [file.number.number]
        }
        for one in journey {
            if one.number == fined.number {
                sendOn(one, into: &events)
            } else {
                move(one, to: .closed, cause: "journey_of_\(fined.number.digits)", into: &events)
            }
        }
        return journey.map(\.number.number)
    }
}
