/// The streams' events as lines, for people and scripts: the same fields wherever they are written.
package struct StreamLines {
    private let knowledge: any EngineKnowledge
    private var line = JSONLine()

    package static let csvHeader = "section,plate,entry_ns,exit_ns,speed_kmh,corrected_kmh,offence"

    package init(_ knowledge: any EngineKnowledge) { self.knowledge = knowledge }

    package mutating func line(_ hit: Hit, at place: StreamPlace? = nil) -> JSONLine {
        let read = hit.read
        line.removeAll()
        line.begin()
        line.field("kind", hit.best.kind.name)
        line.field("plate", read.plate.description)
        line.field("text", read.text.string)
        line.field("country", read.country.description)
        line.field("camera", camera(read.camera))
        line.field("site", knowledge.camera(read.camera)?.site ?? "")
        line.field("lane", read.lane)
        line.field("captured", Instant.format(read.capturedNs))
        line.field("captured_ns", read.capturedNs)
        line.field("confidence", read.confidence)
        line.field("read", read.id.description)
        line.field("repeat", hit.flags.contains(.repeated))
        line.field("country_differs", hit.flags.contains(.countryDiffers))
        line.field("sources_omitted", hit.sourcesOmitted)
        line.key("sources")
        line.beginArray()
        for i in 0..<Int(hit.sourceCount) { write(hit.sources[i], run: hit.run) }
        line.endArray()
        return end(place)
    }

    private mutating func write(_ source: HitSource, run: UInt32) {
        line.begin()
        line.field("kind", source.kind.name)
        line.field("priority", source.priority)
        if let entry = knowledge.entry(source.entry, run: run) {
            line.field("list", entry.list)
            line.field("mark", entry.mark)
            line.field("country", entry.country.description)
            line.field("reason", entry.reason)
            line.field("case", entry.caseNumber)
            line.field("action", entry.action)
            line.field("audience", entry.audience)
            line.field("covert", entry.isCovert)
        }
        line.end()
    }

    package mutating func line(_ record: SectionRecord, at place: StreamPlace? = nil) -> JSONLine {
        let section = knowledge.section(record.section)
        line.removeAll()
        line.begin()
        line.field("section", section?.name ?? String(record.section))
        line.field("plate", record.entryPlate.description)
        line.field("exit_plate", record.exitPlate.description)
        line.field("country", record.country.description)
        line.field("class", record.vehicleClass.name)
        line.field("entry", Instant.format(record.entryNs))
        line.field("exit", Instant.format(record.exitNs))
        line.field("entry_ns", record.entryNs)
        line.field("exit_ns", record.exitNs)
        line.field("entry_read", record.entry.description)
        line.field("exit_read", record.exit.description)
        line.field("entry_lane", record.entryLane)
        line.field("exit_lane", record.exitLane)
        line.field("entry_confidence", record.entryConfidence)
        line.field("exit_confidence", record.exitConfidence)
        line.field("credited_mm", record.creditedMm)
        line.field("credited_ns", record.creditedNs)
        line.field("speed_kmh", milli: record.speedMkmh)
        line.field("corrected_kmh", record.correctedKmh)
        line.field("limit_kmh", record.limitKmh)
        line.field("offence", record.isOffence)
        line.field("automatic", record.isAutomatic)
        line.field("review", list: record.review.words)
        if let certificate = section?.certificate {
            line.field("instrument", certificate.serial)
            line.field("approval", certificate.approval)
        }
        return end(place)
    }

    package func row(_ record: SectionRecord) -> String {
        let section = knowledge.section(record.section)?.name ?? String(record.section)
        let speed = Decimal3.text(Int(record.speedMkmh))
        return "\(CSVField.text(section)),\(record.entryPlate),\(record.entryNs),\(record.exitNs),\(speed),"
            + "\(record.correctedKmh),\(record.isOffence)"
    }

    package mutating func line(_ read: Read, at place: StreamPlace? = nil) -> JSONLine {
        line.removeAll()
        line.begin()
        line.field("camera", camera(read.camera))
        line.field("epoch", read.epoch)
        line.field("sequence", read.sequence)
        line.field("captured", Instant.format(read.capturedNs))
        // Half an hour after its capture, or before, transit is no more than a bound.
        line.field("received", Instant.format(read.capturedNs &+ Nanoseconds(read.transitUs) * 1000))
        line.field("plate", read.plate.description)
        line.field("text", read.text.string)
        line.field("country", read.country.description)
        line.field("lane", read.lane)
        line.field("confidence", read.confidence)
        line.field("class", read.vehicleClass.name)
        if read.speedDecikmh != Read.speedUnknown { line.field("speed_kmh", milli: Int(read.speedDecikmh) * 100) }
        line.field("flags", list: read.flags.words)
        return end(place)
    }

    private func camera(_ id: UInt32) -> String { knowledge.camera(id)?.name ?? String(id) }

    private mutating func end(_ place: StreamPlace?) -> JSONLine {
        if let place {
            line.field("shard", place.shard)
            line.field("position", place.cursor.text)
        }
        line.end(newline: true)
        return line
    }
}
