import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// Any order of commands, hits, breaches, answers, time and crashes: no vacancy, application, need or posting ever goes
/// where it may not, no rank is given twice, and the ledger alone makes the same state.
@Suite(.timeLimit(.minutes(10))) struct RecruitmentWalkTests {
    /// Written down here apart from the code.
    private static let allowed: [String: Set<String>] = [
        "V nothing": ["draft"], "V draft": ["published", "withdrawn"], "V published": ["closed", "withdrawn"],
        "V closed": ["filled", "withdrawn"],
        "A nothing": ["eligibility"], "A eligibility": ["tests", "refused", "withdrawn"],
        "A tests": ["interview", "refused", "withdrawn"], "A interview": ["medical", "refused", "withdrawn"],
        "A medical": ["ranking", "refused", "withdrawn"], "A ranking": ["offer", "refused", "withdrawn"],
        "A offer": ["accepted", "declined", "refused", "withdrawn"],
        "N nothing": ["open"], "N open": ["accepted", "dismissed", "lapsed"],
    ]

    private static func allows(_ from: String?, _ to: String) -> Bool {
        let kind = to.prefix(1)
        return allowed["\(kind) \(from?.dropFirst(2) ?? "nothing")"]?.contains(String(to.dropFirst(2))) ?? false
    }

    private static func states(_ plugin: SaRAPlugin) -> [String: String] {
        var states: [String: String] = [:]
        for vacancy in plugin.register.vacancies.values { states[vacancy.name] = "V " + vacancy.phase.name }
        for one in plugin.register.applications.values { states[one.reference] = "A " + one.stage.name }
        for need in plugin.register.needs.values { states[need.name] = "N " + need.state.name }
        return states
    }

    /// What holds of every state.
    private static func check(_ plugin: SaRAPlugin) -> [String] {
        let register = plugin.register
        var problems: [String] = []
        var counted = WorkloadBook.Count()
        for count in register.workload.counts.values {
            counted.hits += count.hits
            counted.followed += count.followed + count.late
        }
        if Int(counted.hits) != Int(counted.followed) + register.workload.open.count {
            problems.append("hits are not followed, late or open")
        }
        for vacancy in register.vacancies.values {
            let applications = register.applications(of: vacancy.number)
            let ranks = applications.map(\.rank).filter { $0 > 0 }
            if Set(ranks).count != ranks.count { problems.append("\(vacancy.name): a rank is there twice") }
            let passed: Set<ApplicationStage> = [.ranking, .offer, .accepted, .declined, .refused, .withdrawn]
            for one in applications where one.rank > 0 && !passed.contains(one.stage) {
                problems.append("\(one.reference) has a rank at \(one.stage.name)")
            }
            for one in applications where [.offer, .accepted, .declined].contains(one.stage) && one.rank == 0 {
                problems.append("\(one.reference) got an offer without a rank")
            }
            let held = Int(vacancy.taken) + applications.count { $0.stage == .offer }
            if held > vacancy.places { problems.append("\(vacancy.name): more offers than places") }
            if vacancy.phase.isLast, applications.contains(where: { !$0.stage.isLast }) {
                problems.append("\(vacancy.name) has ended, and one of its applications has not")
            }
            if vacancy.isDirty != register.siteDirty.contains(vacancy.number) {
                problems.append("\(vacancy.name): the site is forgotten")
            }
            if vacancy.posting.version > vacancy.version { problems.append("\(vacancy.name): Jobpol is ahead") }
        }
        for (phase, count) in register.phases
        where count != register.vacancies.values.count(where: { $0.phase == phase }) {
            problems.append("\(phase.name) is counted wrongly")
        }
        for (stage, count) in register.stages
        where count != register.applications.values.count(where: { $0.stage == stage }) {
            problems.append("\(stage.name) is counted wrongly")
        }
        return problems
    }

    private final class Seen { var states: Set<String> = [] }

    /// What comes next in a walk; has numbers of its own, so that no id comes twice.
    private final class Steps {
        private var number = 0
        private var clockNs = Samples.noonishNs

        func next(_ plugin: SaRAPlugin, _ random: inout Random) -> MachineWalk<SaRAPlugin>.Step {
            number += 1
            switch random.below(20) {
            case 0:
                let ns = [Nanoseconds.second, .hour, 2 * .hour, .day, 2 * .day, 16 * .day, 200 * .day][random.below(7)]
                clockNs += ns
                return .later(ns)
            case 1, 2:
                return .hits(
                    (0..<8).map { _ in
                        var hit = Hit(
                            read: Samples.read(
                                "1-ABC-234", camera: [3, 7, 9][random.below(3)],
                                at: clockNs - Nanoseconds(random.below(40)) * .hour,
                                sequence: UInt32(random.below(100_000))))
                        hit.sourceCount = 1
                        return hit
                    })
            case 3:
                let body = #"{"camera":"\#(["E40-01-1", "E40-02-1", "x"][random.below(3)])"}"#
                return .event(origin: "psc", kind: "psc.breach/1", id: "b\(number)", body: Array(body.utf8))
            case 4, 5, 6: return .answer(answer(plugin, &random))
            default: return .call(call(plugin, &random))
            }
        }

        private func answer(_ plugin: SaRAPlugin, _ random: inout Random) -> EffectAnswer {
            let number = UInt32(random.below(Int(plugin.register.nextVacancy) + 1))
            let posting = plugin.register.vacancies[number]?.posting ?? Posting()
            let version = random.chance(0.8) ? posting.version : UInt32(random.below(5))
            let (destination, key) = [
                ("jobpol", "jobpol-V-\(number)-\(version)"), ("site", "site-\(plugin.register.siteBatch)"),
                ("jobpol-kept", "kept-jobpol-V-\(number)-\(version)-\(posting.asks)"), ("site", "site-rebuild-1-0"),
            ][random.below(4)]
            let outcome: EffectAnswer.Outcome =
                random.chance(0.1)
                ? .gaveUp("no") : .answered(status: [200, 202, 404, 422][random.below(4)], body: [])
            return EffectAnswer(key: key, destination: destination, outcome: outcome)
        }

        private static let verbs = [
            "vacancy add", "vacancy change", "vacancy publish", "vacancy publish", "vacancy close", "vacancy fill",
            "vacancy withdraw", "application enter", "application enter", "application move", "application move",
            "application move", "application move", "application move", "application rank", "application offer",
            "application offer", "application answer", "need compute", "need accept", "need dismiss",
            "hit followed", "site rebuild",
        ]

        private func call(_ plugin: SaRAPlugin, _ random: inout Random) -> PluginCall {
            let register = plugin.register
            let passed = register.applications.values.filter { $0.stage == .ranking }
            let ofVacancy = passed.map(\.vacancy).min() ?? 1
            var order = passed.filter { $0.vacancy == ofVacancy }.map(\.number).sorted()
            if random.chance(0.5) { order.reverse() }
            let verb = Self.verbs[random.below(Self.verbs.count)]
            // Mostly one that it can be done to, or few would ever get far.
            let phases: [String: VacancyPhase] = [
                "vacancy publish": .draft, "application enter": .published, "vacancy fill": .closed,
                "vacancy close": .published,
            ]
            let fit = register.vacancies.values.filter { $0.phase == phases[verb] }.map(\.number).sorted()
            let anyVacancy = UInt32(1 + random.below(Int(register.nextVacancy)))
            let vacancy = Vacancy.name(fit.isEmpty || random.chance(0.1) ? anyVacancy : fit[random.below(fit.count)])
            let stageOfVerb: ApplicationStage? = ["application offer": .ranking, "application answer": .offer][verb]
            let open = register.applications.values.filter { (stageOfVerb ?? $0.stage) == $0.stage && !$0.stage.isLast }
                .map(\.number).sorted()
            let anyApplication = UInt32(1 + random.below(Int(register.nextApplication)))
            let application = Application.name(
                open.isEmpty || random.chance(0.1) ? anyApplication : open[random.below(open.count)])
            let later = (1 + random.below(30)) * Int(Nanoseconds.day)
            let closes = Int((clockNs + Nanoseconds(later)) / .day)
            let followed = register.workload.open.keys.min().map(\.description) ?? "3/1/1"
            let stages = ApplicationStage.movable.map(\.name)
            let isRank = verb == "application rank"
            let stage = UInt32(application.dropFirst(2)).flatMap { register.applications[$0]?.stage } ?? .eligibility
            let next = stage.next.filter { ApplicationStage.movable.contains($0) && $0.rawValue == stage.rawValue + 1 }
            let to = random.chance(0.9) ? next.first?.name : nil
            let fields: [String: FieldValue] = [
                "vacancy": .text(isRank ? "V-\(ofVacancy)" : vacancy), "application": .text(application),
                "zone": .text("AB".map(String.init)[random.below(2)]), "places": .whole(1 + random.below(2)),
                "closes": .day(closes), "language": .text(Language.allCases[random.below(4)].code),
                "title": .text("T\(random.below(9))"), "profile": .text("P"), "name": .text("n"),
                "email": .text("n\(random.below(9))@mail.example"),
                "to": .text(to ?? stages[random.below(stages.count)]),
                "cause": .text("c"), "order": .list(order.map { "A-\($0)" }),
                "answer": .text(random.chance(0.5) ? "accept" : "decline"),
                "need": .text("N-\(1 + random.below(max(1, Int(register.nextNeed))))"), "read": .text(followed),
                "at": .instant(clockNs - Nanoseconds(random.below(3)) * .hour),
            ]
            let wanted = Set(SaRAVerbs.all.first { $0.name == verb }?.fields.map(\.name) ?? [])
            return PluginCall(
                verb: verb, id: "c\(number)", by: "walk",
                fields: fields.filter { wanted.contains($0.key) && !(verb == "need compute" && $0.key == "to") })
        }
    }

    /// Together the walks come everywhere, so that none of what they hold is held of nothing.
    @Test func noOrderForbids() throws {
        let seen = Seen()
        for seed in UInt64(1)...12 { try walk(seed, seen) }
        #expect(seen.states.count == 19, "\(seen.states.sorted())")
    }

    private func walk(_ seed: UInt64, _ seen: Seen) throws {
        let folder = try TemporaryFolder()
        let more = seed % 2 == 0 ? [:] : ["jobpol_url": "http://127.0.0.1:1", "site_folder": folder.path]
        let workload = try folder.write(
            "busy.csv",
            """
            valid_from,valid_to,zone,shift,follow_minutes,hits_per_staff,breaches_per_staff,days,status,source
            2021-01-01,,*,*,15,1,1,2,unconfirmed,invented
            """)
        let options = try SaRAOptions(
            RecruitmentBench.options(folder, more.merging(["workload": workload]) { $1 }))
        let tables = try options.loadTables()
        let steps = Steps()
        let walk = MachineWalk<SaRAPlugin>(
            seed: seed,
            make: {
                SaRAPlugin(
                    options: options, tables: tables,
                    context: PluginContext(directory: "", knowledge: RecruitmentBench.knowledge))
            },
            next: { steps.next($0, &$1) },
            check: { plugin in
                seen.states.formUnion(Self.states(plugin).values)
                return Self.check(plugin)
            }, states: Self.states, allows: Self.allows)
        try walk.run(steps: 600)
    }

    @Test func thePhasesLeadToAnEnd() {
        for phase in VacancyPhase.allCases { #expect(reaches(phase, \.next) { $0.isLast }) }
        for stage in ApplicationStage.allCases { #expect(reaches(stage, \.next) { $0.isLast }) }
        for state in Posting.State.allCases { #expect(reaches(state, \.next) { $0 == .kept }) }
    }

    private func reaches<State: Hashable>(
        _ start: State, _ next: (State) -> Set<State>, where isEnd: (State) -> Bool
    ) -> Bool {
        var reached: Set<State> = [start]
        while true {
            let more = reached.union(reached.flatMap(next))
            if more == reached { return reached.contains(where: isEnd) }
            reached = more
        }
    }
}
