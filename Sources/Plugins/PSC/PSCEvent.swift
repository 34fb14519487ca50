import ANPRCore

/// What happens to persons under conditions, as the ledger keeps it. A kind keeps its number and its layout for ever.
enum PSCEvent: Equatable {
    /// Of the first version, read only: an alert went out, for a condition at a camera in the window of an instant.
    case alerted(atNs: Nanoseconds, RepeatWindow.Key)
    case personPut(Person)
    case measurePut(Measure)
    case conditionPut(Condition)
    /// The first of its window.
    case breached(Breach, RepeatWindow.Key)
    case breachMoved(BreachMove)
    case findingMade(breach: String, Breach.Finding)
    /// Justice was asked whether it still has a finding.
    case findingAsked(breach: String, asks: UInt32, waitNs: Nanoseconds)
    case passed(person: String, Sighting)
    case passagesForgotten(beforeNs: Nanoseconds)
    case dutyStarted(condition: String, day: Int32)
    /// The period up to that day is judged.
    case dutyJudged(condition: String, day: Int32)
    case reported(condition: String, atNs: Nanoseconds)
    case measureEndTold(String)
    case inboxAsked(number: UInt64, waitNs: Nanoseconds)
    case inboxTaken(after: UInt64, waitNs: Nanoseconds)
    case revised(Subject, Revision)
    case conflicted(Conflict)
    case conflictClosed(UInt32, by: String, note: String)
    /// i+Belgium has that version.
    case acknowledged(Subject, version: UInt32)
    case messageRefused(RefusedMessage)
    /// Kept as long as the law allows: those of before then, but those whose finding is under way.
    case breachesForgotten(beforeNs: Nanoseconds)

    struct BreachMove: Equatable {
        let breach: String
        let to: BreachState
        let by: String
        let atNs: Nanoseconds
        let note: String
        /// When Justice is asked about the finding; `.max`: never.
        let waitNs: Nanoseconds
    }

    private enum Kind: UInt16 {
        case alerted = 1, personPut, measurePut, conditionPut, breached, breachMoved, findingMade, findingAsked, passed,
            passagesForgotten, dutyStarted, dutyJudged, reported, measureEndTold, inboxAsked, inboxTaken, revised,
            conflicted, conflictClosed, acknowledged, messageRefused, breachesForgotten
    }

    private var kind: Kind {
        switch self {
        case .alerted: .alerted
        case .personPut: .personPut
        case .measurePut: .measurePut
        case .conditionPut: .conditionPut
        case .breached: .breached
        case .breachMoved: .breachMoved
        case .findingMade: .findingMade
        case .findingAsked: .findingAsked
        case .passed: .passed
        case .passagesForgotten: .passagesForgotten
        case .dutyStarted: .dutyStarted
        case .dutyJudged: .dutyJudged
        case .reported: .reported
        case .measureEndTold: .measureEndTold
        case .inboxAsked: .inboxAsked
        case .inboxTaken: .inboxTaken
        case .revised: .revised
        case .conflicted: .conflicted
        case .conflictClosed: .conflictClosed
        case .acknowledged: .acknowledged
        case .messageRefused: .messageRefused
        case .breachesForgotten: .breachesForgotten
        }
    }

    func append(to events: inout LedgerEvents) { events.append(kind.rawValue) { write(into: &$0) } }

    private func write(into bytes: inout [UInt8]) {
        switch self {
        case .alerted(let atNs, let key):
            bytes.append(number: atNs)
            bytes.append(text: key.condition)
            bytes.append(number: key.camera)
        case .personPut(let person): person.write(into: &bytes)
        case .measurePut(let measure): measure.write(into: &bytes)
        case .conditionPut(let condition): condition.write(into: &bytes)
        case .breached(let breach, let key):
            key.write(into: &bytes)
            breach.write(into: &bytes)
        case .passed(let person, let sighting):
            bytes.append(text: person)
            sighting.write(into: &bytes)
        case .passagesForgotten(let beforeNs), .breachesForgotten(let beforeNs): bytes.append(number: beforeNs)
        case .dutyStarted(let condition, let day), .dutyJudged(let condition, let day):
            bytes.append(text: condition)
            bytes.append(number: day)
        case .reported(let condition, let atNs):
            bytes.append(text: condition)
            bytes.append(number: atNs)
        case .measureEndTold(let measure): bytes.append(text: measure)
        case .breachMoved, .findingMade, .findingAsked: writeFinding(into: &bytes)
        default: writeExchange(into: &bytes)
        }
    }

    private func writeFinding(into bytes: inout [UInt8]) {
        switch self {
        case .breachMoved(let move):
            bytes.append(texts: [move.breach, move.by, move.note])
            bytes.append(number: move.to.rawValue)
            bytes.append(number: move.atNs)
            bytes.append(number: move.waitNs)
        case .findingMade(let breach, let finding):
            bytes.append(text: breach)
            bytes.append(number: finding.number)
            bytes.append(number: finding.attempt)
            bytes.append(blob: finding.evidence)
        case .findingAsked(let breach, let asks, let waitNs):
            bytes.append(text: breach)
            bytes.append(number: asks)
            bytes.append(number: waitNs)
        default: preconditionFailure("no event of a finding")
        }
    }

