import ANPRCore

/// A condition that was broken, as it is told: one line of JSON, whose fields docs/plugins/PSC.md names one by one.
struct Alert {
    let condition: Condition
    let priority: UInt8
    let person: Person
    /// Of the condition's person; nil: a report that did not come.
    let sighting: Sighting?
    /// Whom the person met.
    var other: (person: Person, sighting: Sighting)?
    /// Of a report: the day on which the period began, and the day before which it had to come.
    var period: (from: String, to: String)?
    /// When the condition was broken: of two who meet, when the later came.
    let atNs: Nanoseconds
    let key: RepeatWindow.Key
    let windowNs: Nanoseconds

    /// The same in whatever order reads come.
    var id: String {
        if let period { return "\(condition.id):report:\(period.from)" }
        let reads = [sighting?.read, other?.sighting.read].compactMap { $0 }
        return "\(condition.id):\(reads.joined(separator: ":"))"
    }

    private var place: String {
        if period != nil { return "report" }
        return other == nil ? "\(key.camera)" : key.site
    }

    func line(_ localTime: LocalTime) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", id)
        line.field("key", "\(condition.id):\(place):\(Instant.format(windowNs))")
        line.field("condition", condition.id)
        line.field("kind", condition.rule.name)
        line.field("priority", priority)
        line.field("reason", condition.reason)
        line.field("person", person.id)
        line.field("name", person.name)
        if let sighting { write(sighting, localTime, into: &line) }
        if let other {
            line.field("with", other.person.id)
            line.field("with_name", other.person.name)
            line.field("with_plate", other.sighting.plate.description)
            line.field("with_captured_at", Instant.format(other.sighting.capturedNs))
            line.field("with_camera", other.sighting.cameraName)
            line.field("with_read", other.sighting.read)
        }
        if let period {
            line.field("report_from", period.from)
            line.field("report_before", period.to)
        }
        if !condition.measure.isEmpty { line.field("measure", condition.measure) }
        line.end()
        return line.bytes
    }

    private func write(_ sighting: Sighting, _ localTime: LocalTime, into line: inout JSONLine) {
        line.field("plate", sighting.plate.description)
        line.field("text", sighting.text)
        line.field("country", sighting.country.description)
        line.field("captured_at", Instant.format(sighting.capturedNs))
        line.field("local_time", Self.clock(localTime.minuteOfDay(sighting.capturedNs)))
        line.field("camera", sighting.cameraName)
        line.field("site", sighting.site)
        line.field("road", sighting.road)
        line.field("lane", sighting.lane)
        line.field("confidence", sighting.confidence)
        line.field("clock_suspect", sighting.isClockSuspect)
        line.field("read", sighting.read)
    }

    private static func clock(_ minute: Int) -> String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    /// As it is kept.
    func breach(_ line: [UInt8]) -> Breach {
        Breach(
            id: id, condition: condition.id, kind: condition.rule.name, person: person.id, measure: condition.measure,
            other: other?.person.id ?? "", plate: sighting?.plate.description ?? "",
            country: sighting?.country.description ?? "", camera: sighting?.cameraName ?? "",
            place: sighting?.place ?? "", atNs: atNs, priority: priority, line: line)
    }
}

extension Breach {
    static let told = "psc.breach/1"

    /// `psc.breach/1`, as docs/plugins/PSC.md has it.
    var tiding: [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", id)
        line.field("person", person)
        line.field("measure", measure)
        line.field("condition", condition)
        line.field("kind", kind)
        line.field("plate", plate)
        line.field("country", country)
        line.field("camera", camera)
        line.field("place", place)
        line.field("at", Instant.format(atNs))
        line.field("priority", priority)
        if !other.isEmpty { line.field("with", other) }
        line.end()
        return line.bytes
    }
}

extension Measure {
    static let endTold = "psc.measure.ended/1"

    /// `psc.measure.ended/1`.
    var endTiding: [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("measure", id)
        line.field("person", person)
        line.field("at", Instant.format(toNs))
        line.end()
        return line.bytes
    }
}
