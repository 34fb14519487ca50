import Testing

@testable import ANPRCore
@testable import CBE
@testable import PluginKit

/// Peers that fail one time in five at each point of the exchange: everything that can be sent is sent, once.
@Suite(.timeLimit(.minutes(5))) struct JusticeExchangeTests {
    /// A peer behind a bad line, as `PeerServer` is: a key once, its answer again for the same key.
    private struct Line {
        let script: any PeerScript
        var kept: [String: (body: [UInt8], reply: PeerReply)] = [:]
        var keptTwice = 0
        var conflicts = 0
        private let failing = 0.2

        init(_ script: any PeerScript) { self.script = script }

        /// Nil: no answer came, and the effect comes again.
        mutating func ask(_ effect: Effect, _ random: inout Random) -> PeerReply? {
            if random.chance(failing) { return nil }  // lost on the way there
            if effect.destination == Destination.kept { return answerKept(effect, &random) }
            if let known = kept[effect.key] {
                if known.body != effect.payload { conflicts += 1 }
                return random.chance(failing) ? nil : known.reply
            }
            let reply = script.answer(
                PeerRequest(method: "POST", target: "/", key: effect.key, body: effect.payload, atNs: 0))
            // Says that it has it, and has lost it.
            let isForgotten = reply.status == 202 && !effect.key.hasPrefix("batch-") && random.chance(failing)
            if !isForgotten { kept[effect.key] = (effect.payload, reply) }
            return random.chance(failing) ? nil : reply  // lost on the way back
        }

        private func answerKept(_ effect: Effect, _ random: inout Random) -> PeerReply? {
            let key = effect.key.split(separator: "-").dropFirst().dropLast().joined(separator: "-")
            return random.chance(failing) ? nil : PeerReply(status: kept[key] == nil ? 404 : 200)
        }
    }

    @Test(arguments: UInt64(1)...6)
    func everythingThatCanBeSentIsSentOnce(seed: UInt64) throws {
        var random = Random(seed: seed)
        let bench = try OfficeBench(OfficeBench.options(["batch_files": "16"]))
        var justice = Line(try JusticePeer(["refuse_permille": "50"]))
        var holders = Line(try HoldersPeer(["invent": "yes"]))
        for i in 0..<300 as Range<UInt32> {
            let countries = ["BE", "BE", "NL", "FR", "DE", "GB"]
            try bench.hand(
                Samples.record(
                    correctedKmh: UInt16(121 + random.below(50)), country: countries[random.below(6)], sequence: i))
        }
        for _ in 0..<400 {
            for effect in bench.outbox.values.sorted(by: { $0.key < $1.key }) {
                switch effect.destination {
                case Destination.register, Destination.eucaris:
                    try pass(effect, &holders, bench, &random)
                case Destination.justice, Destination.kept: try pass(effect, &justice, bench, &random)
                case Destination.seal:
                    if random.chance(0.2) { continue }
                    try bench.answer(effect, .answered(status: 200, body: [1, 2, 3]))
                default: try bench.answer(effect, .answered(status: 200, body: []))
                }
            }
            try bench.wait(40 * .second)
        }
        #expect(justice.conflicts == 0 && holders.conflicts == 0)
        let files = bench.office.ledger.files.values
        let phases = Set(files.map(\.phase))
        #expect(phases.isSubset(of: [.acknowledged, .prosecutor, .refused, .unknown]), "\(phases)")
        // Whom no register knows is a person's; everything else is with Justice, each file under one key.
        let sendable = files.filter { $0.phase != .unknown }.map(\.justiceKey).sorted()
        let kept = justice.kept.keys.filter { !$0.hasPrefix("batch-") }.sorted()
        #expect(sendable == kept && sendable.count > 200)
        #expect(justice.kept.keys.filter { $0.hasPrefix("batch-") }.count == bench.office.ledger.batches.count)
        try expectProof(bench, justice)
        let day = try #require(bench.office.ledger.days.values.first)
        #expect(day.created == 300 && day.acknowledged + day.refusedAll == sendable.count && day.forgotten > 0)
        #expect(try bench.replayed() == bench.state)
    }

    private func pass(_ effect: Effect, _ line: inout Line, _ bench: OfficeBench, _ random: inout Random) throws {
        guard let reply = line.ask(effect, &random) else { return }
        try bench.answer(effect, .answered(status: reply.status, body: reply.body))
    }

    /// What Justice has is what the manifests that were signed name, by its hash.
    private func expectProof(_ bench: OfficeBench, _ justice: Line) throws {
        var named: [String: String] = [:]
        for effect in bench.sent where effect.destination == Destination.seal {
            for entry in try #require(SealManifest.entries(String(decoding: effect.payload, as: UTF8.self))) {
                #expect(named.updateValue(entry.sha256, forKey: entry.name) == nil)
            }
        }
        for (key, kept) in justice.kept where !key.hasPrefix("batch-") {
            #expect(named[key + ".json"] == SHA256.digest(kept.body).description)
        }
    }
}
