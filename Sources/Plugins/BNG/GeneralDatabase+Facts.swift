import ANPRCore

/// What others found becomes a fact, linked to the vehicle and the place. Each once, by its identity.
extension GeneralDatabase {
    /// Full: nothing may be lost, so the streams wait.
    struct Full: Error, CustomStringConvertible {
        let description = "BNG holds as much as it may (records_max)"
    }

    /// Of what machines find.
    private static let machine = "bng"

    /// A fact to be, with what it is linked to.
    struct Finding {
        let identity: String
        let kind: String
        let title: String
        var state = ""
        let source: String
        let origin: String
        let atNs: Nanoseconds
        var isCovert = false
        var vehicle: String?
        var place: (name: String, road: String)?
        var pv: String?
        /// Another fact, whose vehicle and place are this one's too.
        var fact: String?
    }

    func decide(_ hit: Hit, into events: inout LedgerEvents) throws(Full) {
        tally.hits += 1
        guard !hit.flags.contains(.repeated) else {
            tally.repeated += 1
            return
        }
        let read = hit.read
        let identity = "hit \(read.id)"
        guard register.record(.fact, key: identity) == nil else {
            tally.hitsKnown += 1
            return
        }
        let entry = knowledge.entry(hit.best.entry, run: hit.run)
        let camera = knowledge.camera(read.camera)
        var finding = Finding(
            identity: identity, kind: "hit", title: entry.map { "\($0.list) \($0.caseNumber): \($0.reason)" } ?? "",
            state: hit.best.kind.name, source: entry?.action ?? "", origin: "hits", atNs: read.capturedNs)
        finding.isCovert = entry?.isCovert ?? false
        finding.vehicle = VehicleKey.text(read.plate, read.country)
        finding.place = (camera?.site ?? "camera \(read.camera)", camera?.road ?? "")
        try note(finding, into: &events)
        tally.hitFacts += 1
    }

    func decide(_ event: DomainEvent, into events: inout LedgerEvents) throws(Full) {
        tally.events += 1
        guard let body = try? JSON5Value(text: String(decoding: event.body, as: UTF8.self)) else {
            tally.eventsUnknown += 1
            return
        }
        if event.kind == FactKind.fileMoved { return moved(event, body, into: &events) }
        guard let finding = FactKind.finding(event, body, camera: { knowledge.camera($0) }) else {
            tally.eventsUnknown += 1
            return
        }
        guard register.record(.fact, key: finding.identity) == nil else {
            tally.eventsKnown += 1
            return
        }
        try note(finding, into: &events)
        tally.eventFacts += 1
    }

    /// A fine's file went on: a version of its fact.
    private func moved(_ event: DomainEvent, _ body: JSON5Value, into events: inout LedgerEvents) {
        guard let number = register.record(.fact, key: FactKind.identity(file: event.id)),
            let state = body["to"]?.string, state.utf8.count <= 200
        else {
            tally.eventsUnknown += 1
            return
        }
        let record = register.records[number]
        var version = register.content(of: register.versions[record.head])
        guard version.texts[2] != state else {
            tally.eventsKnown += 1
            return
        }
        version.texts[2] = state
        version.note = body["cause"]?.string.map { String($0.prefix(100)) } ?? ""
        version.atNs = max(version.atNs, clockNs, event.atNs)
        version.dueDay = rules.dueDay(.fact, day: day(version.atNs))
        (version.by, version.origin) = (Self.machine, event.origin)
        BNGEvent.versioned(record: number, version).append(to: &events)
        tally.factVersions += 1
    }

    // MARK: Records and links of a fact

    private func note(_ finding: Finding, into events: inout LedgerEvents) throws(Full) {
        guard !isFull else { throw Full() }
        var draft = RecordDraft(register)
        let nowNs = max(clockNs, finding.atNs)
        let fact = draft.record(
            .fact, key: finding.identity,
            version(
                .fact, nowNs, finding, classification: finding.isCovert ? "covert" : options.classification,
                [finding.kind, finding.title, finding.state, finding.source]))
        if let key = finding.vehicle {
            let vehicle = ready(.vehicle, key, nowNs, finding, ["", "", "", ""], &draft)
            link(fact, vehicle, "vehicle", nowNs, &draft)
        }
        if let place = finding.place {
            let number = ready(.place, place.name, nowNs, finding, ["", "", place.road, ""], &draft)
            link(fact, number, "place", nowNs, &draft)
        }
        if let pv = finding.pv.flatMap({ register.record(.pv, key: $0) }) { link(fact, pv, "pv", nowNs, &draft) }
        if let source = finding.fact.flatMap({ register.record(.fact, key: $0) }) {
            link(fact, source, "from", nowNs, &draft)
            for role in ["vehicle", "place"] {
                if let other = other(of: source, role: role) { link(fact, other, role, nowNs, &draft) }
            }
        }
        draft.write(into: &events)
    }

    private func version(
        _ category: RecordCategory, _ nowNs: Nanoseconds, _ finding: Finding, classification: String,
        _ texts: [String]
    ) -> NewVersion {
        NewVersion(
            atNs: nowNs, happenedNs: finding.atNs, by: Self.machine, origin: finding.origin,
            classification: classification, texts: texts, dueDay: rules.dueDay(category, day: day(nowNs)))
    }

    /// The record of that key, made when there is none.
    private func ready(
        _ category: RecordCategory, _ key: String, _ nowNs: Nanoseconds, _ finding: Finding, _ texts: [String],
        _ draft: inout RecordDraft
    ) -> UInt32 {
        register.record(category, key: key)
            ?? draft.record(
                category, key: key,
                version(category, nowNs, finding, classification: options.classification, texts))
    }

    private func link(_ a: UInt32, _ b: UInt32, _ role: String, _ nowNs: Nanoseconds, _ draft: inout RecordDraft) {
        let today = day(nowNs)
        func dueDay(_ number: UInt32) -> Int32 {
            // One that this draft begins has its own day, which is no earlier.
            register.records.has(number) ? rules.dueDay(register.records[number].category, day: today) : 0
        }
        draft.add(
            .linked(
                NewLink(
                    atNs: nowNs, a: a, b: b, role: role, by: Self.machine, dueDayOfA: dueDay(a), dueDayOfB: dueDay(b))))
    }

    /// What a fact is linked to in a role.
    private func other(of fact: UInt32, role: String) -> UInt32? {
        var found: UInt32?
        register.forEachLink(of: fact) { _, link in
            if link.a == fact, link.holds, register.text(link.role) == role { found = link.b }
            return found == nil
        }
        return found
    }
}
