import ANPRCore
import PluginKit

/// Changes of persons, measures and conditions, by people here or by i+Belgium: each becomes a revision that is kept,
/// and what was changed here is sent to i+Belgium under a key of its own.
struct ChangeDesk {
    private(set) var draft: RegisterDraft
    private let exchange: Exchange
    let by: String
    let atNs: Nanoseconds
    private var events: [PSCEvent] = []
    private var effects: [Effect] = []
    private var conflictCount: UInt32 = 0
    /// Documents that were noted at this desk, beside those of the history.
    private var fresh: [Subject: [[UInt8]]] = [:]

    init(_ ledger: PSCLedger, by: String, atNs: Nanoseconds) {
        draft = RegisterDraft(ledger.register)
        exchange = ledger.exchange
        self.by = by
        self.atNs = atNs
    }

    func append(to events: inout LedgerEvents) {
        for event in self.events { event.append(to: &events) }
        for effect in effects { events.send(key: effect.key, to: effect.destination, effect.payload) }
    }

    // MARK: Changes

    mutating func put(_ person: Person, _ source: RevisionSource = .own, decidedNs: Nanoseconds? = nil) {
        var next = person
        let before = draft.person(person.id)?.revision ?? RevisionMark()
        next.revision = before.next(source, decidedNs: decidedNs ?? atNs)
        draft.put(next)
        events.append(.personPut(next))
        note(Subject(.person, next.id), next.revision, ExchangeDocument.write(next))
    }

    /// - Parameter conditions: those that change with it.
    mutating func put(
        _ measure: Measure, _ conditions: [Condition] = [], _ source: RevisionSource = .own, decidedNs: Nanoseconds
    ) {
        let before = draft.measure(measure.id)
        var next = measure
        next.revision = (before?.revision ?? RevisionMark()).next(source, decidedNs: decidedNs)
        next.isEndTold = (before?.isEndTold ?? false) && next.toNs <= atNs
        draft.put(next)
        events.append(.measurePut(next))
        for condition in conditions { put(condition) }
        note(
            Subject(.measure, next.id), next.revision,
            ExchangeDocument.write(next, draft.conditions(on: next.id)))
    }

    /// One without a measure is in no exchange.
    mutating func put(_ condition: Condition) {
        draft.put(condition)
        events.append(.conditionPut(condition))
    }

    /// A person that a file has becomes the ledger's: what rests on it must outlive the file.
    mutating func own(person id: String) {
        guard draft.isOfFile(person: id), let person = draft.person(id) else { return }
        put(person)
    }

    private mutating func note(_ subject: Subject, _ mark: RevisionMark, _ document: [UInt8]) {
        fresh[subject, default: []].append(document)
        events.append(
            .revised(
                subject,
                Revision(
                    version: mark.version, decidedNs: mark.decidedNs, atNs: atNs, source: mark.source, isLost: false,
                    by: by, document: document)))
        guard mark.source == .own else { return }
        let key = "ib-\(subject.kind)-\(mark.version)-\(PercentText.encode(subject.id))"
        effects.append(
            Effect(
                key: key, destination: Destination.ibelgium,
                payload: ExchangeDocument.envelope(key, version: mark.version, document)))
    }

    // MARK: Messages of i+Belgium

    enum Outcome: Equatable {
        case taken
        /// The same was said before.
        case known
        /// Decided earlier than what is there: kept, and nothing more.
        case lost
        case refused(String)
    }

    /// How far the clock of i+Belgium may be ahead: past it nothing decided here could win for as long.
    static let aheadNs: Nanoseconds = .day

    mutating func take(_ message: ExchangeMessage) -> Outcome {
        switch message {
        case .person(let person):
            guard person.revision.decidedNs <= atNs + Self.aheadNs else { return .refused("in_future") }
            return take(person)
        case .measure(let measure, let conditions):
            guard measure.revision.decidedNs <= atNs + Self.aheadNs else { return .refused("in_future") }
            return take(measure, conditions)
        }
    }

