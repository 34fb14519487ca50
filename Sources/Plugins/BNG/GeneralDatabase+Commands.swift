import ANPRCore

/// What people tell.
extension GeneralDatabase {
    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        see(call.atNs)
        do throws(Refusal) {
            guard !isFull else { throw Refusal("full", "BNG holds as much as it may (records_max)") }
            var draft = RecordDraft(register)
            var answer = JSONLine()
            answer.begin()
            switch try BNGCommand(call) {
            case .add(let new): try add(new, call, &draft, &answer)
            case .change(let reference, let change):
                try self.change(try register.known(reference), change, call, &draft, &answer)
            case .link(let a, let b, let role, let note):
                try link(try register.known(a), try register.known(b), role: role, note: note, call, &draft, &answer)
            case .endLink(let link, let note): try end(link, note: note, call, &draft, &answer)
            case .send(let reference): try sendPV(try register.known(reference), call.atNs, &draft, &answer)
            }
            answer.end()
            draft.write(into: &events)
            tally.commands += 1
            return answer.bytes
        } catch {
            tally.refused += 1
            throw error
        }
    }

    private func active(_ number: UInt32) throws(Refusal) -> Record {
        let record = register.records[number]
        guard record.state == .active else {
            throw Refusal("not_in_state", "\(RecordReference.text(number)) is \(record.state.name)")
        }
        return record
    }

    private func classification(_ name: String, _ atNs: Nanoseconds) throws(Refusal) -> RecordRules.Classification {
        guard let found = rules.classification(name, day: day(atNs)) else {
            throw Refusal("wrong", "no classification '\(name)' is in force")
        }
        return found
    }

    // MARK: Records

    private func add(
        _ new: NewRecord, _ call: PluginCall, _ draft: inout RecordDraft, _ answer: inout JSONLine
    ) throws(Refusal) {
        if let known = register.record(new.category, key: new.key) {
            throw Refusal("exists", "\(new.category.name) '\(new.key)' is \(RecordReference.text(known))")
        }
        let recordedNs = new.recordedNs ?? call.atNs
        guard recordedNs <= call.atNs, new.happenedNs ?? recordedNs <= call.atNs else {
            throw Refusal("in_future", "it would be in the future")
        }
        let classification = try classification(new.classification ?? options.classification, call.atNs)
        let version = NewVersion(
            atNs: recordedNs, happenedNs: new.happenedNs ?? (new.category == .person ? .min : recordedNs), by: call.by,
            origin: new.origin, classification: classification.name, texts: new.texts,
            dueDay: rules.dueDay(new.category, day: day(recordedNs)))
        let number = draft.record(new.category, key: new.key, version)
        answer.field("record", RecordReference.text(number))
        answer.field("category", new.category.name)
        if !new.key.isEmpty { answer.field("key", new.key) }
        answer.field("version", 1)
        switch new.sending {
        case .none: break
        case .now:
            guard classification.isSent else {
                throw Refusal("not_sent", "what is classified '\(classification.name)' stays here")
            }
            send(number, version: 1, key: new.key, version, atNs: call.atNs, &draft)
        case .before:
            draft.add(.exchanged(BNGEvent.Move(record: number, to: .taken, version: 1, atNs: recordedNs)))
        }
    }

    private func change(
        _ number: UInt32, _ change: RecordChange, _ call: PluginCall, _ draft: inout RecordDraft,
        _ answer: inout JSONLine
    ) throws(Refusal) {
        let record = try active(number)
        let last = register.versions[record.head]
        var texts = register.texts(of: last)
        for (name, text) in change.texts {
            guard let index = record.category.textNames.firstIndex(of: name) else {
                throw Refusal("wrong", "'\(name)' is not of a \(record.category.name)")
            }
            texts[index] = text
        }
        let happenedNs = change.happenedNs ?? last.happenedNs
        guard happenedNs <= call.atNs else { throw Refusal("in_future", "it would be in the future") }
        let name = change.classification ?? register.text(last.classification)
        if change.classification != nil { _ = try classification(name, call.atNs) }
        let isSame =
            texts == register.texts(of: last) && happenedNs == last.happenedNs
            && name == register.text(last.classification)
        guard !isSame else { throw Refusal("same", "nothing of it is new") }
        let version = NewVersion(
            atNs: max(call.atNs, last.atNs), happenedNs: happenedNs, by: call.by, origin: change.origin,
            note: change.note, classification: name, texts: texts,
            dueDay: rules.dueDay(record.category, day: day(call.atNs)))
        draft.add(.versioned(record: number, version))
        sendAgain(number, record, version, &draft)
        answer.field("record", RecordReference.text(number))
        answer.field("version", Int(record.versions) + 1)
    }

    // MARK: Links

    private func link(
        _ a: UInt32, _ b: UInt32, role: String, note: String, _ call: PluginCall, _ draft: inout RecordDraft,
        _ answer: inout JSONLine
    ) throws(Refusal) {
        guard a != b else { throw Refusal("wrong", "a record is not linked to itself") }
        let (first, second) = (try active(a), try active(b))
        guard !register.isLinked(a, b, role: role) else { throw Refusal("exists", "that link holds already") }
        let today = day(call.atNs)
        draft.add(
            .linked(
                NewLink(
                    atNs: call.atNs, a: a, b: b, role: role, by: call.by, note: note,
                    dueDayOfA: rules.dueDay(first.category, day: today),
                    dueDayOfB: rules.dueDay(second.category, day: today))))
        answer.field("link", register.links.count + 1)
        answer.field("record", RecordReference.text(a))
        answer.field("other", RecordReference.text(b))
        answer.field("role", role)
    }

    private func end(
        _ link: UInt32, note: String, _ call: PluginCall, _ draft: inout RecordDraft, _ answer: inout JSONLine
    ) throws(Refusal) {
        guard register.links.has(link), register.links[link].isErased == 0 else {
            throw Refusal("unknown", "there is no link \(link)")
        }
        guard register.links[link].holds else { throw Refusal("not_in_state", "link \(link) has ended") }
        draft.add(.linkEnded(link: link, atNs: max(call.atNs, register.links[link].atNs), by: call.by, note: note))
        answer.field("link", Int(link))
        answer.field("state", "ended")
    }
}
