import ANPRCore

/// Where SaRA's effects go.
enum Destination {
    static let site = "site"
    static let jobpol = "jobpol"
    /// Asks Jobpol whether it still has what it took.
    static let kept = "jobpol-kept"
    /// Lines for people.
    static let alarms = "alarms"
}

/// Vacancies, from their draft to their end.
extension SaRAPlugin {
    func vacancy(_ number: UInt32) throws(Refusal) -> Vacancy {
        guard let vacancy = register.vacancies[number] else {
            throw Refusal("unknown", "there is no vacancy \(Vacancy.name(number))")
        }
        return vacancy
    }

    // MARK: Writing

    func add(_ change: VacancyChange, _ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        guard let zone = change.zone, let places = change.places, let closesDay = change.closesDay,
            let language = change.language, let title = change.title, let profile = change.profile
        else { throw Refusal("missing", "a vacancy needs zone, places, closes, language, title and profile") }
        var vacancy = try draft(zone: zone, places: places, closesDay: closesDay, call)
        vacancy.reference = change.reference ?? ""
        vacancy.corps = change.corps ?? .operational
        vacancy.hours = change.hours ?? .full
        vacancy.startsDay = change.startsDay ?? 0
        vacancy.texts = [language: Vacancy.Text(title: title, profile: profile)]
        try check(vacancy, nowNs: call.atNs)
        send(.vacancySet(vacancy, day: day(call.atNs)), &events)
        return answer(vacancy)
    }

    /// An empty one, with the next number.
    func draft(zone: String, places: Int, closesDay: Int, _ call: PluginCall) throws(Refusal) -> Vacancy {
        guard register.vacanciesOpen < RecruitmentRegister.vacanciesOpenMax,
            register.vacancies.count < RecruitmentRegister.vacanciesMax
        else { throw Refusal("full", "there are as many vacancies as there may be") }
        let place = try self.zone(zone)
        return Vacancy(
            number: register.nextVacancy, reference: "", zone: place.code, zoneName: place.name,
            postcode: place.postcode, places: places, corps: .operational, hours: .full, closesDay: closesDay,
            startsDay: 0, closesNs: options.localTime.startNs(ofDay: closesDay + 1), texts: [:], need: 0,
            createdNs: call.atNs, createdBy: call.by)
    }

    private func zone(_ code: String) throws(Refusal) -> ZoneTable.Zone {
        guard let zone = tables.zones.zone(code) else { throw Refusal("unknown_zone", "there is no zone '\(code)'") }
        return zone
    }

    private func check(_ vacancy: Vacancy, nowNs: Nanoseconds) throws(Refusal) {
        guard vacancy.closesNs > nowNs else {
            throw Refusal("too_late", "its last day, \(VacancyDocument.date(vacancy.closesDay)), is over")
        }
        guard vacancy.startsDay == 0 || vacancy.startsDay > vacancy.closesDay else {
            throw Refusal("wrong", "work would start before the last day to apply is over")
        }
        if let other = register.vacancyByReference[vacancy.reference], other != vacancy.number {
            throw Refusal("exists", "\(Vacancy.name(other)) has the reference '\(vacancy.reference)'")
        }
    }

    func change(
        _ number: UInt32, _ change: VacancyChange, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        var vacancy = try self.vacancy(number)
        guard vacancy.phase.isOpenToChange else { throw refusal(vacancy) }
        let before = vacancy
        if let code = change.zone {
            let zone = try self.zone(code)
            (vacancy.zone, vacancy.zoneName, vacancy.postcode) = (zone.code, zone.name, zone.postcode)
        }
        vacancy.reference = change.reference ?? vacancy.reference
        vacancy.places = change.places ?? vacancy.places
        vacancy.corps = change.corps ?? vacancy.corps
        vacancy.hours = change.hours ?? vacancy.hours
        vacancy.startsDay = change.startsDay ?? vacancy.startsDay
        if let day = change.closesDay {
            vacancy.closesDay = day
            vacancy.closesNs = options.localTime.startNs(ofDay: day + 1)
        }
        if let language = change.language {
            let old = vacancy.texts[language]
            guard let title = change.title ?? old?.title, let profile = change.profile ?? old?.profile else {
                throw Refusal("missing", "title and profile are both needed in a language that is new")
            }
            vacancy.texts[language] = Vacancy.Text(title: title, profile: profile)
        }
        guard vacancy != before else { throw Refusal("same", "nothing would change") }
        try check(vacancy, nowNs: call.atNs)
        if vacancy.phase == .published {
            vacancy.version += 1
            vacancy.updatedNs = call.atNs
        }
        send(.vacancySet(vacancy, day: day(call.atNs)), &events)
        if vacancy.phase == .published { show(vacancy, into: &events) }
        return answer(vacancy)
    }

    private func refusal(_ vacancy: Vacancy) -> Refusal {
        Refusal("not_in_state", "\(vacancy.name) is \(vacancy.phase.name)")
    }

