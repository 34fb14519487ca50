import ANPRCore

/// How an alert is written: one line of JSON, whose fields docs/plugins/PSC.md names one by one.
enum AlertLine {
    static func write(
        _ condition: Condition, person: Person, read: Read, camera: Camera?, windowNs: Nanoseconds,
        localTime: LocalTime, into line: inout JSONLine
    ) {
        line.removeAll()
        line.begin()
        line.field("id", id(condition, read))
        line.field("key", "\(condition.id):\(read.camera):\(Instant.format(windowNs))")
        line.field("condition", condition.id)
        line.field("kind", condition.rule.name)
        line.field("priority", condition.priority)
        line.field("reason", condition.reason)
        line.field("person", person.id)
        line.field("name", person.name)
        line.field("plate", read.plate.description)
        line.field("text", read.text.string)
        line.field("country", read.country.description)
        line.field("captured_at", Instant.format(read.capturedNs))
        line.field("local_time", clock(localTime.minuteOfDay(read.capturedNs)))
        line.field("camera", camera?.name ?? String(read.camera))
        line.field("site", camera?.site ?? "")
        line.field("road", camera?.road ?? "")
        line.field("lane", read.lane)
        line.field("confidence", read.confidence)
        line.field("clock_suspect", read.flags.contains(.clockSuspect))
        line.field("read", read.id.description)
        line.end()
    }

    static func id(_ condition: Condition, _ read: Read) -> String { "\(condition.id):\(read.id)" }

    private static func clock(_ minute: Int) -> String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }
}
