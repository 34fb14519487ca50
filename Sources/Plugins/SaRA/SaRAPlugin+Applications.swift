import ANPRCore

/// Applications, from their entry to their end.
extension SaRAPlugin {
    func application(_ number: UInt32) throws(Refusal) -> Application {
        guard let application = register.applications[number] else {
            throw Refusal("unknown", "there is no application \(Application.name(number)), or its data are erased")
        }
        return application
    }

    func enter(
        _ number: UInt32, _ applicant: Applicant, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let vacancy = try self.vacancy(number)
        guard vacancy.phase == .published, call.atNs < vacancy.closesNs else {
            throw Refusal("not_in_state", "\(vacancy.name) takes no applications")
        }
        let others = register.applicationsByVacancy[number] ?? []
        guard others.count < RecruitmentRegister.applicationsOfVacancyMax,
            register.applications.count < RecruitmentRegister.applicationsMax
        else { throw Refusal("full", "there are as many applications as there may be") }
        if let other = others.first(where: { register.applications[$0]?.email == applicant.email }) {
            throw Refusal("exists", "\(Application.name(other)) has this address")
        }
        let application = Application(
            number: register.nextApplication, vacancy: number, name: applicant.name, email: applicant.email,
            phone: applicant.phone, language: applicant.language, enteredNs: call.atNs, movedNs: call.atNs,
            dueNs: tables.rules.dueNs(.eligibility, atNs: call.atNs, options.localTime),
            eraseNs: tables.rules.eraseNs(.eligibility, atNs: call.atNs, options.localTime))
        send(.applicationEntered(application, day: day(call.atNs)), &events)
        return answer(application, stage: application.stage)
    }

    func move(
        _ number: UInt32, to stage: ApplicationStage, cause: String, _ call: PluginCall,
        into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let application = try self.application(number)
        guard application.stage.next.contains(stage), ApplicationStage.movable.contains(stage) else {
            throw refusal(application, stage)
        }
        if stage == .refused, cause.isEmpty { throw Refusal("missing", "'cause' is missing: why it is refused") }
        move(application, to: stage, cause: cause, nowNs: call.atNs, into: &events)
        return answer(application, stage: stage)
    }

    private func refusal(_ application: Application, _ stage: ApplicationStage) -> Refusal {
        let next = application.stage.next.map(\.name).sorted().joined(separator: ", ")
        let after = next.isEmpty ? "that is its end" : "what can follow is \(next)"
        return Refusal(
            "not_in_state", "\(application.reference) is at \(application.stage.name), not \(stage.name) next: \(after)"
        )
    }

    func move(
        _ application: Application, to stage: ApplicationStage, cause: String, nowNs: Nanoseconds,
        into events: inout LedgerEvents
    ) {
        let move = ApplicationMoved(
            number: application.number, to: stage, cause: cause, atNs: nowNs, day: day(nowNs),
            dueNs: stage.isLast ? .max : tables.rules.dueNs(stage, atNs: nowNs, options.localTime),
            eraseNs: tables.rules.eraseNs(stage, atNs: nowNs, options.localTime))
        send(.applicationMoved(move), &events)
    }

    /// Tells nothing of the person: answers are kept to be repeated.
    private func answer(_ application: Application, stage: ApplicationStage) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("application", application.reference)
        line.field("vacancy", Vacancy.name(application.vacancy))
        line.field("stage", stage.name)
        line.end()
        return line.bytes
    }

    // MARK: Ranks and offers

    /// All who passed and have had no offer, in order. Ranks go on behind those that were ever in use.
    func rank(_ number: UInt32, _ order: [UInt32], into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        let vacancy = try self.vacancy(number)
        guard vacancy.phase == .closed else {
            throw Refusal("not_in_state", "\(vacancy.name) is \(vacancy.phase.name): ranks are given once it is closed")
        }
        let passed = Set(register.applications(of: number).filter { $0.stage == .ranking }.map(\.number))
        if let other = order.first(where: { !passed.contains($0) }) {
            throw Refusal("not_passed", "\(Application.name(other)) is not at ranking for \(vacancy.name)")
        }
        if let missing = passed.subtracting(order).min() {
            throw Refusal("incomplete", "\(Application.name(missing)) has passed too, and must have a rank")
        }
        let first = vacancy.rankTaken + 1
        send(.ranked(vacancy: number, order, first: first), &events)
        var line = JSONLine()
        line.begin()
        line.field("vacancy", vacancy.name)
        line.field("first", first)
        line.field("ranked", order.count)
        line.end()
        return line.bytes
    }

    func offer(_ number: UInt32, _ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        let application = try self.application(number)
        let vacancy = try self.vacancy(application.vacancy)
        guard application.stage == .ranking else { throw refusal(application, .offer) }
        guard vacancy.phase == .closed else {
            throw Refusal(
                "not_in_state", "\(vacancy.name) is \(vacancy.phase.name): offers are made once it is closed")
        }
        guard application.rank > 0 else { throw Refusal("no_rank", "\(application.reference) has no rank yet") }
        let others = register.applications(of: vacancy.number)
        if let before = others.first(where: { $0.stage == .ranking && $0.rank > 0 && $0.rank < application.rank }) {
            throw Refusal("rank", "\(before.reference) comes before it")
        }
        let held = Int(vacancy.taken) + others.count { $0.stage == .offer }
        guard held < vacancy.places else {
            throw Refusal("no_place", "all \(vacancy.places) places are offered or taken")
        }
        move(application, to: .offer, cause: "", nowNs: call.atNs, into: &events)
        return answer(application, stage: .offer)
    }

    func answer(
        _ number: UInt32, _ stage: ApplicationStage, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let application = try self.application(number)
        guard application.stage.next.contains(stage) else { throw refusal(application, stage) }
        move(application, to: stage, cause: "", nowNs: call.atNs, into: &events)
        return answer(application, stage: stage)
    }
}
