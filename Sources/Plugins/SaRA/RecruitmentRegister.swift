import ANPRCore
import PluginKit

/// The whole state of the plugin: what its events made of it.
struct RecruitmentRegister {
    private(set) var vacancies: [UInt32: Vacancy] = [:]
    private(set) var applications: [UInt32: Application] = [:]
    private(set) var needs: [UInt32: StaffingNeed] = [:]
    private(set) var workload = WorkloadBook()
    /// By `MonthFigures.month`.
    private(set) var months: [Int: MonthFigures] = [:]
    private(set) var nextVacancy: UInt32 = 1
    private(set) var nextApplication: UInt32 = 1
    private(set) var nextNeed: UInt32 = 1
    /// The last day up to which needs were worked out by themselves.
    private(set) var evaluatedDay = Int.min
    private(set) var rebuilds: UInt32 = 0
    /// The last batch that the site was sent, and the vacancies of it while it has not answered.
    private(set) var siteBatch: UInt32 = 0
    private(set) var siteFlying: [UInt32] = []

    // What follows from the above.
    private(set) var applicationsByVacancy: [UInt32: Set<UInt32>] = [:]
    private(set) var vacancyByReference: [String: UInt32] = [:]
    private(set) var phases: [VacancyPhase: Int] = [:]
    private(set) var stages: [ApplicationStage: Int] = [:]
    private(set) var published: Set<UInt32> = []
    private(set) var siteDirty: Set<UInt32> = []
    private(set) var openNeeds: [NeedPlace: UInt32] = [:]
    /// The last need of a place that a person decided on.
    private(set) var decidedNeeds: [NeedPlace: UInt32] = [:]
    private(set) var queue = DueQueue<DueSubject>()

    /// One need is open for a zone and a shift at most.
    struct NeedPlace: Hashable, Comparable {
        let zone: String
        let shift: Shift

        static func < (a: NeedPlace, b: NeedPlace) -> Bool { (a.zone, a.shift) < (b.zone, b.shift) }
    }

    static let stateVersion: UInt16 = 1
    /// Drafts, published and closed ones.
    static let vacanciesOpenMax = 2000
    static let vacanciesMax = 200_000
    static let applicationsMax = 200_000
    static let applicationsOfVacancyMax = 5000
    static let needsMax = 20_000

    // MARK: Questions

    var vacanciesOpen: Int { [.draft, .published, .closed].reduce(0) { $0 + (phases[$1] ?? 0) } }

    /// Applications of a vacancy, in order of their numbers.
    func applications(of vacancy: UInt32) -> [Application] {
        (applicationsByVacancy[vacancy] ?? []).sorted().compactMap { applications[$0] }
    }

    func due(_ nowNs: Nanoseconds, max: Int) -> [DueSubject] { queue.due(nowNs, max: max, where: isFresh) }

    private func isFresh(_ entry: DueQueue<DueSubject>.Entry) -> Bool {
        switch entry.subject.kind {
        case .vacancy:
            vacancies[entry.subject.number].map { $0.phase == .published && $0.closesNs == entry.atNs } ?? false
        case .posting:
            vacancies[entry.subject.number].map { $0.posting.state == .sent && $0.posting.waitNs == entry.atNs }
                ?? false
        case .application: applications[entry.subject.number]?.wakeNs == entry.atNs
        }
    }

    // MARK: Events

