import Synchronization
import Testing

@testable import ANPRCore

/// Lanes of the outbox, on a carrier that a test drives by hand.
@Suite struct EffectLaneTests {
    private final class HandCarrier: EffectCarrier {
        var room = 2
        private(set) var submitted: [(number: UInt64, key: String)] = []
        private var finished: [CarriedEffect] = []

        func submit(_ number: UInt64, _ effect: Effect) {
            room -= 1
            submitted.append((number, effect.key))
        }

        func finish(_ key: String, _ outcome: Result<DeliveryAnswer?, DeliveryProblem>) {
            guard let number = submitted.last(where: { $0.key == key })?.number else { return }
            room += 1
            finished.append(CarriedEffect(number: number, outcome: outcome))
        }

        func takeFinished() -> [CarriedEffect] {
            defer { finished = [] }
            return finished
        }

        func stop(within ns: Nanoseconds) { room = 0 }
    }

    private let carrier = HandCarrier()
    private let files = ProbeDelivery()

    private func outbox(_ keys: [String], change: (inout EffectSettings) -> Void = { _ in }) throws -> EffectOutbox {
        var settings = EffectSettings()
        settings.attemptsMax = 2
        change(&settings)
        var outbox = EffectOutbox(files, carriers: ["peer": (settings, carrier)], tellsAnswers: true)
        var events = LedgerEvents()
        for key in keys { events.send(key: key, to: key.hasPrefix("f") ? "file" : "peer", [1]) }
        try events.forEach { _ = try outbox.apply($0) }
        return outbox
    }

    private func settle(_ outbox: inout EffectOutbox) throws {
        try outbox.takeOutcomes().forEach { _ = try outbox.apply($0) }
    }

    @Test func aPeerThatHangsHoldsUpNobodyElse() throws {
        var outbox = try outbox(["a", "b", "c", "f1", "f2"])
        _ = outbox.turn(nowNs: 0)
        try settle(&outbox)
        #expect(carrier.submitted.map(\.key) == ["a", "b"] && files.keys == ["f1", "f2"])
        #expect(outbox.waiting == 3 && outbox.laneStatus.map(\.flying) == [2])
        _ = outbox.turn(nowNs: .hour)
        #expect(carrier.submitted.count == 2, "what is under way is not sent again")
        carrier.finish("b", .success(nil))
        _ = outbox.turn(nowNs: .hour)
        try settle(&outbox)
        #expect(carrier.submitted.map(\.key) == ["a", "b", "c"] && outbox.waiting == 2)
    }

    @Test func anAnswerWaitsForThePlugin() throws {
        var outbox = try outbox(["a"])
        _ = outbox.turn(nowNs: 0)
        carrier.finish("a", .success(DeliveryAnswer(status: 202, body: [7])))
        _ = outbox.turn(nowNs: 1)
        let answer = EffectAnswer(key: "a", destination: "peer", outcome: .answered(status: 202, body: [7]))
        #expect(outbox.pendingAnswers == [answer] && !outbox.hasOutcomes && outbox.waiting == 1)
        _ = outbox.turn(nowNs: .day)
        #expect(carrier.submitted.count == 1)
        for _ in 0..<3 { outbox.refuseAnswer("a", "no") }
        try settle(&outbox)
        #expect(outbox.deadEffects.map(\.reason) == ["the plugin does not take its answer: no"])
        #expect(outbox.pendingAnswers.isEmpty && outbox.waiting == 0)
    }

    @Test func whatIsGivenUpIsToldAsWell() throws {
        var outbox = try outbox(["a"])
        for attempt in 0..<2 {
            _ = outbox.turn(nowNs: Nanoseconds(attempt) * .hour)
            carrier.finish("a", .failure(.temporary("down")))
            _ = outbox.turn(nowNs: Nanoseconds(attempt) * .hour)
            #expect(outbox.problem == "peer: down")
        }
        #expect(outbox.pendingAnswers.map(\.outcome) == [.gaveUp("down")] && outbox.deadCount == 0)
    }

    @Test func eachLaneHasItsBound() throws {
        let outbox = try outbox(["a", "b", "f"]) { $0.waitingMax = 3 }
        #expect(!outbox.isFull(with: 0) && outbox.isFull(with: 1))
    }