    private func writeExchange(into bytes: inout [UInt8]) {
        switch self {
        case .inboxAsked(let number, let waitNs), .inboxTaken(let number, let waitNs):
            bytes.append(number: number)
            bytes.append(number: waitNs)
        case .revised(let subject, let revision):
            subject.write(into: &bytes)
            revision.write(into: &bytes)
        case .conflicted(let conflict): conflict.write(into: &bytes)
        case .conflictClosed(let number, let by, let note):
            bytes.append(number: number)
            bytes.append(texts: [by, note])
        case .acknowledged(let subject, let version):
            subject.write(into: &bytes)
            bytes.append(number: version)
        case .messageRefused(let message): message.write(into: &bytes)
        default: preconditionFailure("no event of the exchange")
        }
    }
}

extension PSCEvent {
    /// Nil when it is none of these.
    init?(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        guard let kind = Kind(rawValue: event.kind), let read = Self.read(kind, &reader), reader.isAtEnd else {
            return nil
        }
        self = read
    }

    private static func read(_ kind: Kind, _ reader: inout ByteReader) -> PSCEvent? {
        switch kind {
        case .alerted:
            guard let atNs = reader.number(Nanoseconds.self), let key = RepeatWindow.Key(first: &reader) else {
                return nil
            }
            return .alerted(atNs: atNs, key)
        case .personPut: return Person(&reader).map { .personPut($0) }
        case .measurePut: return Measure(&reader).map { .measurePut($0) }
        case .conditionPut: return Condition(&reader).map { .conditionPut($0) }
        case .breached:
            guard let key = RepeatWindow.Key(&reader), let breach = Breach(&reader) else { return nil }
            return .breached(breach, key)
        case .passed:
            guard let person = reader.text(), let sighting = Sighting(&reader) else { return nil }
            return .passed(person: person, sighting)
        case .passagesForgotten: return reader.number(Nanoseconds.self).map { .passagesForgotten(beforeNs: $0) }
        case .breachesForgotten: return reader.number(Nanoseconds.self).map { .breachesForgotten(beforeNs: $0) }
        case .dutyStarted, .dutyJudged:
            guard let condition = reader.text(), let day = reader.number(Int32.self) else { return nil }
            return kind == .dutyStarted
                ? .dutyStarted(condition: condition, day: day) : .dutyJudged(condition: condition, day: day)
        case .reported:
            guard let condition = reader.text(), let atNs = reader.number(Nanoseconds.self) else { return nil }
            return .reported(condition: condition, atNs: atNs)
        case .measureEndTold: return reader.text().map { .measureEndTold($0) }
        case .breachMoved, .findingMade, .findingAsked: return readFinding(kind, &reader)
        default: return readExchange(kind, &reader)
        }
    }

    private static func readFinding(_ kind: Kind, _ reader: inout ByteReader) -> PSCEvent? {
        if kind == .breachMoved {
            guard let texts = reader.texts(3), let to = reader.number(UInt8.self).flatMap(BreachState.init),
                let atNs = reader.number(Nanoseconds.self), let waitNs = reader.number(Nanoseconds.self)
            else { return nil }
            return .breachMoved(
                BreachMove(breach: texts[0], to: to, by: texts[1], atNs: atNs, note: texts[2], waitNs: waitNs))
        }
        guard let breach = reader.text(), let number = reader.number(UInt32.self) else { return nil }
        if kind == .findingAsked {
            return reader.number(Nanoseconds.self).map { .findingAsked(breach: breach, asks: number, waitNs: $0) }
        }
        guard let attempt = reader.number(UInt32.self), let evidence = reader.blob() else { return nil }
        return .findingMade(
            breach: breach, Breach.Finding(number: number, attempt: attempt, evidence: evidence))
    }

    private static func readExchange(_ kind: Kind, _ reader: inout ByteReader) -> PSCEvent? {
        switch kind {
        case .inboxAsked, .inboxTaken:
            guard let number = reader.number(UInt64.self), let waitNs = reader.number(Nanoseconds.self) else {
                return nil
            }
            return kind == .inboxAsked
                ? .inboxAsked(number: number, waitNs: waitNs) : .inboxTaken(after: number, waitNs: waitNs)
        case .revised:
            guard let subject = Subject(&reader), let revision = Revision(&reader) else { return nil }
            return .revised(subject, revision)
        case .conflicted: return Conflict(&reader).map { .conflicted($0) }
        case .conflictClosed:
            guard let number = reader.number(UInt32.self), let texts = reader.texts(2) else { return nil }
            return .conflictClosed(number, by: texts[0], note: texts[1])
        case .acknowledged:
            guard let subject = Subject(&reader), let version = reader.number(UInt32.self) else { return nil }
            return .acknowledged(subject, version: version)
        case .messageRefused: return RefusedMessage(&reader).map { .messageRefused($0) }
        default: return nil
        }
    }
}
