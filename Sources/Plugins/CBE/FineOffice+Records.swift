import ANPRCore

/// Offences become files.
extension FineOffice {
    func decide(_ record: SectionRecord, into events: inout LedgerEvents) throws(LedgerFull) {
        tally.records += 1
        let section = knowledge.section(record.section)
        let decision = judge.decide(record, section: section)
        guard decision != .none else { return }
        tally.offences += 1
        guard decision != .uncertified else {
            tally.uncertified += 1
            return
        }
        guard !ledger.isKnown(.record(record.id)) else {
            tally.duplicates += 1
            return
        }
        guard ledger.count < CaseLedger.identitiesMax else { throw LedgerFull() }
        var file = newFile(
            .record(record.id), CaseNumber.preferred(record.id), judge.offence(record, section: section))
        file.finding = writer.finding(record, sendBeforeNs: file.offence.sendBeforeNs)
        tally.opened += 1
        switch decision {
        case .none, .uncertified: preconditionFailure("answered above")
        case .verification(let reasons):
            tally.verifications += 1
            file.cause = reasons.joined(separator: " ")
            send(.opened(file, day: day(now(file))), &events)
            events.send(key: file.origin.text, to: Destination.verifications, FileDocument.line(file))
        case .prosecutor(let cause):
            tally.prosecutor += 1
            file.charge = .prosecutor(cause)
            sendOn(file, isNew: true, into: &events)
        case .fine(let fine):
            tally.fines += 1
            tally.bands[FineBand(amountCents: fine.amountCents), default: 0] += 1
            tally.amountCents += fine.amountCents
            tally.totalCents += fine.totalCents
            file.charge = .fine(fine)
            sendOn(file, isNew: true, into: &events)
        }
    }

    /// Not decided yet: it would be verified first.
    func newFile(_ origin: FineFile.Origin, _ preferred: UInt64, _ offence: Offence) -> FineFile {
        let free = CaseNumber.free(from: preferred) { ledger.isTaken($0) }
        guard let number = StructuredCommunication(number: free) else { preconditionFailure("ten digits at most") }
        return FineFile(
            number: number, origin: origin, pvNumber: writer.pvNumber(number, offence), offence: offence,
            charge: .open, phase: .verification, waitNs: .max,
            alarmNs: offence.sendBeforeNs.map { $0 - options.warnNs } ?? .max)
    }

    /// Of what happens to a file: never before its finding, whatever this run has seen of the time.
    func now(_ file: FineFile) -> Nanoseconds { max(clockNs, file.offence.foundNs) }
    func day(_ ns: Nanoseconds) -> Int32 { Int32(clamping: options.localTime.day(ns)) }
    func send(_ event: FileEvent, _ events: inout LedgerEvents) { event.append(to: &events) }
}

/// Names of what effects go to; a file of that name where nothing else is set up.
enum Destination {
    static let fines = "fines"
    static let verifications = "verifications"
    static let alarms = "alarms"
    static let reminders = "reminders"
    static let register = "register"
    static let eucaris = "eucaris"
    static let seal = "seal"
    static let justice = "justice"
    static let kept = "justice_kept"
    static let pdf = "pdf"
}
