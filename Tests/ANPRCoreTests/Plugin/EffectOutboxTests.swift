import Testing

@testable import ANPRCore

@Suite struct EffectOutboxTests {
    private let delivery = ProbeDelivery()

    private func outbox(_ count: Int, change: (inout EffectSettings) -> Void = { _ in }) throws -> EffectOutbox {
        var settings = EffectSettings()
        settings.attemptsMax = 4
        change(&settings)
        var outbox = EffectOutbox(delivery, settings: settings, seed: 5)
        var events = LedgerEvents()
        for i in 0..<count { events.send(key: "k\(i)", to: "out", [UInt8(i)]) }
        try events.forEach { _ = try outbox.apply($0) }
        return outbox
    }

    /// As the host does: what became of effects is committed, then applied.
    private func settle(_ outbox: inout EffectOutbox) throws {
        let outcomes = outbox.takeOutcomes()
        try outcomes.forEach { _ = try outbox.apply($0) }
    }

    @Test func deliversInOrderAndOnce() throws {
        var outbox = try outbox(5) { $0.attemptsATurn = 3 }
        let more = [0, 0, .day].map { outbox.turn(nowNs: $0) }
        #expect(more == [true, false, false])
        #expect(delivery.keys == ["k0", "k1", "k2", "k3", "k4"])
        #expect(outbox.waiting == 5, "it waits until the ledger knows")
        try settle(&outbox)
        #expect(outbox.waiting == 0 && outbox.counts.delivered == 5)
    }

    @Test func triesAgainLaterAndLaterThenGivesUp() throws {
        var outbox = try outbox(1)
        delivery.problem = .temporary("down")
        var attemptsNs: [Nanoseconds] = []
        for step in 0..<200 {
            let nowNs = Nanoseconds(step) * .second / 10
            let before = delivery.keys.count
            _ = outbox.turn(nowNs: nowNs)
            if delivery.keys.count > before { attemptsNs.append(nowNs) }
            try settle(&outbox)
        }
        #expect(attemptsNs.count == 4)
        for (i, pause) in zip(attemptsNs, attemptsNs.dropFirst()).map({ $1 - $0 }).enumerated() {
            let whole = Nanoseconds.second << i
            #expect((whole / 2...whole + .second / 10).contains(pause))
        }
        #expect(outbox.waiting == 0 && outbox.deadEffects.map(\.reason) == ["down"])
        // Sent again by hand.
        delivery.problem = nil
        let isRetried = ["k0", "k0", "k1"].map { outbox.retryDead($0) }
        #expect(isRetried == [true, false, false])
        try settle(&outbox)
        #expect(outbox.deadEffects.isEmpty && outbox.waiting == 1)
        _ = outbox.turn(nowNs: .hour)
        try settle(&outbox)
        #expect(delivery.keys.count == 5 && outbox.waiting == 0)
    }

    @Test func whatCanNeverWorkIsDeadAtOnce() throws {
        var outbox = try outbox(3) { $0.deadMax = 2 }
        delivery.problem = .permanent("refused")
        _ = outbox.turn(nowNs: 0)
        try settle(&outbox)
        // No room for the third: it waits, it is not thrown away.
        #expect(outbox.deadEffects.map(\.effect.key) == ["k0", "k1"] && outbox.waiting == 1)
        var bytes: [UInt8] = []
        outbox.snapshot(into: &bytes)
        var again = EffectOutbox(delivery)
        try again.restore(bytes)
        #expect(again.deadEffects == outbox.deadEffects && again.waiting == 1)
        for cut in 0..<bytes.count {
            var broken = EffectOutbox(delivery)
            #expect(throws: OutboxEventProblem.self) { try broken.restore(Array(bytes.prefix(cut))) }
        }
    }

    @Test func whatCannotBeFlushedIsDeliveredAgain() throws {
        var outbox = try outbox(2)
        delivery.flushProblem = .temporary("disk full")
        _ = outbox.turn(nowNs: 0)
        #expect(!outbox.hasOutcomes && outbox.problem == "disk full")
        delivery.flushProblem = nil
        _ = outbox.turn(nowNs: .second)
        #expect(delivery.keys == ["k0", "k1"] + delivery.keys.suffix(2) && outbox.hasOutcomes)
        try settle(&outbox)
        #expect(outbox.waiting == 0 && outbox.problem == nil)
    }
}

extension EffectOutbox {
    fileprivate mutating func restore(_ bytes: [UInt8]) throws(OutboxEventProblem) {
        let problem: OutboxEventProblem? = bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            do throws(OutboxEventProblem) { try restore(&reader) } catch { return error }
            return nil
        }
        if let problem { throw problem }
    }
}
