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

    private let delivery: any EffectDelivery
    private let settings: EffectSettings
    private var random: Random
    private var items: [UInt64: Item] = [:]
    private var numbers: [String: UInt64] = [:]
    private var nextNumber: UInt64 = 0
    private var payloadBytes = 0
    /// The next one last.
    private var due: [Due] = []
    private var dead: [String: DeadEffect] = [:]
    /// What became of effects and is not in the ledger yet.
    private var outcomes = LedgerEvents()
    private var burials = 0
    private var retried: Set<String> = []
    package private(set) var counts = EffectCounts()
    /// Why the last attempt failed; nil when it did not.
    package private(set) var problem: String?

    package init(_ delivery: any EffectDelivery, settings: EffectSettings = EffectSettings(), seed: UInt64 = 1) {
        self.delivery = delivery
        self.settings = settings
        random = Random(seed: seed)
    }

    package var waiting: Int { items.count }
    package var deadCount: Int { dead.count }
    /// Whether the ledger does not know yet what became of some.
    var hasOutcomes: Bool { !outcomes.isEmpty }
    var waitingEffects: [Effect] { items.values.map(\.effect).sorted { $0.key < $1.key } }
    package var deadEffects: [DeadEffect] { dead.values.sorted { $0.effect.key < $1.effect.key } }

    /// Whether this many more effects, decided and not committed yet, would be too many.
    func isFull(with more: Int) -> Bool {
        items.count + more >= settings.waitingMax || payloadBytes >= settings.waitingBytesMax
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
        payloadBytes += effect.payload.count
        schedule(number, atNs: .min)
    }

    private mutating func take(_ key: String) -> Effect? {
        guard let number = numbers.removeValue(forKey: key), let item = items.removeValue(forKey: number) else {
            return nil
        }
        payloadBytes -= item.effect.payload.count
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

    /// Delivers what is due, at most so many. Returns whether more is due.
    mutating func turn(nowNs: Nanoseconds) -> Bool {
        var delivered: [UInt64] = []
        var attempts = 0
        while attempts < settings.attemptsATurn, let next = due.last, next.atNs <= nowNs {
            due.removeLast()
            guard let item = items[next.number] else { continue }
            attempts += 1
            counts.attempts += 1
            do throws(DeliveryProblem) {
                try delivery.deliver(item.effect)
                delivered.append(next.number)
            } catch { fail(next.number, error, nowNs: nowNs) }
        }
        guard !delivered.isEmpty else { return attempts == settings.attemptsATurn }
        do throws(DeliveryProblem) {
            try delivery.flush()
            for number in delivered {
                guard let item = items[number] else { continue }
                outcomes.add(LedgerEvent.effectDelivered) { $0.append(text: item.effect.key) }
            }
            counts.delivered += delivered.count
            if delivered.count == attempts { problem = nil }
        } catch {
            for number in delivered { fail(number, error, nowNs: nowNs) }
        }
        return attempts == settings.attemptsATurn
    }

    private mutating func fail(_ number: UInt64, _ failure: DeliveryProblem, nowNs: Nanoseconds) {
        guard var item = items[number] else { return }
        problem = "\(failure)"
        counts.failures += 1
        item.attempts += 1
        items[number] = item
        var isHopeless = item.attempts >= settings.attemptsMax
        if case .permanent = failure { isHopeless = true }
        // With no room for another dead letter it goes on waiting: nothing is thrown away.
        if isHopeless, dead.count + burials < settings.deadMax {
            burials += 1
            outcomes.bury(item.effect.key, "\(failure)")
        } else {
            let (at, isTooLate) = nowNs.addingReportingOverflow(pause(attempts: item.attempts))
            schedule(number, atNs: isTooLate ? .max : at)
        }
    }

    /// Doubles from attempt to attempt, less up to a half, so that what failed together does not come together again.
    private mutating func pause(attempts: Int) -> Nanoseconds {
        let (doubled, isTooMuch) = settings.pauseNs.multipliedReportingOverflow(by: 1 << min(attempts - 1, 40))
        let whole = isTooMuch ? settings.pauseMaxNs : min(settings.pauseMaxNs, doubled)
        return whole - Nanoseconds(Double(whole) / 2 * random.unit())
    }

    /// Later ones, and among those of one time later numbers, stand further to the front.
    private mutating func schedule(_ number: UInt64, atNs: Nanoseconds) {
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
