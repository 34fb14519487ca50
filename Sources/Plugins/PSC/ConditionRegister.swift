import ANPRCore
import PluginKit

/// All persons, measures and conditions, by the plates that they bear on.
///
/// Two layers: the ledger's, which commands and messages change, and that of files, which a reload replaces. What the
/// ledger has hides what a file has under the same name.
struct ConditionRegister: Sendable {
    private(set) var persons: [String: Person] = [:]
    private(set) var measures: [String: Measure] = [:]
    private(set) var conditions: [String: Condition] = [:]
    private(set) var filePersons: Set<String> = []
    private(set) var fileConditions: Set<String> = []
    /// Duties to report.
    private(set) var duties: Set<String> = []
    /// Counts up when `watchedPlates` would answer differently.
    private(set) var watchVersion = 0
    private var personsByPlate: [Plate: Set<String>] = [:]
    /// Of the person who is under them.
    private var conditionsByPerson: [String: Set<String>] = [:]
    /// Contact bans, by either person.
    private var contactsByPerson: [String: Set<String>] = [:]
    private var conditionsByMeasure: [String: Set<String>] = [:]

    static let personsMax = 1 << 16
    static let measuresMax = 1 << 16
    static let conditionsMax = 1 << 17

    // MARK: Looking

    /// A condition's own time and its measure's; empty when the two do not meet.
    func inForce(_ condition: Condition) -> (fromNs: Nanoseconds, toNs: Nanoseconds) {
        guard let measure = measures[condition.measure] else { return (condition.fromNs, condition.toNs) }
        return (max(condition.fromNs, measure.fromNs), min(condition.toNs, measure.toNs))
    }

    func isInForce(_ condition: Condition, at ns: Nanoseconds) -> Bool {
        let (fromNs, toNs) = inForce(condition)
        return fromNs <= ns && ns < toNs
    }

    /// Whose plate it is then, by name.
    func owners(_ plate: Plate, at ns: Nanoseconds) -> [String] {
        guard let owners = personsByPlate[plate] else { return [] }
        return owners.filter { id in
            persons[id]?.plates.contains { $0.plate == plate && $0.holds(at: ns) } ?? false
        }.sorted()
    }

    /// Whether any condition bears on it, at whatever time.
    func bears(on plate: Plate) -> Bool {
        personsByPlate[plate]?.contains { conditionsByPerson[$0] != nil || contactsByPerson[$0] != nil } ?? false
    }

    func conditions(of person: String) -> [Condition] { named(conditionsByPerson[person]) }
    func contacts(of person: String) -> [Condition] { named(contactsByPerson[person]) }
    func conditions(on measure: String) -> [Condition] { named(conditionsByMeasure[measure]) }
    func measures(of person: String) -> [Measure] {
        let names = Set(conditions(of: person).map(\.measure))
        return names.sorted().compactMap { measures[$0] }
    }

    private func named(_ names: Set<String>?) -> [Condition] { (names ?? []).sorted().compactMap { conditions[$0] } }

    /// What to ask the engine for: each plate with the times during which some condition bears on it, without
    /// overlaps, so that no read comes twice. A contact ban bears on both persons' plates.
    var watchedPlates: [WatchedPlate] {
        var spans: [Plate: [(fromNs: Nanoseconds, toNs: Nanoseconds)]] = [:]
        for condition in conditions.values where condition.everyDays == nil {
            let (fromNs, toNs) = inForce(condition)
            for person in [condition.person, condition.other].compactMap({ $0 }) {
                for owned in persons[person]?.plates ?? [] {
                    let span = (fromNs: max(fromNs, owned.fromNs), toNs: min(toNs, owned.toNs))
                    if span.fromNs < span.toNs { spans[owned.plate, default: []].append(span) }
                }
            }
        }
        var watched: [WatchedPlate] = []
        for (plate, spans) in spans.sorted(by: { $0.key < $1.key }) {
            var open: (fromNs: Nanoseconds, toNs: Nanoseconds)?
            for span in spans.sorted(by: { $0.fromNs < $1.fromNs }) {
                if let current = open, span.fromNs <= current.toNs {
                    open = (current.fromNs, max(current.toNs, span.toNs))
                } else {
                    if let open { watched.append(WatchedPlate(plate: plate, fromNs: open.fromNs, toNs: open.toNs)) }
                    open = span
                }
            }
            if let open { watched.append(WatchedPlate(plate: plate, fromNs: open.fromNs, toNs: open.toNs)) }
        }
        return watched
    }

