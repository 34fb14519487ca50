/// The streams as files for people and scripts: `hits.jsonl`, `records.jsonl`, `records.csv`. A plugin like any other.
///
/// Its ledger says how long the files were at each place in the streams: what was written after that is cut off at the
/// next start and written again, so that with a journal each line is there once.
package final class StreamFiles: Plugin {
    package let name = "files"
    package let interests: PluginInterests
    package let stateVersion: UInt16 = 1
    private let hits: LineFile?
    private let records: LineFile?
    private let table: LineFile?
    private let repeats: Bool
    private let isDurable: Bool
    private var lines: StreamLines
    private var repeatsLeftOut = 0
    /// Bytes of each file that count: hits, records, table.
    private var sizes = [0, 0, 0]
    /// The files may hold more than counts.
    private var isUnsure = true

    private static let wroteKind: UInt16 = 1

    /// `repeats`: also the hits that the suppression window marked. `isDurable`: there is a journal, and files go on
    /// where they ended; without one, files of a run before are written over.
    package init(_ context: PluginContext, hits: Bool, records: Bool, repeats: Bool, isDurable: Bool = false) throws {
        var interests: PluginInterests = []
        if hits { interests.insert(.hits) }
        if records { interests.insert(.records) }
        self.interests = interests
        lines = StreamLines(context.knowledge)
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
                if hit.flags.contains(.repeated), !repeats {
                    repeatsLeftOut += 1
                } else {
                    hits.append(lines.line(hit))
                }
            }
        }
        if let records, let table {
            for record in batch.records {
                records.append(lines.line(record))
                table.append(lines.row(record))
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
        if let table, table.bytes == 0 { table.append(StreamLines.csvHeader) }
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
}
