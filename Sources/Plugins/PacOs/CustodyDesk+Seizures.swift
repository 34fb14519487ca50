import ANPRCore

extension CustodyDesk {
    mutating func openSeizure(
        _ pv: String, _ seizedNs: Nanoseconds, _ place: String, _ service: Service, _ draft: Int?
    ) throws(Refusal) {
        guard seizedNs <= atNs else { throw Refusal("in_future", "the seizure would be in the future") }
        if let draft { try checkOpen(draft) }
        let name = "SZ-\(register.seizures.count + 1)"
        guard register.seizure(name) == nil else { throw Refusal("exists", "a loaded seizure is called \(name)") }
        add(
            .seizureOpened(
                SeizureOpened(
                    atNs: atNs, seizedNs: seizedNs, name: name, pv: pv, place: place, by: by,
                    draft: UInt32(draft ?? 0), service: service, isLoaded: false)))
        say("seizure", name)
        say("pv", pv)
    }

    private func checkOpen(_ draft: Int) throws(Refusal) {
        guard draft <= register.drafts.count else { throw Refusal("unknown", "there is no draft DR-\(draft)") }
        guard register.drafts[draft - 1].isOpen else {
            throw Refusal("not_in_state", "draft DR-\(draft) is \(register.drafts[draft - 1].state)")
        }
    }

    mutating func dropDraft(_ draft: Int, _ note: String) throws(Refusal) {
        try checkOpen(draft)
        add(.draftDropped(draft: UInt32(draft), by: by, note: note))
        say("draft", "DR-\(draft)")
        say("state", "dropped")
    }

    private func openSeizure(_ name: String) throws(Refusal) -> Int {
        guard let seizure = register.seizure(name) else { throw Refusal("unknown", "there is no seizure '\(name)'") }
        guard !register.seizures[seizure].isClosed else {
            throw Refusal("not_in_state", "seizure '\(name)' is closed: its list of exhibits is complete")
        }
        return seizure
    }

    mutating func closeSeizure(_ name: String) throws(Refusal) {
        let seizure = try openSeizure(name)
        let row = register.seizures[seizure]
        guard row.exhibitCount > 0 else { throw Refusal("empty", "seizure '\(name)' has no exhibit") }
        add(.seizureClosed(UInt32(seizure + 1)))
        tell(SeizureTold.tiding(register, seizure))
        say("seizure", name)
        say("state", "closed")
        say("exhibits", Int(row.exhibitCount))
    }

    mutating func addExhibit(
        _ seizureName: String, _ kind: ExhibitKind, _ description: String, _ place: String, _ seal: String,
        _ code: [UInt8]?
    ) throws(Refusal) {
        let seizure = try openSeizure(seizureName)
        guard register.seizures[seizure].exhibitCount < UInt32(SeizureTold.exhibitsMax) else {
            throw Refusal("full", "a seizure holds at most \(SeizureTold.exhibitsMax) exhibits; open another")
        }
        let shelf = try rules.place(place, day: day)
        var nextSerial: UInt64 = 0
        let number: ExhibitNumber
        if let code { number = try freeNumber(code) } else { (number, nextSerial) = try issued() }
        register(
            number, seizure, kind: kind, description: description, place: shelf.code, seal: seal,
            nextSerial: nextSerial)
        say("number", number.description)
        say("seizure", seizureName)
        say("place", shelf.code)
    }

    private func freeNumber(_ code: [UInt8]) throws(Refusal) -> ExhibitNumber {
        let number = try rules.forms.number(code)
        guard register.exhibit(number) == nil else { throw Refusal("exists", "\(number) is registered") }
        return number
    }

    /// The next number that nobody has, and the serial number behind it.
    private func issued() throws(Refusal) -> (ExhibitNumber, UInt64) {
        guard let form = rules.forms.form(day: day) else {
            throw Refusal("no_form", "no form of numbers is in force today")
        }
        var serial = register.nextSerial
        while let number = form.number(serial) {
            serial += 1
            if register.exhibit(number) == nil { return (number, serial) }
        }
        throw Refusal("full", "all numbers of the form in force are given out")
    }

