import ANPRCore

/// What Justice gets of a breach that a person has confirmed: its evidence, and the evidence's SHA-256.
enum FindingDocument {
    /// The canonical bytes: one JSON object, its fields in a fixed order.
    static func evidence(
        _ breach: Breach, number: UInt32, _ measure: Measure, _ condition: Condition, by: String, atNs: Nanoseconds,
        note: String
    ) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("finding", "F-\(number)")
        line.field("breach", breach.id)
        line.field("kind", breach.kind)
        line.field("at", Instant.format(breach.atNs))
        line.field("confirmed_by", by)
        line.field("confirmed_at", Instant.format(atNs))
        line.field("note", note)
        line.key("measure")
        line.begin()
        measure.writeFields(into: &line)
        line.field("version", measure.revision.version)
        line.end()
        line.key("condition")
        line.begin()
        condition.write(into: &line)
        line.end()
        line.key("alert")
        line.value(raw: breach.line)
        line.end()
        return line.bytes
    }

    /// The evidence is the last field, so that its bytes can be cut out as they stand.
    static func document(_ breach: Breach, _ finding: Breach.Finding) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", finding.key)
        line.field("finding", "F-\(finding.number)")
        line.field("sha256", finding.digest)
        line.key("evidence")
        line.value(raw: finding.evidence)
        line.end()
        return line.bytes
    }

    /// Cut out of a document; nil when it is none.
    static func evidence(_ document: [UInt8]) -> [UInt8]? {
        let mark = Array("\"evidence\":".utf8)
        guard document.last == UInt8(ascii: "}") else { return nil }
        var at = document.startIndex
        while at + mark.count < document.count {
            if document[at] == mark[0], document[at...].starts(with: mark) {
                return Array(document[(at + mark.count)...].dropLast())
            }
            at += 1
        }
        return nil
    }
}