    private mutating func take(_ person: Person) -> Outcome {
        let subject = Subject(.person, person.id)
        let document = ExchangeDocument.write(person)
        guard !isNoted(document, of: subject) else { return .known }
        guard let before = draft.person(person.id) else {
            guard draft.hasRoomForPerson else { return .refused("full") }
            put(person, .peer, decidedNs: person.revision.decidedNs)
            return .taken
        }
        guard wins(person.revision, over: before.revision) else {
            lose(subject, person.revision, document, to: before.revision)
            if before.revision.source == .own { put(before, decidedNs: before.revision.decidedNs) }
            return .lost
        }
        noteConflict(subject, winner: person.revision, over: before.revision)
        put(person, .peer, decidedNs: person.revision.decidedNs)
        return .taken
    }

    private mutating func take(_ measure: Measure, _ conditions: [Condition]) -> Outcome {
        let subject = Subject(.measure, measure.id)
        let document = ExchangeDocument.write(measure, conditions)
        guard !isNoted(document, of: subject) else { return .known }
        if let cause = refusal(measure, conditions) { return .refused(cause) }
        if let before = draft.measure(measure.id) {
            guard wins(measure.revision, over: before.revision) else {
                lose(subject, measure.revision, document, to: before.revision)
                if before.revision.source == .own { put(before, decidedNs: before.revision.decidedNs) }
                return .lost
            }
            noteConflict(subject, winner: measure.revision, over: before.revision)
        }
        for person in [measure.person] + conditions.compactMap(\.other) { own(person: person) }
        let decidedNs = measure.revision.decidedNs
        // What the decision names no more has ended with it.
        let dropped = draft.conditions(on: measure.id).filter { old in
            old.toNs > decidedNs && !conditions.contains { $0.id == old.id }
        }.map { old in
            var ended = old
            ended.toNs = max(old.fromNs, decidedNs)
            return ended
        }
        put(measure, conditions + dropped, .peer, decidedNs: decidedNs)
        return .taken
    }

    private func refusal(_ measure: Measure, _ conditions: [Condition]) -> String? {
        guard ([measure.person] + conditions.compactMap(\.other)).allSatisfy({ draft.person($0) != nil }) else {
            return "person_unknown"
        }
        let before = draft.measure(measure.id)
        guard before == nil || before?.person == measure.person else { return "person_differs" }
        guard before != nil || draft.hasRoomForMeasure, draft.hasRoom(forConditions: conditions.count) else {
            return "full"
        }
        for condition in conditions {
            guard let old = draft.condition(condition.id) else { continue }
            guard old.person == condition.person, old.measure.isEmpty || old.measure == measure.id else {
                return "condition_of_other"
            }
        }
        return nil
    }

    private func isNoted(_ document: [UInt8], of subject: Subject) -> Bool {
        fresh[subject]?.contains(document) ?? false
            || exchange.history[subject]?.contains { $0.document == document } ?? false
    }

    /// The later decision wins; of two of one instant that of Justice, and of two of Justice the one that it sent later:
    /// its messages are numbered, and taken in that order.
    private func wins(_ new: RevisionMark, over old: RevisionMark) -> Bool { new.decidedNs >= old.decidedNs }

    /// Both sides changed it when i+Belgium had not yet what stood here.
    private mutating func noteConflict(_ subject: Subject, winner: RevisionMark, over old: RevisionMark) {
        guard old.source == .own, old.version > old.acknowledged else { return }
        conflict(subject, .peer, winner.decidedNs, old.decidedNs)
    }

    private mutating func lose(
        _ subject: Subject, _ mark: RevisionMark, _ document: [UInt8], to winner: RevisionMark
    ) {
        fresh[subject, default: []].append(document)
        events.append(
            .revised(
                subject,
                Revision(
                    version: winner.version, decidedNs: mark.decidedNs, atNs: atNs, source: .peer, isLost: true,
                    by: by, document: document)))
        if winner.source == .own { conflict(subject, .own, winner.decidedNs, mark.decidedNs) }
    }

    private mutating func conflict(
        _ subject: Subject, _ winner: RevisionSource, _ winnerNs: Nanoseconds, _ loserNs: Nanoseconds
    ) {
        let number = exchange.nextConflict + conflictCount
        conflictCount += 1
        events.append(
            .conflicted(
                Conflict(
                    number: number, subject: subject, atNs: atNs, winner: winner, winnerDecidedNs: winnerNs,
                    loserDecidedNs: loserNs)))
    }
}