    mutating func apply(_ event: SaRAEvent) throws(RegisterProblem) {
        switch event {
        case .vacancySet(let vacancy, let day): try set(vacancy, day: day)
        case .vacancyMoved(let move): try self.move(move)
        case .posted(let number, let posting): try post(number, posting)
        case .siteSent(let batch, let numbers): try sendSite(batch, numbers)
        case .siteHas(let batch):
            guard batch == siteBatch, !siteFlying.isEmpty else { throw RegisterProblem(event) }
            for number in siteFlying { vacancies[number]?.reachSite() }
            siteFlying = []
        case .applicationEntered(let application, let day): try enter(application, day: day)
        case .applicationMoved(let move): try self.move(move)
        case .ranked(let vacancy, let numbers, let first): try rank(vacancy, numbers, first: first)
        case .applicationLate(let number):
            guard var application = applications[number] else { throw RegisterProblem(event) }
            application.isLate = true
            keep(application)
        case .applicationErased(let number, let day): try erase(number, day: day)
        case .hitOpened(let hit): guard workload.take(hit) else { throw RegisterProblem(event) }
        case .hitsFollowed(let reads):
            for read in reads { guard workload.close(read, inTime: true) else { throw RegisterProblem(event) } }
        case .hitsLate(let reads):
            for read in reads { guard workload.close(read, inTime: false) else { throw RegisterProblem(event) } }
        case .breached(let zone, let day, let shift): workload.breach(zone: zone, day: day, shift: shift)
        case .needSet(let need, let day): try set(need, day: day)
        case .needMoved(let move): try self.move(move)
        case .evaluated(let day): evaluatedDay = max(evaluatedDay, day)
        case .pruned(let day): workload.prune(before: day)
        case .siteRebuilt(let number):
            rebuilds = number
            siteFlying = []
            for number in published {
                vacancies[number]?.sendToSite()
                siteDirty.remove(number)
            }
        }
        cleanQueue()
    }

    private mutating func cleanQueue() {
        // WHY: taken out meanwhile, or looking at the rest would copy it.
        var queue = queue
        self.queue = DueQueue()
        queue.clean { isFresh($0) }
        self.queue = queue
    }

    private mutating func count(_ figure: MonthFigures.Figure, day: Int, _ count: Int = 1) {
        months[MonthFigures.month(ofDay: day), default: MonthFigures()].add(figure, count)
    }

    // MARK: Vacancies

    private mutating func set(_ vacancy: Vacancy, day: Int) throws(RegisterProblem) {
        if let old = vacancies[vacancy.number] {
            guard old.phase == vacancy.phase, old.phase.isOpenToChange,
                vacancy.version == old.version + (old.phase == .published ? 1 : 0)
            else { throw RegisterProblem("V-\(vacancy.number) cannot be changed so") }
            vacancyByReference[old.reference] = nil
        } else {
            guard vacancy.number == nextVacancy, vacancy.phase == .draft else {
                throw RegisterProblem("V-\(vacancy.number) cannot begin so")
            }
            nextVacancy += 1
            phases[.draft, default: 0] += 1
            count(.vacanciesWritten, day: day)
        }
        keep(vacancy)
    }

    private mutating func keep(_ vacancy: Vacancy) {
        vacancies[vacancy.number] = vacancy
        if vacancy.isDirty { siteDirty.insert(vacancy.number) }
        if !vacancy.reference.isEmpty { vacancyByReference[vacancy.reference] = vacancy.number }
        if vacancy.phase == .published {
            published.insert(vacancy.number)
            queue.push(DueSubject(kind: .vacancy, number: vacancy.number), atNs: vacancy.closesNs)
        } else {
            published.remove(vacancy.number)
        }
    }

    private mutating func sendSite(_ batch: UInt32, _ numbers: [UInt32]) throws(RegisterProblem) {
        guard batch == siteBatch + 1, siteFlying.isEmpty, !numbers.isEmpty else {
            throw RegisterProblem("the site cannot be sent batch \(batch)")
        }
        for number in numbers {
            guard vacancies[number] != nil else { throw RegisterProblem("V-\(number) is not there") }
            vacancies[number]?.sendToSite()
            siteDirty.remove(number)
        }
        siteBatch = batch
        siteFlying = numbers
    }

    private mutating func move(_ move: VacancyMoved) throws(RegisterProblem) {
        guard var vacancy = vacancies[move.number], vacancy.phase.next.contains(move.to) else {
            throw RegisterProblem("V-\(move.number) cannot become \(move.to.name)")
        }
        phases[vacancy.phase, default: 0] -= 1
        phases[move.to, default: 0] += 1
        vacancy.move(move)
        keep(vacancy)
        switch move.to {
        case .draft: break
        case .published:
            count(.vacanciesPublished, day: move.day)
            count(.placesPublished, day: move.day, vacancy.places)
        case .closed: count(.vacanciesClosed, day: move.day)
        case .filled: count(.vacanciesFilled, day: move.day)
        case .withdrawn: count(.vacanciesWithdrawn, day: move.day)
        }
    }