    @Test func afterTheEndNothingLeaves() throws {
        var outbox = try outbox(["a"])
        outbox.stop(within: 0)
        _ = outbox.turn(nowNs: 0)
        #expect(carrier.submitted.isEmpty && outbox.waiting == 1)
    }
}

/// The threads of a destination.
@Suite(.timeLimit(.minutes(10))) struct EffectCourierTests {
    /// Waits where it is told to, until it is let go.
    private final class Gate: Sendable {
        private let isOpen = Mutex(false)
        private let parker = Parker()

        func open() {
            isOpen.withLock { $0 = true }
            parker.wake()
        }

        func pass() {
            while !isOpen.withLock({ $0 }) {
                parker.park(nanoseconds: .second) { !isOpen.withLock { $0 } }
            }
        }
    }

    private final class Peer: EffectDelivery {
        private let gate: Gate
        init(_ gate: Gate) { self.gate = gate }

        func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
            switch effect.key {
            case "hangs": gate.pass()
            case "fails": throw .temporary("down")
            default: break
            }
            return DeliveryAnswer(status: 200, body: Array(effect.key.utf8))
        }
    }

    private func courier(_ gate: Gate, _ parker: Parker) throws -> EffectCourier {
        try EffectCourier(name: "peer", EffectAdapter { _ in Peer(gate) }, directory: "") { parker.wake() }
    }

    private func finished(_ courier: EffectCourier, _ parker: Parker) -> [CarriedEffect] {
        while true {
            let finished = courier.takeFinished()
            if !finished.isEmpty { return finished }
            parker.park(nanoseconds: .second / 100) { true }
        }
    }

    @Test func oneThatHangsLeavesRoomForOthers() throws {
        let (gate, parker) = (Gate(), Parker())
        let courier = try courier(gate, parker)
        #expect(courier.room == 2)
        courier.submit(0, Effect(key: "hangs", destination: "peer", payload: []))
        for number in 1...20 as ClosedRange<UInt64> {
            courier.submit(number, Effect(key: number % 2 == 0 ? "fails" : "k", destination: "peer", payload: []))
            let one = finished(courier, parker)
            #expect(one.map(\.number) == [number])
            #expect((try? one[0].outcome.get()) == (number % 2 == 0 ? nil : DeliveryAnswer(status: 200, body: [0x6b])))
        }
        // It ends in time though one hangs; what hangs ends later, and nobody needs it.
        courier.stop(within: .second / 100)
        #expect(courier.room == 0 && courier.takeFinished().isEmpty)
        gate.open()
        courier.stop(within: .hour)
        #expect(courier.takeFinished().map(\.number) == [0])
    }

    /// All that was decided leaves, whatever the disk does.
    @Test(arguments: UInt64(1)...10) func everythingLeavesThroughACrash(seed: UInt64) throws {
        let storage = MemoryLedgerStorage(seed: seed)
        let (gate, parker) = (Gate(), Parker())
        let courier = try courier(gate, parker)
        var random = Random(seed: seed)
        storage.plan(.crash, at: random.below(60))
        var host: PluginHost?
        var nowNs: Nanoseconds = 0
        for _ in 0..<10_000 {
            nowNs += .second
            do {
                let running =
                    try host
                    ?? PluginHost(
                        DecidingPlugin(), storage: storage, shards: 1, carriers: ["out": (EffectSettings(), courier)])
                host = running
                let from = Int(running.taken[0].position)
                if from < 10 { try running.take(from..<from + 1) }
                try running.commit(durable: [.max], nowNs: nowNs)
                if from == 10, running.status.waiting == 0, running.status.held == 0 { return }
                parker.park(nanoseconds: .millisecond) { running.status.waiting > 0 }
            } catch is SystemError {
                guard storage.isDead else { continue }
                // The courier of a process that died is gone with what it had.
                while courier.room < 2 { parker.park(nanoseconds: .millisecond) { true } }
                _ = courier.takeFinished()
                storage.restartMachine()
                host = nil
            }
        }
        Issue.record("seed \(seed): it does not come to an end")
    }
}
