import ANPRCore
import PluginKit

/// From hits and breaches to needs. A need is figures; a person makes a vacancy of it, or not.
extension SaRAPlugin {
    // MARK: Workload

    /// Hits follow from their capture alone: whenever and in whatever order they come, they count the same.
    func decide(_ hit: Hit, into events: inout LedgerEvents) {
        tally.hits += 1
        guard !hit.flags.contains(.repeated) else { return tally.repeated += 1 }
        // WHY: its capture time is no time that a shift could be found by.
        guard !hit.read.flags.contains(.clockSuspect), hit.read.capturedNs < .max - 3 * .day else {
            return tally.clockSuspect += 1
        }
        guard let zone = zone(of: hit.read.camera) else { return tally.elsewhere += 1 }
        let (day, shift) = Shift.of(hit.read.capturedNs, options.localTime)
        guard let norm = tables.norms.norm(zone: zone, shift: shift, day: day) else { return tally.elsewhere += 1 }
        guard register.workload.open[hit.read.id] == nil else { return tally.again += 1 }
        guard isKept(day) else { return tally.tooOld += 1 }
        guard register.workload.hasRoom(zone: zone, day: day, shift: shift),
            register.workload.open.count < WorkloadBook.openMax
        else { return tally.over += 1 }
        tally.taken += 1
        let dueNs = hit.read.capturedNs + norm.followNs
        let opened = HitOpened(
            read: hit.read.id, zone: zone, day: day, shift: shift, dueNs: dueNs, closeNs: dueNs + options.reportNs)
        send(.hitOpened(opened), &events)
    }

    private func isKept(_ day: Int) -> Bool {
        let newest = register.workload.newestDay
        return newest == .min || day >= newest - WorkloadBook.daysKept
    }

    /// Nil: in none.
    private func zone(of number: UInt32) -> String? {
        if let known = zonesByCamera[number] { return known.isEmpty ? nil : known }
        let zone = knowledge.camera(number).flatMap { tables.zones.zone(of: $0)?.code }
        zonesByCamera[number] = zone ?? ""
        return zone
    }

    /// An alert on a person under conditions, by the camera that it names.
    func decide(_ event: DomainEvent, into events: inout LedgerEvents) {
        tally.breaches += 1
        let body = try? JSON5Value(text: String(decoding: event.body, as: UTF8.self))
        guard let camera = body?["camera"]?.string, let number = knowledge.camera(named: camera)?.id,
            let zone = zone(of: number)
        else {
            return tally.breachesElsewhere += 1
        }
        let (day, shift) = Shift.of(event.atNs, options.localTime)
        let isAhead = clockNs > 0 && event.atNs > clockNs + .day
        guard !isAhead, isKept(day), register.workload.hasRoom(zone: zone, day: day, shift: shift) else {
            return tally.breachesOver += 1
        }
        tally.breachesTaken += 1
        send(.breached(zone: zone, day: day, shift), &events)
    }

    /// Somebody has seen to a hit.
    func followed(
        _ read: ReadID, atNs: Nanoseconds, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        // The dispatch system's clock may be a little ahead of ours.
        guard atNs <= call.atNs + 60 * .second else { throw Refusal("wrong", "'at' is still to come") }
        guard let hit = register.workload.open[read] else {
            throw Refusal("not_open", "hit \(read) waits for nobody: not known, followed up before, or over its time")
        }
        let isInTime = atNs <= hit.dueNs
        send(isInTime ? .hitsFollowed([read]) : .hitsLate([read]), &events)
        var line = JSONLine()
        line.begin()
        line.field("read", read.description)
        line.field("zone", register.workload.zone(hit.key))
        line.field("in_time", isInTime)
        line.end()
        return line.bytes
    }

    // MARK: Needs

    /// The last day whose hits are all decided on.
    func lastWholeDay(_ nowNs: Nanoseconds) -> Int {
        let waitNs = tables.norms.followMaxNs + options.reportNs
        var last = day(nowNs) - 1
        while Shift.endNs(ofDay: last, options.localTime) + waitNs > nowNs { last -= 1 }
        return last
    }

    /// What a zone's shift came to, by the norm of the last day; nil: there is no norm.
    private func figures(
        _ place: RecruitmentRegister.NeedPlace, _ days: [Int: WorkloadBook.Count], toDay: Int
    ) -> NeedFigures? {
        guard let norm = tables.norms.norm(zone: place.zone, shift: place.shift, day: toDay) else { return nil }
        var figures = NeedFigures(
            fromDay: toDay - norm.days + 1, toDay: toDay, hitsPerStaff: norm.hitsPerStaff,
            breachesPerStaff: norm.breachesPerStaff)
        for (day, count) in days where day >= figures.fromDay && day <= toDay {
            figures.hits += Int(count.hits)
            figures.followed += Int(count.followed)
            figures.late += Int(count.late)
            figures.breaches += Int(count.breaches)
        }
        return figures
    }