    private mutating func register(
        _ number: ExhibitNumber, _ seizure: Int, kind: ExhibitKind, description: String, place: String, seal: String,
        nextSerial: UInt64
    ) {
        let link = CustodyLink(
            previous: .none, sequence: 1, atNs: atNs, number: number, act: .registered, by: by, subject: place,
            note: seal)
        add(
            .registered(
                ExhibitRegistered(
                    number: number, seizure: UInt32(seizure + 1), kind: kind, nextSerial: nextSerial,
                    description: description, seal: seal, place: place, entry: link.act(digest: link.digest))))
    }

    /// The first line of a seizure makes it; the others must agree with it.
    mutating func load(_ loaded: LoadedExhibit) throws(Refusal) {
        guard loaded.seizedNs <= atNs else { throw Refusal("in_future", "the seizure would be in the future") }
        let number = try freeNumber(loaded.number)
        let shelf = try rules.place(loaded.place, day: day)
        var seizure = register.seizures.count
        if let known = register.seizure(loaded.seizure) {
            let row = register.seizures[known]
            guard row.isLoaded, row.service == loaded.service, register.text(row.pv) == loaded.pv,
                row.seizedNs == loaded.seizedNs
            else { throw Refusal("differs", "seizure '\(loaded.seizure)' is there with another PV, time or service") }
            seizure = known
        } else {
            guard !loaded.seizure.hasPrefix("SZ-") else {
                throw Refusal("bad_fields", "names that begin with SZ- are given out here")
            }
            add(
                .seizureOpened(
                    SeizureOpened(
                        atNs: atNs, seizedNs: loaded.seizedNs, name: loaded.seizure, pv: loaded.pv, place: "", by: by,
                        draft: 0, service: loaded.service, isLoaded: true)))
        }
        register(
            number, seizure, kind: loaded.kind, description: loaded.description, place: shelf.code, seal: loaded.seal,
            nextSerial: 0)
        say("number", number.description)
        say("seizure", loaded.seizure)
    }

    mutating func finish(_ code: [UInt8], _ end: ExhibitState, _ reference: String) throws(Refusal) {
        let exhibit = try exhibit(code)
        guard let rule = rules.ends.first(where: { $0.end == end && $0.days.contains(day) }) else {
            throw Refusal("no_rule", "the law of today knows no end '\(end.name)'")
        }
        guard reference.hasPrefix(rule.referencePrefix) else {
            throw Refusal("bad_reference", "the decision's reference must begin with '\(rule.referencePrefix)'")
        }
        guard let act = CustodyAct(end: end) else { preconditionFailure("each end has its act") }
        try self.act(act, on: exhibit, subject: end.name, note: reference)
        say("reference", reference)
    }
}

/// `pacos.seizure/1` and `pacos.draft/1`, as docs/plugins/EVENTS.md has them.
enum SeizureTold {
    static let exhibitsMax = 1000

    static func tiding(_ register: CustodyRegister, _ seizure: Int) -> CustodyDesk.Tiding {
        let row = register.seizures[seizure]
        let name = register.text(row.name)
        var line = JSONLine()
        line.begin()
        line.field("seizure", name)
        if row.draft != 0 { line.field("draft", "DR-\(row.draft)") }
        line.field("pv", register.text(row.pv))
        line.field("service", "\(row.service)")
        line.field("at", Instant.format(row.seizedNs))
        let exhibits = register.exhibits.filter { $0.seizure == UInt32(seizure) }
        line.field("exhibits", list: exhibits.map(\.number.description))
        line.end()
        return CustodyDesk.Tiding(kind: "pacos.seizure/1", id: name, body: line.bytes)
    }

    static func tiding(_ draft: DraftOpened, number: Int) -> CustodyDesk.Tiding {
        var line = JSONLine()
        line.begin()
        line.field("draft", "DR-\(number)")
        line.field("hit", draft.hit)
        line.field("plate", draft.plate)
        line.field("camera", draft.camera)
        line.field("at", Instant.format(draft.capturedNs))
        line.end()
        return CustodyDesk.Tiding(kind: "pacos.draft/1", id: "DR-\(number)", body: line.bytes)
    }
}
