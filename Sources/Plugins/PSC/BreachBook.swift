import ANPRCore

/// All breaches, in the order in which they were found. Holds so many: past them the oldest whose finding is not under
/// way is forgotten (its alert and its event are out).
struct BreachBook {
    private(set) var breaches: [UInt64: Breach] = [:]
    /// In ascending order.
    private(set) var numbers: [UInt64] = []
    private var numberByID: [String: UInt64] = [:]
    private var numberByFinding: [UInt32: UInt64] = [:]
    private(set) var nextNumber: UInt64 = 1
    private(set) var nextFinding: UInt32 = 1
    /// Findings that Justice is asked about, by their breach.
    private(set) var sent: Set<UInt64> = []
    private(set) var underwayCount = 0
    private(set) var counts: [BreachState: Int] = [:]
    let breachesMax: Int

    static let breachesMaxDefault = 1 << 16
    /// Of findings under way: then another one is refused, so that there is always one to forget.
    var underwayMax: Int { breachesMax / 2 }

    init(breachesMax: Int = BreachBook.breachesMaxDefault) { self.breachesMax = breachesMax }

    subscript(id: String) -> Breach? { numberByID[id].flatMap { breaches[$0] } }
    func breach(finding number: UInt32) -> Breach? { numberByFinding[number].flatMap { breaches[$0] } }

    mutating func add(_ breach: Breach) {
        guard numberByID[breach.id] == nil else { return }
        var breach = breach
        breach.number = nextNumber
        nextNumber += 1
        insert(breach)
        while numbers.count > breachesMax { forgetOldest() }
    }

    /// Takes over what became of one.
    mutating func replace(_ breach: Breach) {
        guard let old = breaches[breach.number] else { return }
        count(old, -1)
        count(breach, 1)
        breaches[breach.number] = breach
        index(breach)
    }

    private mutating func insert(_ breach: Breach) {
        breaches[breach.number] = breach
        numbers.append(breach.number)
        numberByID[breach.id] = breach.number
        count(breach, 1)
        index(breach)
    }

    private mutating func count(_ breach: Breach, _ by: Int) {
        counts[breach.state, default: 0] += by
        if breach.state.isUnderway { underwayCount += by }
    }

    private mutating func index(_ breach: Breach) {
        if breach.state == .sent { sent.insert(breach.number) } else { sent.remove(breach.number) }
        guard let finding = breach.finding else { return }
        numberByFinding[finding.number] = breach.number
        nextFinding = max(nextFinding, finding.number + 1)
    }

    private mutating func forgetOldest() {
        guard let at = numbers.firstIndex(where: { !(breaches[$0]?.state.isUnderway ?? false) }) else { return }
        forget(numbers.remove(at: at))
    }

    private mutating func forget(_ number: UInt64) {
        guard let breach = breaches.removeValue(forKey: number) else { return }
        numberByID[breach.id] = nil
        if let finding = breach.finding { numberByFinding[finding.number] = nil }
        count(breach, -1)
    }

    /// Whether one that is not under way is of before then.
    func hasOld(before ns: Nanoseconds) -> Bool {
        breaches.values.contains { $0.atNs < ns && !$0.state.isUnderway }
    }

    mutating func forget(before ns: Nanoseconds) {
        let old = numbers.filter { number in
            breaches[number].map { $0.atNs < ns && !$0.state.isUnderway } ?? false
        }
        for number in old { forget(number) }
        numbers.removeAll { breaches[$0] == nil }
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: nextNumber)
        bytes.append(number: nextFinding)
        bytes.append(number: UInt32(numbers.count))
        for number in numbers { breaches[number]?.write(into: &bytes) }
    }

    mutating func restore(_ reader: inout ByteReader) -> Bool {
        guard let next = reader.number(UInt64.self), let finding = reader.number(UInt32.self),
            let count = reader.number(UInt32.self)
        else { return false }
        for _ in 0..<count {
            guard let breach = Breach(&reader), breach.number < next, breach.number > numbers.last ?? 0 else {
                return false
            }
            insert(breach)
        }
        (nextNumber, nextFinding) = (next, max(nextFinding, finding))
        return true
    }
}
