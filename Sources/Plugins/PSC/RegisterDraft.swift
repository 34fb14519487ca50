import ANPRCore

/// The register as it will be when what is decided at hand is applied. Lives for one decision.
struct RegisterDraft {
    let base: ConditionRegister
    private var persons: [String: Person] = [:]
    private var measures: [String: Measure] = [:]
    private var conditions: [String: Condition] = [:]

    init(_ base: ConditionRegister) { self.base = base }

    func person(_ id: String) -> Person? { persons[id] ?? base.persons[id] }
    func measure(_ id: String) -> Measure? { measures[id] ?? base.measures[id] }
    func condition(_ id: String) -> Condition? { conditions[id] ?? base.conditions[id] }
    func isOfFile(person id: String) -> Bool { persons[id] == nil && base.filePersons.contains(id) }

    /// All that rest on a measure, by name.
    func conditions(on measure: String) -> [Condition] {
        var found = base.conditions(on: measure).filter { conditions[$0.id] == nil }
        found += conditions.values.filter { $0.measure == measure }
        return found.sorted { $0.id < $1.id }
    }

    var hasRoomForPerson: Bool { base.persons.count + persons.count < ConditionRegister.personsMax }
    var hasRoomForMeasure: Bool { base.measures.count + measures.count < ConditionRegister.measuresMax }
    func hasRoom(forConditions count: Int) -> Bool {
        base.conditions.count + conditions.count + count <= ConditionRegister.conditionsMax
    }

    mutating func put(_ person: Person) { persons[person.id] = person }
    mutating func put(_ measure: Measure) { measures[measure.id] = measure }
    mutating func put(_ condition: Condition) { conditions[condition.id] = condition }
}
