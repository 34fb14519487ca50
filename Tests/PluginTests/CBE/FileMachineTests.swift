import Testing

@testable import ANPRCore
@testable import CBE
@testable import PluginKit

/// Any order of commands, answers and time: no file ever goes where its phase does not allow, and the events alone make
/// the same state.
@Suite(.timeLimit(.minutes(5))) struct FileMachineTests {
    @Test func thePhasesLeadToAnEnd() {
        for phase in FilePhase.allCases {
            var reached: Set<FilePhase> = [phase]
            while true {
                let more = reached.union(reached.flatMap(\.next))
                if more == reached { break }
                reached = more
            }
            #expect(reached.contains { $0.isLast }, "\(phase.name)")
        }
        #expect(FilePhase.first.isSubset(of: Set(FilePhase.allCases)))
    }

    @Test(arguments: UInt64(1)...40)
    func noOrderForbids(seed: UInt64) throws {
        var random = Random(seed: seed)
        let bench = try OfficeBench(
            OfficeBench.options(["journey_minutes": seed % 3 == 0 ? "30" : "0", "batch_files": "4"]))
        for i in 0..<400 {
            do { try step(bench, UInt32(i), &random) } catch is Refusal {}
        }
        for (from, to) in bench.transitions {
            if let from { #expect(from.next.contains(to)) } else { #expect(FilePhase.first.contains(to)) }
        }
        #expect(Set(bench.transitions.map(\.to)).count > 6)
        #expect(try bench.replayed() == bench.state)
        let restored = try #require(bench.state.withUnsafeBytes { CaseLedger($0) })
        var again: [UInt8] = []
        restored.write(into: &again)
        #expect(again == bench.state)
        #expect(restored.phases.filter { $0.value > 0 } == bench.office.ledger.phases.filter { $0.value > 0 })
        #expect(restored.ready == bench.office.ledger.ready)
    }

    private func step(_ bench: OfficeBench, _ i: UInt32, _ random: inout Random) throws {
        switch random.below(10) {
        case 0, 1:
            let countries = ["BE", "NL", "GB", ""]
            try bench.hand(
                Samples.record(
                    correctedKmh: UInt16(115 + random.below(60)), country: countries[random.below(4)],
                    exitNs: bench.nowNs, sequence: i, review: random.chance(0.3) ? .lookAlike : []))
        case 2: try bench.wait([Nanoseconds.second, 61 * .second, .hour, .day, 20 * .day][random.below(5)])
        case 3, 4, 5, 6: try answer(bench, &random)
        default: try call(bench, &random)
        }
    }

    private func answer(_ bench: OfficeBench, _ random: inout Random) throws {
        // Also what was delivered long ago: an answer may come late, or twice.
        let all = random.chance(0.1) ? bench.sent : bench.outbox.values.sorted { $0.key < $1.key }
        guard !all.isEmpty else { return }
        let effect = all[random.below(all.count)]
        let bodies = [
            "", "{}", #"{"cause":"Of another kind!"}"#, "{",
            #"{"holder":{"name":"A","street":"B","postcode":"1","town":"C","country":"BE","language":"fr"}}"#,
        ]
        let body = Array(bodies[random.chance(0.6) ? 4 : random.below(5)].utf8)
        let statuses = [200, 202, 404, 409, 422]
        let status = random.chance(0.6) ? 200 : statuses[random.below(5)]
        try bench.answer(
            effect, random.chance(0.05) ? .gaveUp("no answer") : .answered(status: status, body: body))
    }

    private func call(_ bench: OfficeBench, _ random: inout Random) throws {
        let numbers = bench.office.ledger.files.keys.sorted()
        guard !numbers.isEmpty else { return }
        let digits = StructuredCommunication(number: numbers[random.below(numbers.count)])?.digits ?? ""
        let verbs = [
            "file verify", "file holder", "file ask", "file prosecute", "file again", "file close", "pay",
            "batch close",
        ]
        try bench.call(
            verbs[random.below(verbs.count)],
            [
                "file": .text(digits), "verdict": .text(random.chance(0.7) ? "accept" : "reject"),
                "country": .text("BE"), "name": .text("N"), "street": .text("S"), "postcode": .text("P"),
                "town": .text("T"), "language": .text("de"), "cause": .text("c"), "cents": .whole(5000),
                "reference": .text("\(random.below(1000))"),
            ])
    }
}
