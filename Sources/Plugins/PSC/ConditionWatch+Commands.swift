import ANPRCore

/// What people do to persons, measures and conditions. A refusal is an answer, with a stable word: nothing has happened.
extension ConditionWatch {
    func command(_ command: PSCCommand, by: String, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        var desk = ChangeDesk(ledger, by: by, atNs: clockNs)
        let answer: [UInt8]
        if let changed = try change(command, &desk) {
            answer = changed
        } else {
            answer = try verdict(command, by: by, into: &events)
        }
        desk.append(to: &events)
        return answer
    }

    /// Nil: the command changes no person, measure or condition.
    private func change(_ command: PSCCommand, _ desk: inout ChangeDesk) throws(Refusal) -> [UInt8]? {
        switch command {
        case .addPerson(let person): try add(person, &desk)
        case .changePerson(let id, let name):
            var person = try person(id, desk)
            person.name = name
            desk.put(person)
        case .link(let id, let plate): try link(id, plate, &desk)
        case .unlink(let id, let plate, let atNs): try unlink(id, plate, atNs, &desk)
        case .openMeasure(let measure, let decidedNs): try open(measure, decidedNs, &desk)
        case .amendMeasure(let id, let amendment, let decidedNs): try amend(id, amendment, decidedNs, &desk)
        case .endMeasure(let id, let atNs, let decidedNs):
            var measure = try measure(id, decidedNs: decidedNs, desk)
            guard atNs > measure.fromNs else { throw Refusal("too_early", "it had not begun then: amend it") }
            guard atNs < measure.toNs else { throw Refusal("ended", "it ends before that already") }
            measure.toNs = atNs
            desk.put(measure, decidedNs: decidedNs)
        case .addCondition(let condition): try add(condition, &desk)
        case .endCondition(let id, let atNs, let decidedNs): try end(id, atNs, decidedNs, &desk)
        case .attachCondition(let id, let measure): try attach(id, measure, &desk)
        case .report, .confirm, .dismiss, .resend, .acknowledge, .closeConflict: return nil
        }
        return Self.answer(command, desk)
    }

