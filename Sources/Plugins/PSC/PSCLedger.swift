import ANPRCore

/// The state of PSC: what all its events made of it, beside the files' layer of the register. Changes by `PSCEvent`
/// alone.
struct PSCLedger {
    var register = ConditionRegister()
    private(set) var repeats: RepeatWindow
    private(set) var passages = Passages()
    private(set) var book: BreachBook
    private(set) var duties: [String: Duty] = [:]
    private(set) var exchange = Exchange()

    static let stateVersion: UInt16 = 2

    init(repeatNs: Nanoseconds, breachesMax: Int = BreachBook.breachesMaxDefault) {
        repeats = RepeatWindow(lengthNs: repeatNs)
        book = BreachBook(breachesMax: breachesMax)
    }

    mutating func apply(_ event: PSCEvent) throws(PSCProblem) {
        switch event {
        case .alerted(let atNs, let key): repeats.insert(key, at: atNs)
        case .personPut(let person): register.put(person)
        case .measurePut(let measure): register.put(measure)
        case .conditionPut(let condition): register.put(condition)
        case .breached(let breach, let key):
            repeats.insert(key, at: breach.atNs)
            book.add(breach)
        case .breachMoved(let move): try apply(move)
        case .findingMade(let id, let finding):
            var breach = try breach(id)
            breach.finding = finding
            book.replace(breach)
        case .findingAsked(let id, let asks, let waitNs):
            var breach = try breach(id)
            breach.finding?.asks = asks
            breach.finding?.waitNs = waitNs
            book.replace(breach)
        case .passed(let person, let sighting): passages.insert(sighting, of: person)
        case .passagesForgotten(let beforeNs): passages.forget(before: beforeNs)
        case .breachesForgotten(let beforeNs): book.forget(before: beforeNs)
        case .dutyStarted(let condition, let day): duties[condition] = Duty(sinceDay: day)
        case .dutyJudged(let condition, let day):
            guard duties[condition] != nil else { throw PSCProblem("'\(condition)' has no duty that began") }
            duties[condition]?.sinceDay = day
        case .reported(let condition, let atNs):
            guard duties[condition] != nil else { throw PSCProblem("'\(condition)' has no duty that began") }
            duties[condition]?.note(atNs)
        case .measureEndTold(let id):
            guard var measure = register.measures[id] else { throw PSCProblem("there is no measure '\(id)'") }
            measure.isEndTold = true
            register.put(measure)
        default: try applyExchange(event)
        }
    }

    private mutating func apply(_ move: PSCEvent.BreachMove) throws(PSCProblem) {
        var breach = try breach(move.breach)
        guard breach.state.next.contains(move.to) else {
            throw PSCProblem("breach '\(move.breach)' cannot go from \(breach.state.name) to \(move.to.name)")
        }
        breach.state = move.to
        (breach.by, breach.movedNs, breach.note) = (move.by, move.atNs, move.note)
        breach.finding?.waitNs = move.waitNs
        book.replace(breach)
    }

    private func breach(_ id: String) throws(PSCProblem) -> Breach {
        guard let breach = book[id] else { throw PSCProblem("there is no breach '\(id)'") }
        return breach
    }

    private mutating func applyExchange(_ event: PSCEvent) throws(PSCProblem) {
        switch event {
        case .inboxAsked(let number, let waitNs): exchange.asked(number, waitNs: waitNs)
        case .inboxTaken(let after, let waitNs): exchange.took(after: after, waitNs: waitNs)
        case .revised(let subject, let revision): exchange.note(revision, of: subject)
        case .conflicted(let conflict): exchange.add(conflict)
        case .conflictClosed(let number, let by, let note):
            guard exchange.close(number, by: by, note: note) else { throw PSCProblem("no open conflict \(number)") }
        case .acknowledged(let subject, let version): acknowledge(subject, version)
        case .messageRefused(let message): exchange.refuse(message)
        default: preconditionFailure("`apply` has taken all others")
        }
    }

    private mutating func acknowledge(_ subject: Subject, _ version: UInt32) {
        switch subject.kind {
        case .person:
            guard var person = register.persons[subject.id] else { return }
            person.revision.acknowledged = max(person.revision.acknowledged, version)
            register.put(person)
        case .measure:
            guard var measure = register.measures[subject.id] else { return }
            measure.revision.acknowledged = max(measure.revision.acknowledged, version)
            register.put(measure)
        }
    }

    // MARK: Snapshot

    func write(into bytes: inout [UInt8]) {
        repeats.write(into: &bytes)
        register.write(into: &bytes)
        passages.write(into: &bytes)
        book.write(into: &bytes)
        bytes.append(number: UInt32(duties.count))
        for (condition, duty) in duties.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: condition)
            duty.write(into: &bytes)
        }
        exchange.write(into: &bytes)
    }

    /// False when the bytes are not what `write` wrote, in this version or the first.
    mutating func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) -> Bool {
        var reader = ByteReader(bytes)
        if version == 1 { return repeats.restore(&reader, isFirstVersion: true) && reader.isAtEnd }
        guard version == Self.stateVersion, repeats.restore(&reader), register.restore(&reader),
            passages.restore(&reader), book.restore(&reader), let count = reader.number(UInt32.self)
        else { return false }
        for _ in 0..<count {
            guard let condition = reader.text(), let duty = Duty(&reader) else { return false }
            duties[condition] = duty
        }
        return exchange.restore(&reader) && reader.isAtEnd
    }
}

/// An event or a snapshot that PSC did not write, or that does not fit what is there.
struct PSCProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
