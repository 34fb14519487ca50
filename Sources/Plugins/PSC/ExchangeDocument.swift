import ANPRCore

/// A person or a measure as i+Belgium and this side tell each other of it: one JSON object whose fields stand in a fixed
/// order, so that what is the same is the same bytes.
enum ExchangeDocument {
    static func write(_ person: Person) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("kind", "person")
        line.field("person", person.id)
        line.field("name", person.name)
        line.field("plates", person.platesText)
        line.field("decided_at", ConditionText.end(person.revision.decidedNs))
        line.end()
        return line.bytes
    }

    /// - Parameter conditions: all that rest on it.
    static func write(_ measure: Measure, _ conditions: [Condition]) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("kind", "measure")
        measure.writeFields(into: &line)
        line.key("conditions")
        line.beginArray()
        // One that ended before it began was never in force: it is told as it is understood, not at all.
        for condition in conditions.sorted(by: { $0.id < $1.id }) where condition.fromNs < condition.toNs {
            line.begin()
            condition.write(into: &line)
            line.end()
        }
        line.endArray()
        line.end()
        return line.bytes
    }

    /// What goes out under a key.
    static func envelope(_ key: String, version: UInt32, _ document: [UInt8]) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("version", version)
        line.key("document")
        line.value(raw: document)
        line.end()
        return line.bytes
    }
}

extension Measure {
    func writeFields(into line: inout JSONLine) {
        line.field("measure", id)
        line.field("person", person)
        line.field("authority", authority)
        line.field("reference", reference)
        line.field("decided_at", ConditionText.end(revision.decidedNs))
        line.field("valid_from", ConditionText.end(fromNs))
        line.field("valid_to", ConditionText.end(toNs))
    }
}

/// What came from i+Belgium, understood.
enum ExchangeMessage: Equatable {
    case person(Person)
    case measure(Measure, [Condition])

    static let conditionsMax = 100

    init(_ value: JSON5Value, _ text: ConditionText) throws(TextProblem) {
        func field(_ name: String) -> String { value[name]?.string ?? "" }
        guard let decidedNs = Instant.parse(field("decided_at")), decidedNs != .min, decidedNs != .max else {
            throw TextProblem(message: "'decided_at' must be an instant")
        }
        var revision = RevisionMark()
        revision.decidedNs = decidedNs
        revision.source = .peer
        switch field("kind") {
        case "person":
            try text.check(id: field("person"), "person")
            try Self.bound(field("name"), "name")
            self = .person(
                Person(
                    id: field("person"), name: field("name"), plates: try text.plates(field("plates")),
                    revision: revision))
        case "measure":
            try text.check(id: field("measure"), "measure")
            try text.check(id: field("person"), "person")
            try Self.bound(field("authority"), "authority")
            try Self.bound(field("reference"), "reference")
            let (fromNs, toNs) = try text.span(from: field("valid_from"), to: field("valid_to"))
            let measure = Measure(
                id: field("measure"), person: field("person"), authority: field("authority"),
                reference: field("reference"), fromNs: fromNs, toNs: toNs, revision: revision)
            self = .measure(measure, try Self.conditions(value["conditions"], of: measure, text))
        default: throw TextProblem(message: "'kind' must be person or measure")
        }
    }

    private static func bound(_ value: String, _ name: String) throws(TextProblem) {
        guard value.utf8.count <= ConditionText.textBytesMax else {
            throw TextProblem(message: "'\(name)' has at most \(ConditionText.textBytesMax) bytes")
        }
    }

    private static func conditions(
        _ value: JSON5Value?, of measure: Measure, _ text: ConditionText
    ) throws(TextProblem) -> [Condition] {
        guard case .array(let values) = value?.kind, values.count <= conditionsMax else {
            throw TextProblem(message: "'conditions' must be a list of at most \(conditionsMax)")
        }
        var conditions: [Condition] = []
        for value in values {
            let condition = try text.condition { value[$0]?.string ?? "" }
            guard condition.person == measure.person, condition.measure == measure.id else {
                throw TextProblem(message: "condition '\(condition.id)' names another person or measure")
            }
            try bound(condition.reason, "reason")
            guard !conditions.contains(where: { $0.id == condition.id }) else {
                throw TextProblem(message: "condition '\(condition.id)' stands there twice")
            }
            conditions.append(condition)
        }
        return conditions
    }
}
