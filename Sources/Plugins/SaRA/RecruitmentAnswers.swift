import ANPRCore
import PluginKit

/// Answers queries from the state, page by page.
struct RecruitmentAnswers {
    let register: RecruitmentRegister
    let localTime: LocalTime

    /// Writes lines; gives where the next page begins.
    func answer(_ query: SaRAQuery, _ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        switch query {
        case .vacancies(let phase, let zone):
            return try PagedLines.write(1..<register.nextVacancy, of: call, into: &lines) { number in
                guard let vacancy = register.vacancies[number] else { return false }
                return (phase ?? vacancy.phase) == vacancy.phase && (zone ?? vacancy.zone) == vacancy.zone
            } fields: { number, line in
                if let vacancy = register.vacancies[number] { write(vacancy, into: &line) }
            }
        case .vacancy(let number): try show(vacancy: number, into: &lines)
        case .applications(let vacancy, let stage):
            return try PagedLines.write(1..<register.nextApplication, of: call, into: &lines) { number in
                guard let application = register.applications[number] else { return false }
                return (vacancy ?? application.vacancy) == application.vacancy
                    && (stage ?? application.stage) == application.stage
            } fields: { number, line in
                if let application = register.applications[number] { write(application, into: &line) }
            }
        case .application(let number): try show(application: number, into: &lines)
        case .needs(let state):
            return try PagedLines.write(1..<register.nextNeed, of: call, into: &lines) { number in
                register.needs[number].map { (state ?? $0.state) == $0.state } ?? false
            } fields: { number, line in
                if let need = register.needs[number] { write(need, into: &line) }
            }
        case .explain(let number): return try explain(number, call, into: &lines)
        case .workload(let zone, let days):
            return try workload(zone: zone, days: days ?? newestWeek, call, into: &lines)
        case .report(let fromDay, let toDay): return try report(fromDay, toDay, call, into: &lines)
        }
        return nil
    }

    // MARK: Vacancies

    private func write(_ vacancy: Vacancy, into line: inout JSONLine) {
        line.field("vacancy", vacancy.name)
        line.field("phase", vacancy.phase.name)
        line.field("title", vacancy.text(.french).text.title)
        line.field("zone", vacancy.zone)
        line.field("places", vacancy.places)
        line.field("taken", vacancy.taken)
        line.field("applications", register.applicationsByVacancy[vacancy.number]?.count ?? 0)
        line.field("closes", VacancyDocument.date(vacancy.closesDay))
        line.field("reference", vacancy.reference)
    }

    private func show(vacancy number: UInt32, into line: inout JSONLine) throws(Refusal) {
        guard let vacancy = register.vacancies[number] else {
            throw Refusal("unknown", "there is no vacancy \(Vacancy.name(number))")
        }
        line.begin()
        write(vacancy, into: &line)
        line.field("zone_name", vacancy.zoneName)
        line.field("corps", vacancy.corps.name)
        line.field("hours", vacancy.hours.name)
        if vacancy.startsDay > 0 { line.field("starts", VacancyDocument.date(vacancy.startsDay)) }
        if vacancy.need > 0 { line.field("need", StaffingNeed.name(vacancy.need)) }
        line.field("written", Instant.format(vacancy.createdNs))
        line.field("written_by", vacancy.createdBy)
        if vacancy.publishedNs > 0 { line.field("published", Instant.format(vacancy.publishedNs)) }
        if vacancy.endedNs > 0 { line.field("ended", Instant.format(vacancy.endedNs)) }
        line.field("version", vacancy.version)
        line.field("site_version", vacancy.siteVersion)
        line.field("jobpol", vacancy.posting.state.name)
        line.field("jobpol_version", vacancy.posting.version)
        line.field("languages", list: vacancy.texts.keys.sorted().map(\.code))
        line.key("stages")
        line.begin()
        let applications = register.applications(of: number)
        for stage in ApplicationStage.allCases {
            let count = applications.count { $0.stage == stage }
            if count > 0 {
                line.key(named: stage.name)
                line.value(count)
            }
        }
        line.end()
        line.end(newline: true)
    }

    // MARK: Applications

    /// Without what names the person.
    private func write(_ application: Application, into line: inout JSONLine) {
        line.field("application", application.reference)
        line.field("vacancy", Vacancy.name(application.vacancy))
        line.field("stage", application.stage.name)
        line.field("rank", application.rank)
        line.field("late", application.isLate)
        line.field("moved", Instant.format(application.movedNs))
        line.field("due", application.dueNs == .max ? "" : Instant.format(application.dueNs))
        line.field("erased_on", Instant.format(application.eraseNs))
    }

    private func show(application number: UInt32, into line: inout JSONLine) throws(Refusal) {
        guard let application = register.applications[number] else {
            throw Refusal("unknown", "there is no application \(Application.name(number)), or its data are erased")
        }
        line.begin()
        write(application, into: &line)
        line.field("name", application.name)
        line.field("email", application.email)
        line.field("phone", application.phone)
        line.field("language", application.language.code)
        line.field("cause", application.cause)
        line.field("entered", Instant.format(application.enteredNs))
        line.end(newline: true)
    }

