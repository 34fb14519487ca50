import ANPRCore

/// All persons and conditions, by the plates that they bear on. Immutable; a reload makes a new one.
struct ConditionRegister: Sendable {
    let persons: [String: Person]
    let conditions: [Condition]
    private let bindingsByPlate: [Plate: [Binding]]

    /// A condition on a plate, while both the condition is in force and the plate is the person's.
    struct Binding: Equatable, Sendable {
        /// In `conditions`.
        let condition: Int
        let fromNs: Nanoseconds
        let toNs: Nanoseconds
    }

    /// - Precondition: each condition's person is there; the loader sees to it.
    init(persons: [Person], conditions: [Condition]) {
        // The order of alerts on one read: priority, then the condition's name.
        let sorted = conditions.sorted { ($0.priority, $0.id) < ($1.priority, $1.id) }
        let byID = Dictionary(uniqueKeysWithValues: persons.map { ($0.id, $0) })
        var bindings: [Plate: [Binding]] = [:]
        for (index, condition) in sorted.enumerated() {
            guard let person = byID[condition.person] else { preconditionFailure("a condition without its person") }
            for owned in person.plates {
                let fromNs = max(condition.fromNs, owned.fromNs)
                let toNs = min(condition.toNs, owned.toNs)
                guard fromNs < toNs else { continue }
                bindings[owned.plate, default: []].append(Binding(condition: index, fromNs: fromNs, toNs: toNs))
            }
        }
        self.persons = byID
        self.conditions = sorted
        bindingsByPlate = bindings
    }

    func bindings(_ plate: Plate) -> [Binding] { bindingsByPlate[plate] ?? [] }

    /// What to ask the engine for: each plate with the times during which some condition bears on it, without
    /// overlaps, so that no read comes twice.
    var watchedPlates: [WatchedPlate] {
        var watched: [WatchedPlate] = []
        for (plate, bindings) in bindingsByPlate.sorted(by: { $0.key < $1.key }) {
            var open: (fromNs: Nanoseconds, toNs: Nanoseconds)?
            for binding in bindings.sorted(by: { $0.fromNs < $1.fromNs }) {
                if let current = open, binding.fromNs <= current.toNs {
                    open = (current.fromNs, max(current.toNs, binding.toNs))
                } else {
                    if let open { watched.append(WatchedPlate(plate: plate, fromNs: open.fromNs, toNs: open.toNs)) }
                    open = (binding.fromNs, binding.toNs)
                }
            }
            if let open { watched.append(WatchedPlate(plate: plate, fromNs: open.fromNs, toNs: open.toNs)) }
        }
        return watched
    }
}
