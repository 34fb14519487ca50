import Testing

@testable import ANPRCore
@testable import BNG

/// Any order of commands, hits, events, answers and years, through errors of the disk and crashes.
@Suite(.timeLimit(.minutes(5))) struct DatabaseWalkTests {
    @Test(arguments: UInt64(1)...10)
    func nothingIsOverwrittenAndNothingDangles(seed: UInt64) throws {
        let memory = Memory()
        let walk = MachineWalk<GeneralDatabase>(
            seed: seed,
            make: {
                try Database.make(["judicial_url": seed % 3 == 0 ? nil : "http://127.0.0.1:1"].compactMapValues { $0 })
            },
            next: { Self.step($0.register, memory, &$1) },
            check: { $0.register.problems + memory.problems($0.register) },
            states: { Self.states($0.register) }, allows: Self.isAllowed)
        try walk.run(steps: 400)
    }

    /// What was there after each step: versions and links only grow, and change only by erasure or an end.
    private final class Memory {
        private var before: Register?
        var number = 0

        func problems(_ register: Register) -> [String] {
            defer { before = register }
            // After a crash the last steps may be undone.
            guard let before, before.versions.count <= register.versions.count,
                before.links.count <= register.links.count, before.records.count <= register.records.count
            else { return [] }
            var problems: [String] = []
            for number in 1..<UInt32(before.versions.count + 1) {
                let (old, new) = (before.versions[number], register.versions[number])
                guard new.isErased == 0 else { continue }
                let isSame =
                    old.atNs == new.atNs && old.record == new.record && old.previous == new.previous
                    && before.content(of: old).texts == register.content(of: new).texts
                    && before.text(old.note) == register.text(new.note) && old.happenedNs == new.happenedNs
                if !isSame { problems.append("version \(number) was overwritten") }
            }
            for number in 1..<UInt32(before.links.count + 1) where register.links[number].isErased == 0 {
                let (old, new) = (before.links[number], register.links[number])
                let isSame = old.a == new.a && old.b == new.b && before.text(old.role) == register.text(new.role)
                if !isSame || !old.holds && new.holds { problems.append("link \(number) was changed") }
            }
            var facts: Set<String> = []
            for number in 1..<UInt32(register.records.count + 1)
            where register.records[number].category == .fact && register.records[number].state != .erased {
                if !facts.insert(register.key(of: number)).inserted { problems.append("fact \(number) is there twice") }
            }
            return problems
        }
    }

    private static func states(_ register: Register) -> [String: String] {
        var states: [String: String] = [:]
        for number in 1..<UInt32(register.records.count + 1) {
            states["record \(number)"] = register.records[number].state.name
            if let exchange = register.exchange(of: number) { states["pv \(number)"] = exchange.phase.name }
        }
        return states
    }

    private static func isAllowed(_ from: String?, _ to: String) -> Bool {
        if let phase = ExchangePhase(name: to) {
            guard let from = from.flatMap({ ExchangePhase(name: $0) }) else {
                return ExchangePhase.first.contains(phase)
            }
            // Acknowledged and on its way again with what changed meanwhile, in one step.
            return from.next.contains(phase) || from == .sent && phase == .sending
        }
        guard let state = RecordState.allCases.first(where: { $0.name == to }) else { return false }
        guard let from = RecordState.allCases.first(where: { $0.name == from }) else { return state == .active }
        return from.next.contains(state)
    }

    // MARK: Steps

    private static func step(
        _ register: Register, _ memory: Memory, _ random: inout Random
    ) -> MachineWalk<GeneralDatabase>.Step {
        memory.number += 1
        let n = memory.number
        switch random.below(20) {
        case 0, 1:
            let hits = (0..<1 + random.below(3)).map { _ in
                Database.hit(
                    UInt32(random.below(60)), plate: "1-ABC-10\(random.below(4))", entry: 1 + UInt32(random.below(3)),
                    isRepeat: random.chance(0.2))
            }
            return .hits(hits)
        case 2, 3: return event(&random)
        case 4: return .later([Nanoseconds.second, 40 * .second, .hour, .day][random.below(4)])
        case 5: return .later([30 * .day, 400 * .day][random.below(2)])
        case 6, 7, 8: return answer(register, &random)
        default: return .call(call(n, register, &random))
        }
    }

    private static func event(_ random: inout Random) -> MachineWalk<GeneralDatabase>.Step {
        let id = "X-\(random.below(8))"
        let (plate, place, state) = (random.below(4), random.below(3), random.below(4))
        let body = #"{"plate":"1ABC10\#(plate)","country":"BE","place":"P\#(place)","to":"s\#(state)"}"#
        let kinds = [
            ("psc", FactKind.breach), ("cbe", FactKind.fileOpened), ("cbe", FactKind.fileMoved),
            ("pacos", FactKind.draft),
            ("pacos", FactKind.seizure),
        ]
        let (origin, kind) = kinds[random.below(kinds.count)]
        return .event(origin: origin, kind: kind, id: id, body: Array((random.chance(0.9) ? body : "{").utf8))
    }

    /// To what is on its way, or late.
    private static func answer(_ register: Register, _ random: inout Random) -> MachineWalk<GeneralDatabase>.Step {
        let outcomes: [EffectAnswer.Outcome] = [
            .answered(status: 202, body: []), .answered(status: 200, body: []), .answered(status: 404, body: []),
            .answered(status: 422, body: Array(#"{"cause":"unit_unknown"}"#.utf8)), .gaveUp("no answer"),
        ]
        let outcome = outcomes[random.chance(0.5) ? 0 : random.below(outcomes.count)]
        guard register.exchanges.count > 0 else {
            return .answer(EffectAnswer(key: "pv-9-9", destination: Destination.judicial, outcome: outcome))
        }
        let exchange = register.exchanges[random.below(register.exchanges.count)]
        let key = GeneralDatabase.judicialKey(exchange.record, version: exchange.version)
        return exchange.phase == .sent && random.chance(0.8)
            ? .answer(
                EffectAnswer(key: "kept-\(key)-\(exchange.asks)", destination: Destination.kept, outcome: outcome))
            : .answer(EffectAnswer(key: key, destination: Destination.judicial, outcome: outcome))
    }

    private static func call(_ n: Int, _ register: Register, _ random: inout Random) -> PluginCall {
        func record() -> FieldValue { .text("BNG-\(1 + random.below(max(1, register.records.count)))") }
        var fields: [String: FieldValue] = [:]
        let verb: String
        switch random.below(10) {
        case 0, 1:
            verb = "pv add"
            fields = ["number": .text("PV\(random.below(40))"), "kind": .text("theft"), "judicial": .text("send")]
            if random.chance(0.3) { fields["judicial"] = .text("no") }
        case 2, 3:
            verb = "person add"
            fields = [
                "family": .text(["Janssens", "Maes-Claes", "Dupont"][random.below(3)]), "given": .text("An"),
                "identity": .text("I\(random.below(60))"), "born": .day(random.below(20_000)),
            ]
        case 4:
            verb = "place add"
            fields = ["name": .text("P\(random.below(5))")]
        case 5, 6:
            verb = "change"
            fields = ["record": record(), "note": .text("n\(n)"), "kind": .text("k\(random.below(9))")]
            if random.chance(0.4) { fields = ["record": record(), "note": .text("n"), "address": .text("a\(n)")] }
            if random.chance(0.2) { fields["classification"] = .text("embargo") }
        case 7:
            verb = "link add"
            fields = ["record": record(), "other": record(), "role": .text("role_\(["a", "b"][random.below(2)])")]
        case 8:
            verb = "link end"
            fields = ["link": .whole(1 + random.below(register.links.count + 1)), "note": .text("n")]
        default:
            verb = "pv send"
            fields = ["record": record()]
        }
        return PluginCall(verb: verb, id: "call-\(n)", by: "officer", fields: fields)
    }
}
