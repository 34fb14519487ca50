import Testing

@testable import ANPRCore

/// The walk itself, on a small domain.
@Suite(.timeLimit(.minutes(10))) struct MachineWalkTests {
    private func walk(_ seed: UInt64) -> MachineWalk<DoorPlugin> {
        var number = 0
        return MachineWalk(
            seed: seed, make: { DoorPlugin() },
            next: { plugin, random in
                number += 1
                switch random.below(10) {
                case 0: return .later(.hour)
                case 1: return .hits((0..<3).map { _ in HitSample.hit(UInt32(random.below(50))) })
                case 2: return .event(origin: "bells", kind: "bells.rang/1", id: "e\(number)", body: [])
                case 3:
                    let key = "p\(random.below(50))"
                    return .answer(
                        EffectAnswer(key: key, destination: "log", outcome: .answered(status: 200, body: [])))
                default:
                    let verb = ["open", "close", "lock"][random.below(3)]
                    let fields = ["door": FieldValue.text("d\(random.below(4))")]
                    return .call(PluginCall(verb: verb, id: "c\(number)", by: "walk", fields: fields))
                }
            },
            check: { Set($0.heard).count == $0.heard.count ? [] : ["an event was heard twice"] },
            states: { $0.doors.mapValues { "\($0)" } },
            allows: { from, to in
                [nil: ["open"], "open": ["closed"], "closed": ["open", "locked"]][from]?.contains(to) ?? false
            })
    }

    @Test(arguments: UInt64(1)...12) func doorsMoveOnlyAsTheyMay(seed: UInt64) throws {
        try walk(seed).run(steps: 300)
    }

    @Test func aForbiddenMoveIsFound() throws {
        var wrong = walk(3)
        wrong.allows = { _, to in to != "locked" }
        withKnownIssue { try wrong.run(steps: 300) }
    }
}