    func answer(_ vacancy: Vacancy) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("vacancy", vacancy.name)
        line.field("phase", vacancy.phase.name)
        line.field("version", vacancy.version)
        line.end()
        return line.bytes
    }

    // MARK: Moving

    func move(
        _ number: UInt32, to phase: VacancyPhase, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let vacancy = try self.vacancy(number)
        guard vacancy.phase.next.contains(phase) else { throw refusal(vacancy) }
        switch phase {
        case .published: try check(vacancy, nowNs: call.atNs)
        case .filled:
            guard vacancy.taken > 0 else { throw Refusal("nobody_accepted", "nobody has accepted a place") }
            guard !register.applications(of: number).contains(where: { $0.stage == .offer }) else {
                throw Refusal("offer_open", "an offer has not been answered yet")
            }
        case .draft, .closed, .withdrawn: break
        }
        return answer(move(vacancy, to: phase, nowNs: call.atNs, by: call.by, into: &events))
    }

    /// Moves it, shows it, tells it; its applications end with it. Gives it as it will be.
    @discardableResult
    func move(
        _ vacancy: Vacancy, to phase: VacancyPhase, nowNs: Nanoseconds, by: String, into events: inout LedgerEvents
    ) -> Vacancy {
        let move = VacancyMoved(number: vacancy.number, to: phase, atNs: nowNs, day: day(nowNs), by: by)
        send(.vacancyMoved(move), &events)
        var moved = vacancy
        moved.move(move)
        if phase.isLast {
            for application in register.applications(of: vacancy.number) where !application.stage.isLast {
                self.move(
                    application, to: .refused, cause: "vacancy_\(phase.name)", nowNs: nowNs, into: &events)
            }
        }
        guard moved.publishedNs > 0 else { return moved }
        show(moved, into: &events)
        if phase == .published { tell(moved, into: &events) }
        return moved
    }

    private func tell(_ vacancy: Vacancy, into events: inout LedgerEvents) {
        var line = JSONLine()
        line.begin()
        line.field("vacancy", vacancy.name)
        line.field("zone", vacancy.zone)
        line.field("places", vacancy.places)
        line.field("at", Instant.format(vacancy.publishedNs))
        line.end()
        events.tell("sara.vacancy.published/1", id: vacancy.name, atNs: vacancy.publishedNs, line.bytes)
    }

    // MARK: Showing

    /// To the site, with the decision's end, and to Jobpol.
    func show(_ vacancy: Vacancy, into events: inout LedgerEvents) {
        shown.append(vacancy)
        guard options.jobpolURL != nil else { return sendToJobpol(vacancy, into: &events) }
        // What is on its way is answered first: two versions never race.
        if vacancy.posting.state != .sending { post(vacancy, into: &events) }
    }

    func post(_ vacancy: Vacancy, into events: inout LedgerEvents) {
        send(.posted(vacancy.number, Posting(state: .sending, version: vacancy.version)), &events)
        sendToJobpol(vacancy, into: &events)
    }

    private func sendToJobpol(_ vacancy: Vacancy, into events: inout LedgerEvents) {
        let key = "jobpol-\(vacancy.name)-\(vacancy.version)"
        events.send(key: key, to: Destination.jobpol, VacancyDocument.line(vacancy, key: key))
    }

    /// What the site does not show yet, in one batch: while one is on its way others gather, so that a thousand
    /// vacancies are not a thousand indexes. Without a site each is a line.
    /// - Parameter isFree: none is on its way.
    func sendSite(isFree: Bool, into events: inout LedgerEvents) {
        guard options.siteFolder != nil else {
            for vacancy in shown {
                let key = "site-\(vacancy.name)-\(vacancy.version)"
                events.send(key: key, to: Destination.site, VacancyDocument.list([vacancy], key: key))
            }
            return
        }
        guard isFree, !shown.isEmpty || !register.siteDirty.isEmpty else { return }
        var vacancies: [UInt32: Vacancy] = [:]
        for number in register.siteDirty { vacancies[number] = register.vacancies[number] }
        for vacancy in shown { vacancies[vacancy.number] = vacancy }
        let numbers = Array(vacancies.keys.sorted().prefix(Self.vacanciesAnEffect))
        let batch = register.siteBatch + 1
        send(.siteSent(batch: batch, numbers), &events)
        let key = "site-\(batch)"
        events.send(
            key: key, to: Destination.site, VacancyDocument.list(numbers.compactMap { vacancies[$0] }, key: key))
    }

    /// All that is published once more, for a folder that was lost, and for a Jobpol that never had it.
    func rebuildSite(_ call: PluginCall, into events: inout LedgerEvents) -> [UInt8] {
        let number = register.rebuilds + 1
        send(.siteRebuilt(number), &events)
        let vacancies = register.published.sorted().compactMap { register.vacancies[$0] }
        // One at least: it also takes pages off that have no vacancy.
        var start = 0
        repeat {
            let part = Array(vacancies[start..<min(vacancies.count, start + Self.vacanciesAnEffect)])
            let key = "site-rebuild-\(number)-\(start)"
            events.send(key: key, to: Destination.site, VacancyDocument.list(part, key: key))
            start += Self.vacanciesAnEffect
        } while start < vacancies.count
        if options.jobpolURL != nil {
            for vacancy in vacancies where vacancy.posting.state == .nothing {
                post(vacancy, into: &events)
            }
        }
        var line = JSONLine()
        line.begin()
        line.field("rebuild", number)
        line.field("vacancies", vacancies.count)
        line.end()
        return line.bytes
    }

    static var vacanciesAnEffect: Int { 64 }

    /// A line for people: what they must look at. Names no applicant.
    func alarm(_ what: String, key: String, into events: inout LedgerEvents, _ fields: (inout JSONLine) -> Void) {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("alarm", what)
        fields(&line)
        line.end()
        events.send(key: key, to: Destination.alarms, line.bytes)
    }
}