    /// What was changed, as it stands now.
    private static func answer(_ command: PSCCommand, _ desk: ChangeDesk) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        switch command {
        case .addPerson(let person): write(person.id, desk, into: &line)
        case .changePerson(let id, _), .link(let id, _), .unlink(let id, _, _): write(id, desk, into: &line)
        case .openMeasure(let measure, _): write(measure: measure.id, desk, into: &line)
        case .amendMeasure(let id, _, _), .endMeasure(let id, _, _): write(measure: id, desk, into: &line)
        case .addCondition(let condition): write(condition: condition.id, desk, into: &line)
        case .endCondition(let id, _, _), .attachCondition(let id, _): write(condition: id, desk, into: &line)
        default: break
        }
        line.end()
        return line.bytes
    }

    private static func write(_ person: String, _ desk: ChangeDesk, into line: inout JSONLine) {
        line.field("person", person)
        line.field("version", desk.draft.person(person)?.revision.version ?? 0)
        line.field("plates", desk.draft.person(person)?.plates.count ?? 0)
    }

    private static func write(measure id: String, _ desk: ChangeDesk, into line: inout JSONLine) {
        guard let measure = desk.draft.measure(id) else { return }
        line.field("measure", id)
        line.field("version", measure.revision.version)
        line.field("valid_from", ConditionText.end(measure.fromNs))
        line.field("valid_to", ConditionText.end(measure.toNs))
        line.field("conditions", list: desk.draft.conditions(on: id).map(\.id))
    }

    private static func write(condition id: String, _ desk: ChangeDesk, into line: inout JSONLine) {
        guard let condition = desk.draft.condition(id) else { return }
        line.field("condition", id)
        line.field("measure", condition.measure)
        line.field("valid_from", ConditionText.end(condition.fromNs))
        line.field("valid_to", ConditionText.end(condition.toNs))
    }

    // MARK: Persons

    private func person(_ id: String, _ desk: ChangeDesk) throws(Refusal) -> Person {
        guard let person = desk.draft.person(id) else { throw Refusal("unknown", "there is no person '\(id)'") }
        return person
    }

    private func add(_ person: Person, _ desk: inout ChangeDesk) throws(Refusal) {
        guard desk.draft.person(person.id) == nil else {
            throw Refusal("exists", "there is a person '\(person.id)' already")
        }
        guard desk.draft.hasRoomForPerson else {
            throw Refusal("full", "PSC holds at most \(ConditionRegister.personsMax) persons")
        }
        desk.put(person)
    }

    private func link(_ id: String, _ plate: PersonPlate, _ desk: inout ChangeDesk) throws(Refusal) {
        var person = try person(id, desk)
        guard
            !person.plates.contains(where: { known in
                known.plate == plate.plate && known.fromNs < plate.toNs && plate.fromNs < known.toNs
            })
        else { throw Refusal("exists", "\(plate.plate) is '\(id)''s at some of that time already") }
        guard person.plates.count < Person.platesMax else {
            throw Refusal("full", "a person has at most \(Person.platesMax) plates")
        }
        person.plates.append(plate)
        desk.put(person)
    }

    private func unlink(
        _ id: String, _ plate: Plate, _ atNs: Nanoseconds, _ desk: inout ChangeDesk
    ) throws(Refusal) {
        var person = try person(id, desk)
        guard let at = person.plates.firstIndex(where: { $0.plate == plate && $0.holds(at: atNs) }) else {
            throw Refusal("not_linked", "\(plate) is not '\(id)''s then")
        }
        if person.plates[at].fromNs == atNs { person.plates.remove(at: at) } else { person.plates[at].toNs = atNs }
        desk.put(person)
    }

    // MARK: Measures

    /// One that may be changed by a decision of that instant.
    private func measure(
        _ id: String, decidedNs: Nanoseconds, _ desk: ChangeDesk
    ) throws(Refusal) -> Measure {
        guard let measure = desk.draft.measure(id) else { throw Refusal("unknown", "there is no measure '\(id)'") }
        try checkDecided(decidedNs)
        guard decidedNs >= measure.revision.decidedNs else {
            let there = Instant.format(measure.revision.decidedNs)
            throw Refusal("older_decision", "what is in force was decided later, on \(there)")
        }
        return measure
    }

    private func checkDecided(_ decidedNs: Nanoseconds) throws(Refusal) {
        guard decidedNs <= clockNs else { throw Refusal("in_future", "the decision would be in the future") }
    }

    private func open(_ measure: Measure, _ decidedNs: Nanoseconds, _ desk: inout ChangeDesk) throws(Refusal) {
        guard desk.draft.measure(measure.id) == nil else {
            throw Refusal("exists", "there is a measure '\(measure.id)' already")
        }
        guard desk.draft.hasRoomForMeasure else {
            throw Refusal("full", "PSC holds at most \(ConditionRegister.measuresMax) measures")
        }
        try checkDecided(decidedNs)
        _ = try person(measure.person, desk)
        desk.own(person: measure.person)
        desk.put(measure, decidedNs: decidedNs)
    }

    private func amend(
        _ id: String, _ amendment: PSCCommand.Amendment, _ decidedNs: Nanoseconds, _ desk: inout ChangeDesk
    ) throws(Refusal) {
        var measure = try measure(id, decidedNs: decidedNs, desk)
        measure.authority = amendment.authority ?? measure.authority
        measure.reference = amendment.reference ?? measure.reference
        measure.fromNs = amendment.fromNs ?? measure.fromNs
        measure.toNs = amendment.toNs ?? measure.toNs
        guard measure.fromNs < measure.toNs else { throw Refusal("wrong", "it would end before it begins") }
        desk.put(measure, decidedNs: decidedNs)
    }

    // MARK: Conditions

    private func condition(_ id: String, _ desk: ChangeDesk) throws(Refusal) -> Condition {
        guard let condition = desk.draft.condition(id) else {
            throw Refusal("unknown", "there is no condition '\(id)'")
        }
        return condition
    }

    private func add(_ condition: Condition, _ desk: inout ChangeDesk) throws(Refusal) {
        guard desk.draft.condition(condition.id) == nil else {
            throw Refusal("exists", "there is a condition '\(condition.id)' already")
        }
        guard desk.draft.hasRoom(forConditions: 1) else {
            throw Refusal("full", "PSC holds at most \(ConditionRegister.conditionsMax) conditions")
        }
        for id in [condition.person, condition.other].compactMap({ $0 }) {
            _ = try person(id, desk)
            desk.own(person: id)
        }
        guard !condition.measure.isEmpty else {
            desk.put(condition)
            return
        }
        let measure = try measureOf(condition, named: condition.measure, desk)
        desk.put(measure, [condition], decidedNs: measure.revision.decidedNs)
    }

    /// With room for one condition more.
    private func measureOf(_ condition: Condition, named id: String, _ desk: ChangeDesk) throws(Refusal) -> Measure {
        guard let measure = desk.draft.measure(id) else { throw Refusal("unknown", "there is no measure '\(id)'") }
        guard measure.person == condition.person else {
            throw Refusal("other_person", "measure '\(id)' is on '\(measure.person)'")
        }
        guard desk.draft.conditions(on: id).count < ExchangeMessage.conditionsMax else {
            throw Refusal("full", "a measure has at most \(ExchangeMessage.conditionsMax) conditions")
        }
        return measure
    }

    private func end(
        _ id: String, _ atNs: Nanoseconds, _ decidedNs: Nanoseconds, _ desk: inout ChangeDesk
    ) throws(Refusal) {
        var condition = try condition(id, desk)
        guard atNs > condition.fromNs else { throw Refusal("too_early", "it had not begun then") }
        guard atNs < condition.toNs else { throw Refusal("ended", "it ends before that already") }
        condition.toNs = atNs
        for person in [condition.person, condition.other].compactMap({ $0 }) { desk.own(person: person) }
        guard !condition.measure.isEmpty else {
            desk.put(condition)
            return
        }
        let measure = try measure(condition.measure, decidedNs: decidedNs, desk)
        desk.put(measure, [condition], decidedNs: decidedNs)
    }

    private func attach(_ id: String, _ measureID: String, _ desk: inout ChangeDesk) throws(Refusal) {
        var condition = try condition(id, desk)
        guard condition.measure.isEmpty else {
            throw Refusal("attached", "it rests on '\(condition.measure)' already")
        }
        let measure = try measureOf(condition, named: measureID, desk)
        for person in [condition.person, condition.other].compactMap({ $0 }) { desk.own(person: person) }
        condition.measure = measureID
        desk.put(measure, [condition], decidedNs: measure.revision.decidedNs)
    }
}