    private mutating func post(_ number: UInt32, _ posting: Posting) throws(RegisterProblem) {
        guard var vacancy = vacancies[number],
            (vacancy.posting.version...vacancy.version).contains(posting.version),
            vacancy.posting.state.next.contains(posting.state)
        else { throw RegisterProblem("V-\(number) cannot be \(posting.state.name) with Jobpol") }
        vacancy.posting = posting
        vacancies[number] = vacancy
        if posting.state == .sent { queue.push(DueSubject(kind: .posting, number: number), atNs: posting.waitNs) }
    }

    // MARK: Applications

    private mutating func enter(_ application: Application, day: Int) throws(RegisterProblem) {
        guard application.number == nextApplication, application.stage == .eligibility,
            vacancies[application.vacancy]?.phase == .published
        else { throw RegisterProblem("A-\(application.number) cannot begin so") }
        nextApplication += 1
        applicationsByVacancy[application.vacancy, default: []].insert(application.number)
        stages[.eligibility, default: 0] += 1
        keep(application)
        count(.applications, day: day)
    }

    private mutating func keep(_ application: Application) {
        applications[application.number] = application
        queue.push(DueSubject(kind: .application, number: application.number), atNs: application.wakeNs)
    }

    private mutating func move(_ move: ApplicationMoved) throws(RegisterProblem) {
        guard var application = applications[move.number], application.stage.next.contains(move.to),
            move.to != .offer || application.rank > 0
        else { throw RegisterProblem("A-\(move.number) cannot become \(move.to.name)") }
        if application.stage == .ranking { vacancies[application.vacancy]?.take(rank: application.rank) }
        stages[application.stage, default: 0] -= 1
        stages[move.to, default: 0] += 1
        application.stage = move.to
        application.cause = move.cause
        application.movedNs = move.atNs
        application.dueNs = move.dueNs
        application.isLate = false
        application.eraseNs = move.eraseNs
        keep(application)
        switch move.to {
        case .accepted:
            vacancies[application.vacancy]?.takePlace()
            count(.accepted, day: move.day)
        case .declined: count(.declined, day: move.day)
        case .refused: count(.refused, day: move.day)
        case .withdrawn: count(.withdrawn, day: move.day)
        default: break
        }
    }

    private mutating func rank(_ vacancy: UInt32, _ numbers: [UInt32], first: UInt32) throws(RegisterProblem) {
        guard let taken = vacancies[vacancy]?.rankTaken, first > taken, Set(numbers).count == numbers.count else {
            throw RegisterProblem("ranks of V-\(vacancy) would be given twice")
        }
        for number in applicationsByVacancy[vacancy] ?? [] where applications[number]?.stage == .ranking {
            applications[number]?.rank = 0
        }
        for (i, number) in numbers.enumerated() {
            guard applications[number]?.vacancy == vacancy, applications[number]?.stage == .ranking else {
                throw RegisterProblem("A-\(number) cannot be ranked")
            }
            applications[number]?.rank = first + UInt32(i)
        }
    }

    /// Nothing of the person is left; months count what became of the application.
    private mutating func erase(_ number: UInt32, day: Int) throws(RegisterProblem) {
        guard let application = applications.removeValue(forKey: number) else {
            throw RegisterProblem("A-\(number) is not there")
        }
        if application.stage == .ranking { vacancies[application.vacancy]?.take(rank: application.rank) }
        stages[application.stage, default: 0] -= 1
        applicationsByVacancy[application.vacancy]?.remove(number)
        if applicationsByVacancy[application.vacancy]?.isEmpty == true {
            applicationsByVacancy[application.vacancy] = nil
        }
        count(.erased, day: day)
    }

    // MARK: Needs

    private mutating func set(_ need: StaffingNeed, day: Int) throws(RegisterProblem) {
        if let old = needs[need.number] {
            guard old.state == .open, need.state == .open, old.zone == need.zone, old.shift == need.shift else {
                throw RegisterProblem("N-\(need.number) cannot be changed so")
            }
        } else {
            let place = NeedPlace(zone: need.zone, shift: need.shift)
            guard need.number == nextNeed, need.state == .open, openNeeds[place] == nil else {
                throw RegisterProblem("N-\(need.number) cannot begin so")
            }
            nextNeed += 1
            count(.needsFound, day: day)
        }
        keep(need)
    }