    /// Finds needs, renews the figures of open ones, and drops those that newer figures do not show any more.
    /// Gives how many there are open then.
    @discardableResult
    func evaluate(toDay: Int, nowNs: Nanoseconds, into events: inout LedgerEvents) -> Int {
        var places: [RecruitmentRegister.NeedPlace: [Int: WorkloadBook.Count]] = [:]
        for (key, count) in register.workload.counts {
            let place = RecruitmentRegister.NeedPlace(zone: register.workload.zone(key), shift: key.shift)
            places[place, default: [:]][Int(key.day)] = count
        }
        for place in register.openNeeds.keys where places[place] == nil { places[place] = [:] }
        var next = register.nextNeed
        var open = 0
        for place in places.keys.sorted() {
            let figures = figures(place, places[place] ?? [:], toDay: toDay)
            if let number = register.openNeeds[place], var need = register.needs[number] {
                // Older figures say nothing against newer ones.
                guard need.figures.toDay <= toDay else {
                    open += 1
                    continue
                }
                guard let figures, figures.staff > 0 else {
                    decide(need, .lapsed, by: "time", nowNs: nowNs, into: &events)
                    continue
                }
                open += 1
                guard need.figures != figures else { continue }
                need.figures = figures
                send(.needSet(need, day: day(nowNs)), &events)
            } else if let figures, figures.staff > 0, !isDecided(place, figures) {
                let need = StaffingNeed(
                    number: next, zone: place.zone, shift: place.shift, foundNs: nowNs, figures: figures)
                send(.needSet(need, day: day(nowNs)), &events)
                next += 1
                open += 1
            }
        }
        return open
    }

    /// What a person decided on holds for as many days as figures are taken over: the same days ask for nobody twice.
    private func isDecided(
        _ place: RecruitmentRegister.NeedPlace, _ figures: NeedFigures
    ) -> Bool {
        guard let number = register.decidedNeeds[place], let need = register.needs[number] else { return false }
        return figures.fromDay <= need.figures.toDay
    }

    func computeNeeds(
        toDay: Int?, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let last = toDay ?? lastWholeDay(call.atNs)
        guard last <= day(call.atNs) else { throw Refusal("wrong", "'to' must not be a day to come") }
        let open = evaluate(toDay: last, nowNs: call.atNs, into: &events)
        var line = JSONLine()
        line.begin()
        line.field("to", VacancyDocument.date(last))
        line.field("open", open)
        line.end()
        return line.bytes
    }

    private func decide(
        _ need: StaffingNeed, _ state: StaffingNeed.State, vacancy: UInt32 = 0, cause: String = "", by: String,
        nowNs: Nanoseconds, into events: inout LedgerEvents
    ) {
        let move = NeedMoved(
            number: need.number, to: state, vacancy: vacancy, cause: cause, by: by, atNs: nowNs, day: day(nowNs))
        send(.needMoved(move), &events)
    }

    private func openNeed(_ number: UInt32) throws(Refusal) -> StaffingNeed {
        guard let need = register.needs[number] else {
            throw Refusal("unknown", "there is no need \(StaffingNeed.name(number))")
        }
        guard need.state == .open else { throw Refusal("not_in_state", "\(need.name) is \(need.state.name)") }
        return need
    }

    /// One act: the need becomes the draft of a vacancy, with its zone and its number, to be looked at and published.
    func accept(
        _ number: UInt32, places: Int?, closesDay: Int?, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let need = try openNeed(number)
        let closes = closesDay ?? day(call.atNs) + Self.closesAfterDays
        guard closes >= day(call.atNs) else { throw Refusal("too_late", "'closes' is over") }
        let staff = min(need.figures.staff, Vacancy.placesMax)
        var vacancy = try draft(zone: need.zone, places: places ?? staff, closesDay: closes, call)
        vacancy.need = number
        for language in Language.allCases {
            vacancy.texts[language] = SiteWords(language).draft(zone: vacancy.zoneName, shift: need.shift)
        }
        send(.vacancySet(vacancy, day: day(call.atNs)), &events)
        decide(need, .accepted, vacancy: vacancy.number, by: call.by, nowNs: call.atNs, into: &events)
        var line = JSONLine()
        line.begin()
        line.field("need", need.name)
        line.field("vacancy", vacancy.name)
        line.field("zone", vacancy.zone)
        line.field("places", vacancy.places)
        line.field("closes", VacancyDocument.date(closes))
        line.end()
        return line.bytes
    }

    private static var closesAfterDays: Int { 30 }

    func dismiss(
        _ number: UInt32, cause: String, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let need = try openNeed(number)
        decide(need, .dismissed, cause: cause, by: call.by, nowNs: call.atNs, into: &events)
        var line = JSONLine()
        line.begin()
        line.field("need", need.name)
        line.field("state", StaffingNeed.State.dismissed.name)
        line.end()
        return line.bytes
    }
}