    // MARK: Taking over

    mutating func put(_ person: Person) {
        filePersons.remove(person.id)
        insert(person)
    }

    mutating func put(_ measure: Measure) {
        let old = measures.updateValue(measure, forKey: measure.id)
        if old?.fromNs != measure.fromNs || old?.toNs != measure.toNs { watchVersion += 1 }
    }

    mutating func put(_ condition: Condition) {
        fileConditions.remove(condition.id)
        insert(condition)
    }

    /// The layer of files: whole, in place of the one that was there.
    mutating func replaceFiles(_ content: ConditionFiles.Content) {
        for id in filePersons.sorted() { removePerson(id) }
        for id in fileConditions.sorted() { removeCondition(id) }
        (filePersons, fileConditions) = ([], [])
        for person in content.persons where persons[person.id] == nil {
            filePersons.insert(person.id)
            insert(person)
        }
        for condition in content.conditions where conditions[condition.id] == nil {
            fileConditions.insert(condition.id)
            insert(condition)
        }
    }

    private mutating func insert(_ person: Person) {
        if let old = persons[person.id] {
            guard old.plates != person.plates else {
                persons[person.id] = person
                return
            }
            removePerson(person.id)
        }
        persons[person.id] = person
        for owned in person.plates { personsByPlate[owned.plate, default: []].insert(person.id) }
        watchVersion += 1
    }

    private mutating func removePerson(_ id: String) {
        for owned in persons.removeValue(forKey: id)?.plates ?? [] { Self.remove(id, owned.plate, &personsByPlate) }
        watchVersion += 1
    }

    private mutating func insert(_ condition: Condition) {
        if conditions[condition.id] != nil { removeCondition(condition.id) }
        conditions[condition.id] = condition
        conditionsByPerson[condition.person, default: []].insert(condition.id)
        if !condition.measure.isEmpty { conditionsByMeasure[condition.measure, default: []].insert(condition.id) }
        if let other = condition.other {
            contactsByPerson[condition.person, default: []].insert(condition.id)
            contactsByPerson[other, default: []].insert(condition.id)
        }
        if condition.everyDays != nil { duties.insert(condition.id) }
        watchVersion += 1
    }

    private mutating func removeCondition(_ id: String) {
        guard let condition = conditions.removeValue(forKey: id) else { return }
        Self.remove(id, condition.person, &conditionsByPerson)
        Self.remove(id, condition.measure, &conditionsByMeasure)
        Self.remove(id, condition.person, &contactsByPerson)
        if let other = condition.other { Self.remove(id, other, &contactsByPerson) }
        duties.remove(id)
        watchVersion += 1
    }

    private static func remove<Key: Hashable>(_ name: String, _ key: Key, _ index: inout [Key: Set<String>]) {
        index[key]?.remove(name)
        if index[key]?.isEmpty ?? false { index[key] = nil }
    }

    // MARK: Snapshot: the ledger's layer

    func write(into bytes: inout [UInt8]) {
        let (mine, imposed) = (
            persons.keys.filter { !filePersons.contains($0) }.sorted(),
            conditions.keys.filter { !fileConditions.contains($0) }.sorted()
        )
        bytes.append(number: UInt32(mine.count))
        for id in mine { persons[id]?.write(into: &bytes) }
        bytes.append(number: UInt32(measures.count))
        for id in measures.keys.sorted() { measures[id]?.write(into: &bytes) }
        bytes.append(number: UInt32(imposed.count))
        for id in imposed { conditions[id]?.write(into: &bytes) }
    }

    /// Beside the files' layer that is there. False when the bytes are not what `write` wrote.
    mutating func restore(_ reader: inout ByteReader) -> Bool {
        guard let persons = reader.number(UInt32.self) else { return false }
        for _ in 0..<persons {
            guard let person = Person(&reader) else { return false }
            put(person)
        }
        guard let measures = reader.number(UInt32.self) else { return false }
        for _ in 0..<measures {
            guard let measure = Measure(&reader) else { return false }
            put(measure)
        }
        guard let conditions = reader.number(UInt32.self) else { return false }
        for _ in 0..<conditions {
            guard let condition = Condition(&reader) else { return false }
            put(condition)
        }
        return true
    }
}
