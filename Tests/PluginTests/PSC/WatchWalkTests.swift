import Testing

@testable import ANPRCore
@testable import PSC
@testable import PluginKit

/// Any order of commands, reads, messages, answers and time, with crashes: no breach goes where its state does not
/// allow, nothing that was answered is lost or done twice, and the events alone make the same state.
@Suite(.timeLimit(.minutes(10))) struct WatchWalkTests {
    @Test func theStatesLeadToAnEnd() {
        for state in BreachState.allCases {
            var reached: Set<BreachState> = [state]
            while true {
                let more = reached.union(reached.flatMap(\.next))
                if more == reached { break }
                reached = more
            }
            #expect(reached.contains { $0.isLast }, "\(state.name)")
        }
    }

    /// What is random, and which keys there are, beside the plugin.
    private final class Script {
        private(set) var seen: Set<String> = []
        private var sequence: UInt32 = 0
        private var message = 0
        private var calls = 0

        func note(_ states: [String: String]) { seen.formUnion(states.values) }

        func next(_ watch: ConditionWatch, _ random: inout Random) -> MachineWalk<ConditionWatch>.Step {
            switch random.below(10) {
            case 0, 1, 2: .reads((0...random.below(3)).map { _ in read(watch, &random) })
            case 3: .later([Nanoseconds.second, .hour, .day][random.below(3)])
            case 4, 5: answer(watch, &random)
            default: call(watch, &random)
            }
        }

        private func read(_ watch: ConditionWatch, _ random: inout Random) -> Read {
            sequence += 1
            let offNs = Nanoseconds(random.below(7200) - 3600) * .second
            return Samples.read(
                "1ABC10\(random.below(4))", camera: [3, 4, 7, 99][random.below(4)],
                at: max(watch.clockNs, Samples.noonishNs) + offNs, sequence: sequence)
        }

        private func answer(
            _ watch: ConditionWatch, _ random: inout Random
        ) -> MachineWalk<ConditionWatch>.Step {
            let book = watch.ledger.book
            let findings = book.numbers.compactMap { book.breaches[$0]?.finding }
            let status = random.chance(0.6) ? 202 : [404, 422, 500][random.below(3)]
            func outcome(_ body: String) -> EffectAnswer.Outcome {
                random.chance(0.05) ? .gaveUp("no answer") : .answered(status: status, body: Array(body.utf8))
            }
            let kind = random.below(4)
            if kind < 2, !findings.isEmpty {
                let finding = findings[random.below(findings.count)]
                let isKept = kind == 1
                let key = isKept ? "kept-\(finding.key)-\(finding.asks)" : finding.key
                return .answer(
                    EffectAnswer(
                        key: key, destination: isKept ? Destination.kept : Destination.findings,
                        outcome: outcome(#"{"cause":"no"}"#)))
            }
            if kind == 2 {
                return .answer(
                    EffectAnswer(
                        key: "ib-measure-\(1 + random.below(4))-M\(random.below(3))",
                        destination: Destination.ibelgium, outcome: outcome("{")))
            }
            return .answer(
                EffectAnswer(
                    key: "inbox-\(watch.ledger.exchange.asks)", destination: Destination.inbox,
                    outcome: .answered(status: 200, body: Array(page(&random).utf8))))
        }

        private func page(_ random: inout Random) -> String {
            let messages = (0..<random.below(4)).map { _ in
                message += 1
                let id = random.below(3)
                let decided = Instant.format(Samples.noonishNs + Nanoseconds(random.below(40) - 20) * .hour)
                let condition = """
                    {"condition":"C\(random.below(5))","person":"P\(id)","measure":"M\(id)","kind":"no_driving",\
                    "reason":"x"}
                    """
                let body =
                    random.chance(0.3)
                    ? #"{"kind":"person","person":"P\#(id)","name":"N","plates":"1ABC10\#(id)","decided_at":"\#(decided)"}"#
                    : """
                    {"kind":"measure","measure":"M\(id)","person":"P\(id)","authority":"A","reference":"R",\
                    "decided_at":"\(decided)","valid_from":"","valid_to":"",\
                    "conditions":[\(random.chance(0.7) ? condition : "")]}
                    """
                return "{\"number\":\(message),\"body\":\(body)}"
            }
            return "{\"messages\":[\(messages.joined(separator: ","))]}"
        }

        private func call(_ watch: ConditionWatch, _ random: inout Random) -> MachineWalk<ConditionWatch>.Step {
            calls += 1
            let verbs = PSCVerbs.all.filter { !$0.isQuery && $0.name != FindingCheck.verb.name }.map(\.name)
            let book = watch.ledger.book
            let breach = book.numbers.isEmpty ? nil : book.breaches[book.numbers[random.below(book.numbers.count)]]
            let kinds = ["no_driving", "no_contact", "duty_to_report", "curfew"]
            let kind = kinds[random.below(4)]
            var fields: [String: FieldValue] = [
                "person": .text("P\(random.below(3))"), "name": .text("N"), "plates": .text("1ABC10\(random.below(4))"),
                "plate": .plate(Samples.plate("1ABC10\(random.below(4))")), "measure": .text("M\(random.below(3))"),
                "authority": .text("A"), "reference": .text("R"), "condition": .text("C\(random.below(5))"),
                "kind": .text(kind), "reason": .text("x"), "note": .text("n"), "conflict": .whole(1 + random.below(3)),
                "breach": .text(breach?.id ?? "none"),
            ]
            if kind == "no_contact" { fields["with"] = .text("P\(random.below(3))") }
            if kind == "duty_to_report" { fields["every_days"] = .whole(1 + random.below(3)) }
            if kind == "curfew" { fields["hours"] = .text("00:00-24:00") }
            if random.chance(0.3) { fields["at"] = .instant(watch.clockNs - Nanoseconds(random.below(7200)) * .second) }
            // Verdicts come as often as all else.
            let verb =
                random.chance(0.4)
                ? ["breach confirm", "breach confirm", "breach dismiss", "finding send"][random.below(4)]
                : verbs[random.below(verbs.count)]
            return .call(PluginCall(verb: verb, id: "call-\(calls)", by: "walker", fields: fields))
        }
    }

    @Test(arguments: UInt64(1)...12)
    func noOrderForbids(seed: UInt64) throws {
        let script = Script()
        let options = try PSCOptions([
            "ibelgium_url": "http://127.0.0.1:1", "inbox_seconds": "1",
            seed % 2 == 0 ? "findings_url" : "islp_url": "http://127.0.0.1:2",
        ])
        let walk = MachineWalk<ConditionWatch>(
            seed: seed,
            make: {
                ConditionWatch(
                    options: options, content: ConditionFiles.Content(), priorities: nil,
                    context: PluginContext(directory: "", knowledge: WatchBench.knowledge))
            },
            next: { script.next($0, &$1) }, check: Self.problems,
            states: { watch in
                let book = watch.ledger.book
                let states = Dictionary(
                    uniqueKeysWithValues: book.breaches.values.map { ($0.id, $0.state.name) })
                script.note(states)
                return states
            },
            allows: { from, to in
                guard let to = BreachState(name: to) else { return false }
                guard let from = from.flatMap({ BreachState(name: $0) }) else { return to == .open }
                // Without an address of Justice a confirmed one is sent in the same step.
                return from.next.contains(to)
                    || options.findingsURL == nil && to == .sent && from.next.contains(.confirmed)
            })
        try walk.run(steps: 400)
        #expect(
            script.seen.isSuperset(
                of: ["open", "confirmed", "dismissed", "sent"].filter {
                    options.findingsURL != nil || $0 != "confirmed"
                }))
    }

    /// What holds of every state.
    private static func problems(_ watch: ConditionWatch) -> [String] {
        var problems: [String] = []
        func claim(_ truth: Bool, _ message: String) { if !truth { problems.append(message) } }
        let (register, book) = (watch.register, watch.ledger.book)
        for breach in book.breaches.values {
            let isUnderFinding = breach.state != .open && breach.state != .dismissed
            claim(!isUnderFinding || breach.finding != nil, "\(breach.id) is \(breach.state) without a finding")
        }
        for condition in register.conditions.values {
            claim(register.persons[condition.person] != nil, "\(condition.id) without its person")
            claim(condition.measure.isEmpty || register.measures[condition.measure] != nil, "\(condition.id): measure")
            claim(
                condition.measure.isEmpty || register.measures[condition.measure]?.person == condition.person,
                "\(condition.id) rests on a measure on somebody else")
        }
        for measure in register.measures.values {
            claim(measure.revision.acknowledged <= measure.revision.version, "\(measure.id) acknowledged too much")
            let history = watch.ledger.exchange.history[Subject(.measure, measure.id)] ?? []
            claim(history.contains { !$0.isLost && $0.version == measure.revision.version }, "\(measure.id): history")
        }
        claim(book.counts.values.reduce(0, +) == book.numbers.count, "counts of breaches")
        let tally = watch.tally
        claim(tally.reads == tally.unwatched + tally.harmless + tally.breaking, "counts of reads")
        claim(watch.tally.breaches == watch.tally.alerts + watch.tally.repeats, "counts of alerts")
        return problems
    }
}
