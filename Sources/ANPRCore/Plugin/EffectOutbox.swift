/// Effects that are committed and have not happened yet, and those that were given up.
///
/// It changes by the host's ledger events alone, so it is the same after every recovery. Attempts and their times are
/// of this run: a restart tries everything again at once.
package struct EffectOutbox {
    private struct Item {
        let effect: Effect
        var attempts = 0
    }

    private struct Due {
        let atNs: Nanoseconds
        let number: UInt64
    }

    /// What goes one way: to a destination with a carrier of its own, or (without one) all the rest together.
    private struct Lane {
        let settings: EffectSettings
        let carrier: (any EffectCarrier)?
        /// The next one last.
        var due: [Due] = []
        var flying: Set<UInt64> = []
        var waiting = 0
        var payloadBytes = 0
        var failures = 0
        /// Why the last attempt failed; nil when it did not.
        var problem: String?
    }

    private let delivery: any EffectDelivery
    /// By destination; that of all the rest has no name.
    private var lanes: [String: Lane]
    private let carried: [String]
    private let tellsAnswers: Bool
    private var random: Random
    private var items: [UInt64: Item] = [:]
    private var numbers: [String: UInt64] = [:]
    private var nextNumber: UInt64 = 0
    private var dead: [String: DeadEffect] = [:]
    /// What became of effects and is not in the ledger yet.
    private var outcomes = LedgerEvents()
    /// What the plugin has not heard yet: what it makes of an answer is committed with what became of the effect.
    private var answers: [PendingAnswer] = []
    private var burials = 0
    private var retried: Set<String> = []
    package private(set) var counts = EffectCounts()
    /// Why the last attempt of a lane failed; nil when none did.
    package var problem: String? {
        lanes.sorted { $0.key < $1.key }.lazy.compactMap { name, lane in
            lane.problem.map { name.isEmpty ? $0 : name + ": " + $0 }
        }.first
    }

    /// `tellsAnswers`: the plugin hears what came back.
    package init(
        _ delivery: any EffectDelivery, carriers: [String: (EffectSettings, any EffectCarrier)] = [:],
        tellsAnswers: Bool = false, settings: EffectSettings = EffectSettings(), seed: UInt64 = 1
    ) {
        self.delivery = delivery
        self.tellsAnswers = tellsAnswers
        lanes = carriers.mapValues { Lane(settings: $0.0, carrier: $0.1) }
        lanes[""] = Lane(settings: settings, carrier: nil)
        carried = carriers.keys.sorted()
        random = Random(seed: seed)
    }

    private func lane(_ effect: Effect) -> String { lanes[effect.destination] == nil ? "" : effect.destination }

    package var waiting: Int { items.count }
    package var deadCount: Int { dead.count }
    /// Whether the ledger does not know yet what became of some.
    var hasOutcomes: Bool { !outcomes.isEmpty }
    var waitingEffects: [Effect] { items.values.map(\.effect).sorted { $0.key < $1.key } }
    package var deadEffects: [DeadEffect] { dead.values.sorted { $0.effect.key < $1.effect.key } }

    /// Whether this many more effects, decided and not committed yet, would be too many.
    func isFull(with more: Int) -> Bool {
        lanes.values.contains {
            $0.waiting + more >= $0.settings.waitingMax || $0.payloadBytes >= $0.settings.waitingBytesMax
        }
    }

    var laneStatus: [LaneStatus] {
        carried.compactMap { name in
            lanes[name].map {
                LaneStatus(
                    name: name, waiting: $0.waiting, flying: $0.flying.count, failures: $0.failures,
                    problem: $0.problem)
            }
        }
    }

    // MARK: Events

    /// True when it says that an event was set aside.
    mutating func apply(_ event: LedgerEvent) throws(OutboxEventProblem) -> Bool {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case LedgerEvent.effectEnqueued:
            guard let effect = Effect(&reader) else { throw OutboxEventProblem() }
            let isRetried = dead.removeValue(forKey: effect.key) != nil
            if isRetried { retried.remove(effect.key) }
            enqueue(effect)
            return effect.destination == HostDelivery.setAside && !isRetried
        case LedgerEvent.effectDelivered:
            guard let key = reader.text() else { throw OutboxEventProblem() }
            _ = take(key)
        case LedgerEvent.effectDead:
            guard let key = reader.text(), let reason = reader.text() else { throw OutboxEventProblem() }
            if let effect = take(key) { dead[key] = DeadEffect(effect: effect, reason: reason) }
            burials = max(0, burials - 1)
        default: throw OutboxEventProblem()
        }
        return false
    }

    private mutating func enqueue(_ effect: Effect) {
        guard numbers[effect.key] == nil else { return }
        let number = nextNumber
        nextNumber += 1
        items[number] = Item(effect: effect)
        numbers[effect.key] = number
        let lane = lane(effect)
        lanes[lane]?.waiting += 1
        lanes[lane]?.payloadBytes += effect.payload.count
        schedule(number, lane, atNs: .min)
    }

    private mutating func take(_ key: String) -> Effect? {
        guard let number = numbers.removeValue(forKey: key), let item = items.removeValue(forKey: number) else {
            return nil
        }
        let lane = lane(item.effect)
        lanes[lane]?.waiting -= 1
        lanes[lane]?.payloadBytes -= item.effect.payload.count
        lanes[lane]?.flying.remove(number)
        return item.effect
    }

    /// What became of effects since the last time: to be committed, and then applied.
    mutating func takeOutcomes() -> LedgerEvents {
        defer { outcomes = LedgerEvents() }
        return outcomes
    }

    /// A dead letter is tried again, as if it were new. False when there is none of that key.
    package mutating func retryDead(_ key: String) -> Bool {
        guard let letter = dead[key], retried.insert(key).inserted else { return false }
        outcomes.send(letter.effect)
        return true
    }

    // MARK: Delivery

    /// Delivers what is due, at most so many; hands the carriers what they have room for, and takes what they brought.
    /// Returns whether more is due.
    mutating func turn(nowNs: Nanoseconds) -> Bool {
        for name in carried { carry(name, nowNs: nowNs) }
        var delivered: [UInt64] = []
        var attempts = 0
        let attemptsMax = lanes[""]?.settings.attemptsATurn ?? 0
        while attempts < attemptsMax, let number = takeDue("", nowNs: nowNs) {
            guard let item = items[number] else { continue }
            attempts += 1
            counts.attempts += 1
            do throws(DeliveryProblem) {
                try delivery.deliver(item.effect)
                delivered.append(number)
            } catch { fail(number, error, nowNs: nowNs) }
        }
        guard !delivered.isEmpty else { return attempts == attemptsMax }
        do throws(DeliveryProblem) {
            try delivery.flush()
            for number in delivered { noteDelivered(number) }
            if delivered.count == attempts { lanes[""]?.problem = nil }
        } catch {
            for number in delivered { fail(number, error, nowNs: nowNs) }
        }
        return attempts == attemptsMax
    }

    private mutating func carry(_ name: String, nowNs: Nanoseconds) {
        guard let carrier = lanes[name]?.carrier else { return }
        for one in carrier.takeFinished() {
            guard lanes[name]?.flying.remove(one.number) != nil, let item = items[one.number] else { continue }
            switch one.outcome {
            case .failure(let problem): fail(one.number, problem, nowNs: nowNs)
            case .success(let answer):
                lanes[name]?.problem = nil
                guard let answer, tellsAnswers else {
                    noteDelivered(one.number)
                    continue
                }
                counts.delivered += 1
                answers.append(PendingAnswer(item.effect, .answered(status: answer.status, body: answer.body)))
            }
        }
        while carrier.room > 0, let number = takeDue(name, nowNs: nowNs) {
            guard let item = items[number] else { continue }
            counts.attempts += 1
            lanes[name]?.flying.insert(number)
            carrier.submit(number, item.effect)
        }
    }

    private mutating func takeDue(_ name: String, nowNs: Nanoseconds) -> UInt64? {
        guard let next = lanes[name]?.due.last, next.atNs <= nowNs else { return nil }
        lanes[name]?.due.removeLast()
        return next.number
    }

    private mutating func noteDelivered(_ number: UInt64) {
        guard let item = items[number] else { return }
        outcomes.add(LedgerEvent.effectDelivered) { $0.append(text: item.effect.key) }
        counts.delivered += 1
    }

    var hasAnswers: Bool { !answers.isEmpty }

    /// Answers that the plugin has not heard. Each is taken out by one of the two below.
    var pendingAnswers: [EffectAnswer] { answers.map(\.answer) }

    /// The plugin has it, and its ledger what became of the effect.
    mutating func takeAnswer(_ key: String) { answers.removeAll { $0.answer.key == key } }

    /// The plugin failed on it. After a few times the effect is a dead letter, which a person may send again.
    mutating func refuseAnswer(_ key: String, _ reason: String) {
        guard let at = answers.firstIndex(where: { $0.answer.key == key }) else { return }
        answers[at].failures += 1
        guard answers[at].failures >= PendingAnswer.failuresMax else { return }
        if case .answered = answers[at].answer.outcome { burials += 1 }
        answers.remove(at: at)
        outcomes.bury(key, "the plugin does not take its answer: \(reason)")
    }

    /// At the end: nothing more leaves, and what is under way may come to its end.
    mutating func stop(within ns: Nanoseconds) {
        let endNs = Clock.monotonicNs() + ns
        for name in carried { lanes[name]?.carrier?.stop(within: max(0, endNs - Clock.monotonicNs())) }
    }

    private mutating func fail(_ number: UInt64, _ failure: DeliveryProblem, nowNs: Nanoseconds) {
        guard var item = items[number] else { return }
        let name = lane(item.effect)
        guard let settings = lanes[name]?.settings else { return }
        lanes[name]?.problem = "\(failure)"
        lanes[name]?.failures += 1
        counts.failures += 1
        item.attempts += 1
        items[number] = item
        var isHopeless = item.attempts >= settings.attemptsMax
        if case .permanent = failure { isHopeless = true }
        // With no room for another dead letter it goes on waiting: nothing is thrown away.
        if isHopeless, dead.count + burials < settings.deadMax {
            burials += 1
            if tellsAnswers, item.effect.destination != HostDelivery.setAside {
                answers.append(PendingAnswer(item.effect, .gaveUp("\(failure)")))
            } else {
                outcomes.bury(item.effect.key, "\(failure)")
            }
        } else {
            let (at, isTooLate) = nowNs.addingReportingOverflow(pause(settings, attempts: item.attempts))
            schedule(number, name, atNs: isTooLate ? .max : at)
        }
    }

    /// Doubles from attempt to attempt, less up to a half, so that what failed together does not come together again.
    private mutating func pause(_ settings: EffectSettings, attempts: Int) -> Nanoseconds {
        let (doubled, isTooMuch) = settings.pauseNs.multipliedReportingOverflow(by: 1 << min(attempts - 1, 40))
        let whole = isTooMuch ? settings.pauseMaxNs : min(settings.pauseMaxNs, doubled)
        return whole - Nanoseconds(Double(whole) / 2 * random.unit())
    }

    /// Later ones, and among those of one time later numbers, stand further to the front.
    private mutating func schedule(_ number: UInt64, _ name: String, atNs: Nanoseconds) {
        guard var due = lanes[name]?.due else { return }
        // WHY: taken out while it is changed, or all of it would be copied.
        lanes[name]?.due = []
        defer { lanes[name]?.due = due }
        var (low, high) = (0, due.count)
        while low < high {
            let middle = (low + high) / 2
            if (due[middle].atNs, due[middle].number) > (atNs, number) { low = middle + 1 } else { high = middle }
        }
        due.insert(Due(atNs: atNs, number: number), at: low)
    }

    // MARK: Snapshot

    func snapshot(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(items.count))
        for number in items.keys.sorted() { items[number]!.effect.write(into: &bytes) }
        bytes.append(number: UInt32(dead.count))
        for letter in deadEffects {
            letter.effect.write(into: &bytes)
            bytes.append(text: letter.reason)
        }
    }

    /// What follows in the bytes is not the outbox's.
    mutating func restore(_ reader: inout ByteReader) throws(OutboxEventProblem) {
        guard let waiting = reader.number(UInt32.self) else { throw OutboxEventProblem() }
        for _ in 0..<waiting {
            guard let effect = Effect(&reader) else { throw OutboxEventProblem() }
            enqueue(effect)
        }
        guard let letters = reader.number(UInt32.self) else { throw OutboxEventProblem() }
        for _ in 0..<letters {
            guard let effect = Effect(&reader), let reason = reader.text() else { throw OutboxEventProblem() }
            dead[effect.key] = DeadEffect(effect: effect, reason: reason)
        }
    }
}

/// An answer on its way to the plugin.
private struct PendingAnswer {
    static let failuresMax = 3

    let answer: EffectAnswer
    var failures = 0

    init(_ effect: Effect, _ outcome: EffectAnswer.Outcome) {
        answer = EffectAnswer(key: effect.key, destination: effect.destination, outcome: outcome)
    }
}

/// A destination with a courier of its own, as shown to people.
package struct LaneStatus: Sendable, Equatable {
    package let name: String
    package let waiting: Int
    package let flying: Int
    package let failures: Int
    package let problem: String?
}

/// An effect that was given up.
package struct DeadEffect: Equatable, Sendable {
    package let effect: Effect
    /// Of its last attempt.
    package let reason: String
}

package struct EffectCounts: Equatable, Sendable {
    package var attempts = 0
    package var delivered = 0
    package var failures = 0
}

struct OutboxEventProblem: Error, CustomStringConvertible {
    var description: String { "the bytes of an effect are not what was written" }
}