    private mutating func keep(_ need: StaffingNeed) {
        needs[need.number] = need
        let place = NeedPlace(zone: need.zone, shift: need.shift)
        openNeeds[place] = need.state == .open ? need.number : nil
        if need.state == .accepted || need.state == .dismissed { decidedNeeds[place] = need.number }
        guard needs.count > Self.needsMax, let oldest = needs.values.filter({ $0.state != .open }).map(\.number).min()
        else { return }
        if let gone = needs.removeValue(forKey: oldest) {
            let place = NeedPlace(zone: gone.zone, shift: gone.shift)
            if decidedNeeds[place] == oldest { decidedNeeds[place] = nil }
        }
    }

    private mutating func move(_ move: NeedMoved) throws(RegisterProblem) {
        guard var need = needs[move.number], need.state.next.contains(move.to) else {
            throw RegisterProblem("N-\(move.number) cannot become \(move.to.name)")
        }
        need.state = move.to
        need.decidedNs = move.atNs
        need.decidedBy = move.by
        need.cause = move.cause
        need.vacancy = move.vacancy
        keep(need)
        switch move.to {
        case .open: break
        case .accepted: count(.needsAccepted, day: move.day)
        case .dismissed: count(.needsDismissed, day: move.day)
        case .lapsed: count(.needsLapsed, day: move.day)
        }
    }
}

/// An event or a snapshot in the ledger that SaRA did not write, or that does not fit its state.
struct RegisterProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
    init(_ event: SaRAEvent) { description = "an event of kind \(event.kind) does not fit the state" }
}

extension RecruitmentRegister: Stored {
    func write(into bytes: inout [UInt8]) {
        for number in [nextVacancy, nextApplication, nextNeed, rebuilds, siteBatch] { bytes.append(number: number) }
        bytes.append(rows: siteFlying)
        bytes.append(number: Int64(evaluatedDay))
        bytes.append(rows: vacancies.keys.sorted().compactMap { vacancies[$0] })
        bytes.append(rows: applications.keys.sorted().compactMap { applications[$0] })
        bytes.append(rows: needs.keys.sorted().compactMap { needs[$0] })
        workload.write(into: &bytes)
        bytes.append(number: UInt32(months.count))
        for (month, figures) in months.sorted(by: { $0.key < $1.key }) {
            bytes.append(number: Int32(month))
            figures.write(into: &bytes)
        }
    }

    init?(_ reader: inout ByteReader) {
        guard let nextVacancy = reader.number(UInt32.self), let nextApplication = reader.number(UInt32.self),
            let nextNeed = reader.number(UInt32.self), let rebuilds = reader.number(UInt32.self),
            let siteBatch = reader.number(UInt32.self), let siteFlying = reader.rows(UInt32.self),
            let evaluatedDay = reader.number(Int64.self), let vacancies = reader.rows(Vacancy.self),
            let applications = reader.rows(Application.self), let needs = reader.rows(StaffingNeed.self),
            let workload = WorkloadBook(&reader), let monthCount = reader.number(UInt32.self)
        else { return nil }
        (self.nextVacancy, self.nextApplication, self.nextNeed) = (nextVacancy, nextApplication, nextNeed)
        (self.siteBatch, self.siteFlying) = (siteBatch, siteFlying)
        (self.rebuilds, self.evaluatedDay, self.workload) = (rebuilds, Int(evaluatedDay), workload)
        for _ in 0..<monthCount {
            guard let month = reader.number(Int32.self), let figures = MonthFigures(&reader) else { return nil }
            months[Int(month)] = figures
        }
        guard reader.isAtEnd else { return nil }
        for vacancy in vacancies {
            keep(vacancy)
            phases[vacancy.phase, default: 0] += 1
            if vacancy.posting.state == .sent {
                queue.push(DueSubject(kind: .posting, number: vacancy.number), atNs: vacancy.posting.waitNs)
            }
        }
        for application in applications {
            keep(application)
            applicationsByVacancy[application.vacancy, default: []].insert(application.number)
            stages[application.stage, default: 0] += 1
        }
        for need in needs { keep(need) }
    }
}