    // MARK: Needs

    private func write(_ need: StaffingNeed, into line: inout JSONLine) {
        line.field("need", need.name)
        line.field("state", need.state.name)
        line.field("zone", need.zone)
        line.field("shift", need.shift.name)
        line.field("staff", need.figures.staff)
        line.field("from", VacancyDocument.date(need.figures.fromDay))
        line.field("to", VacancyDocument.date(need.figures.toDay))
        line.field("hits", need.figures.hits)
        line.field("late", need.figures.late)
        line.field("breaches", need.figures.breaches)
        if need.vacancy > 0 { line.field("vacancy", Vacancy.name(need.vacancy)) }
        if !need.cause.isEmpty { line.field("cause", need.cause) }
    }

    /// The need with its norm and formula, then each day that it rests on.
    private func explain(
        _ number: UInt32, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        guard let need = register.needs[number] else {
            throw Refusal("unknown", "there is no need \(StaffingNeed.name(number))")
        }
        let figures = need.figures
        if call.from.isEmpty {
            lines.begin()
            lines.field("day", "all")
            write(need, into: &lines)
            lines.field("followed", figures.followed)
            lines.field("days", figures.days)
            lines.field("hits_per_staff", figures.hitsPerStaff)
            lines.field("breaches_per_staff", figures.breachesPerStaff)
            lines.field("formula", figures.formula)
            lines.field("found", Instant.format(need.foundNs))
            if need.decidedNs > 0 {
                lines.field("decided", Instant.format(need.decidedNs))
                lines.field("decided_by", need.decidedBy)
            }
            lines.end(newline: true)
        }
        let days = figures.fromDay...figures.toDay
        return try PagedLines.write(Array(days), of: call, into: &lines) { day in
            register.workload.count(zone: need.zone, day: day, shift: need.shift) != WorkloadBook.Count()
        } fields: { day, line in
            line.field("day", VacancyDocument.date(day))
            line.field("zone", need.zone)
            line.field("shift", need.shift.name)
            write(register.workload.count(zone: need.zone, day: day, shift: need.shift), into: &line)
        }
    }

    private func write(_ count: WorkloadBook.Count, into line: inout JSONLine) {
        line.field("hits", count.hits)
        line.field("followed", count.followed)
        line.field("late", count.late)
        line.field("breaches", count.breaches)
    }

    private var newestWeek: ClosedRange<Int> {
        let newest = register.workload.newestDay == .min ? 0 : register.workload.newestDay
        return newest - 6...newest
    }

    /// A day's shift in a zone, as a page names it: `20415/INV-06/1`.
    private struct PlaceName: Comparable, LosslessStringConvertible {
        let day: Int
        let zone: String
        let shift: UInt8

        init(day: Int, zone: String, shift: UInt8) { (self.day, self.zone, self.shift) = (day, zone, shift) }

        init?(_ description: String) {
            let parts = description.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, let day = Int(parts[0]), let shift = UInt8(parts[2]) else { return nil }
            self.init(day: day, zone: String(parts[1]), shift: shift)
        }

        var description: String { "\(day)/\(zone)/\(shift)" }

        static func < (a: PlaceName, b: PlaceName) -> Bool { (a.day, a.zone, a.shift) < (b.day, b.zone, b.shift) }
    }

    private func workload(
        zone: String?, days: ClosedRange<Int>, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        var names: [PlaceName] = []
        for key in register.workload.counts.keys where days.contains(Int(key.day)) {
            let code = register.workload.zone(key)
            guard (zone ?? code) == code else { continue }
            names.append(PlaceName(day: Int(key.day), zone: code, shift: key.shift.rawValue))
        }
        return try PagedLines.write(names.sorted(), of: call, into: &lines) { name, line in
            guard let shift = Shift(rawValue: name.shift) else { return }
            line.field("day", VacancyDocument.date(name.day))
            line.field("zone", name.zone)
            line.field("shift", shift.name)
            write(register.workload.count(zone: name.zone, day: name.day, shift: shift), into: &line)
        }
    }

    // MARK: The report

    private func report(
        _ fromDay: Int?, _ toDay: Int?, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        let from = fromDay.map { MonthFigures.month(ofDay: $0) } ?? .min
        let to = toDay.map { MonthFigures.month(ofDay: $0) } ?? .max
        let months = register.months.keys.filter { $0 >= from && $0 <= to }.sorted()
        return try PagedLines.write(months, of: call, into: &lines) { month, line in
            line.field("month", MonthFigures.name(month))
            let figures = register.months[month] ?? MonthFigures()
            for figure in MonthFigures.Figure.allCases {
                line.key(named: figure.name)
                line.value(figures[figure])
            }
        }
    }
}
