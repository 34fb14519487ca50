/// The streams as files for people and scripts: `hits.jsonl`, `records.jsonl`, `records.csv`. A plugin like any other.
///
/// Its ledger says how long the files were at each place in the streams: what was written after that is cut off at the
/// next start and written again, so that with a journal each line is there once.
package final class StreamFiles: Plugin {
    package let name = "files"
    package let interests: PluginInterests
    package let stateVersion: UInt16 = 1
    private let knowledge: any EngineKnowledge
    private let hits: LineFile?
    private let records: LineFile?
    private let table: LineFile?
    private let repeats: Bool
    private let isDurable: Bool
    private var line = JSONLine()
    private var repeatsLeftOut = 0
    /// Bytes of each file that count: hits, records, table.
    private var sizes = [0, 0, 0]
    /// The files may hold more than counts.
    private var isUnsure = true

    package static let csvHeader = "section,plate,entry_ns,exit_ns,speed_kmh,corrected_kmh,offence"
    private static let wroteKind: UInt16 = 1

    /// `repeats`: also the hits that the suppression window marked. `isDurable`: there is a journal, and files go on
    /// where they ended; without one, files of a run before are written over.
    package init(_ context: PluginContext, hits: Bool, records: Bool, repeats: Bool, isDurable: Bool = false) throws {
        var interests: PluginInterests = []
        if hits { interests.insert(.hits) }
        if records { interests.insert(.records) }
        self.interests = interests
        knowledge = context.knowledge
        self.repeats = repeats
        self.isDurable = isDurable
        func file(_ name: String) throws -> LineFile {
            try LineFile(path: "\(context.directory)/\(name)", truncate: !isDurable)
        }
        self.hits = hits ? try file("hits.jsonl") : nil
        self.records = records ? try file("records.jsonl") : nil
        table = records ? try file("records.csv") : nil
    }

    private var files: [LineFile?] { [hits, records, table] }

    package func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws {
        try settle()
        isUnsure = true
        if let hits {
            for hit in batch.hits {
                if hit.flags.contains(.repeated), !repeats { repeatsLeftOut += 1 } else { write(hit, to: hits) }
            }
        }
        if let records, let table {
            for record in batch.records {
                write(record, to: records)
                table.append(row(record))
            }
        }
        for file in files {
            try file?.flush()
            if isDurable { try file?.sync() }
        }
        isUnsure = false
        let lengths = files.map { $0?.bytes ?? 0 }
        guard lengths != sizes else { return }
        events.append(Self.wroteKind) { bytes in for length in lengths { bytes.append(number: length) } }
    }

    /// Cuts off what does not count.
    private func settle() throws {
        guard isUnsure else { return }
        for (file, size) in zip(files, sizes) { try file?.cut(to: isDurable ? min(size, file?.bytes ?? 0) : size) }
        if let table, table.bytes == 0 { table.append(Self.csvHeader) }
        isUnsure = false
    }

    package func apply(_ event: LedgerEvent) throws {
        guard isDurable || !isUnsure else { return }
        var reader = ByteReader(event.payload)
        sizes = (0..<3).map { _ in reader.number(Int.self) ?? 0 }
    }

    package func snapshot(into bytes: inout [UInt8]) { for size in sizes { bytes.append(number: size) } }

    package func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard isDurable else { return }
        var reader = ByteReader(bytes)
        sizes = (0..<3).map { _ in reader.number(Int.self) ?? 0 }
    }

    package func finish() throws {
        try settle()
        for file in files { try file?.flush() }
    }

    package var counters: [PluginCounter] {
        [
            PluginCounter("hit_lines", hits?.linesWritten ?? 0),
            PluginCounter("record_lines", records?.linesWritten ?? 0),
            PluginCounter("repeats_left_out", repeatsLeftOut),
        ]
    }

    private func write(_ hit: Hit, to file: LineFile) {
        let read = hit.read
        line.removeAll()
        line.begin()
        line.field("kind", hit.best.kind.name)
        line.field("plate", read.plate.description)
        line.field("text", read.text.string)
        line.field("country", read.country.description)
        line.field("camera", knowledge.camera(read.camera)?.name ?? String(read.camera))
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
        line.end(newline: true)
        file.append(line)
    }

    private func write(_ source: HitSource, run: UInt32) {
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

    private func write(_ record: SectionRecord, to file: LineFile) {
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
        line.key("review")
        line.beginArray()
        for word in record.review.words { line.value(word) }
        line.endArray()
        if let certificate = section?.certificate {
            line.field("instrument", certificate.serial)
            line.field("approval", certificate.approval)
        }
        line.end(newline: true)
        file.append(line)
    }

    private func row(_ record: SectionRecord) -> String {
        let section = knowledge.section(record.section)?.name ?? String(record.section)
        let speed = Decimal3.text(Int(record.speedMkmh))
        return "\(CSVField.text(section)),\(record.entryPlate),\(record.entryNs),\(record.exitNs),\(speed),"
            + "\(record.correctedKmh),\(record.isOffence)"
    }
}
