/// Writes the truth as JSON lines: `read` (on request), then `hit`, `record` and `summary`, each with its `kind`.
package final class TruthWriter {
    private let file: LineFile
    private let writesReads: Bool
    private var line = JSONLine()
    private var linesBuffered = 0
    private var failure: SystemError?

    /// An existing file is written over.
    package init(path: String, writesReads: Bool) throws(SystemError) {
        file = try LineFile(path: path, truncate: true)
        self.writesReads = writesReads
    }

    func read(_ read: Read, origin: ReadOrigin, isLost: Bool) {
        guard writesReads else { return }
        begin("read")
        identity(of: read)
        line.field("true_plate", origin.plate.description)
        line.field("true_ns", origin.trueNs)
        line.field("vehicle", origin.vehicle)
        if isLost { line.field("lost", true) }
        end()
    }

    func finish(_ truth: Truth) throws(SystemError) {
        for hit in truth.hits { write(hit, entries: truth.entries) }
        for record in truth.records { write(record) }
        write(truth.summary)
        if let failure { throw failure }
        try file.flush()
    }

    private func write(_ hit: Truth.Hit, entries: [NaiveEntry]) {
        begin("hit")
        identity(of: hit.read)
        line.field("best", hit.best.kind.name)
        line.key("sources")
        line.beginArray()
        for source in hit.sources {
            line.begin()
            line.field("list", entries[source.entry].list)
            line.field("mark", entries[source.entry].mark)
            line.field("match", source.kind.name)
            line.field("priority", entries[source.entry].priority)
            line.end()
        }
        line.endArray()
        if hit.isRepeat { line.field("repeat", true) }
        if hit.countryDiffers { line.field("country_differs", true) }
        end()
    }

    private func write(_ record: SectionRecord) {
        begin("record")
        line.field("section", record.section)
        line.field("entry", record.entry.description)
        line.field("exit", record.exit.description)
        line.field("plate", record.entryPlate.description)
        line.field("exit_plate", record.exitPlate.description)
        line.field("entry_ns", record.entryNs)
        line.field("exit_ns", record.exitNs)
        line.field("speed_kmh", milli: record.speedMkmh)
        line.field("corrected_kmh", record.correctedKmh)
        line.field("limit_kmh", record.limitKmh)
        line.field("offence", record.isOffence)
        line.field("review", list: record.review.words)
        end()
    }

    private func write(_ summary: TruthSummary) {
        begin("summary")
        for row in summary.rows {
            line.key(named: row.name)
            line.value(row.count)
        }
        end()
    }

    private func identity(of read: Read) {
        line.field("read", read.id.description)
        line.field("text", read.text.string)
        line.field("plate", read.plate.description)
        line.field("country", read.country.description)
        line.field("captured_ns", read.capturedNs)
    }

    private func begin(_ kind: String) {
        line.removeAll()
        line.begin()
        line.field("kind", kind)
    }

    private func end() {
        line.end(newline: true)
        file.append(line)
        linesBuffered += 1
        guard linesBuffered == 4096 else { return }
        linesBuffered = 0
        do throws(SystemError) { try file.flush() } catch { failure = error }
    }
}
