import ANPRCore
import Glibc

/// What the engine counted, beside what it had to count.
struct DemoTable {
    struct Row {
        let name: String
        let truth: Int
        let engine: Int
        var agrees: Bool { truth == engine }
    }

    private var rows: [Row] = []
    private let status: EngineStatus
    /// Before the engine was ended: what plugins do at its end they cannot hear of each other any more.
    private let settled: EngineStatus

    var agrees: Bool { rows.allSatisfy(\.agrees) && status.plugins.allSatisfy { $0.failure == nil } }

    init(
        _ configuration: EngineConfiguration, truth: Truth, summary: TruthSummary,
        frames: NoisyFrames<UDPSender>.Counts, settled: EngineStatus, status: EngineStatus, written: WrittenLines
    ) throws {
        self.status = status
        self.settled = settled
        addFrames(frames)
        add("reads taken", summary.reads - summary.readsLost, status.reads)
        add("  unparseable, kept and flagged", summary.unparseable, status.unparseableReads)
        add("reads matched", summary.reads - summary.readsLost, status.matched)
        addHits(truth, summary)
        addRecords(truth, summary)
        try addPlugins(configuration, truth, summary)
        add("lines in hits.jsonl", summary.hits - summary.repeats, written.hits)
        add("lines in records.csv", summary.records, written.records)
        add("lines in cbe/fines.jsonl", Self.cases(truth), written.fines)
    }

    private mutating func add(_ name: String, _ truth: Int, _ engine: Int) {
        rows.append(Row(name: name, truth: truth, engine: engine))
    }

    private mutating func addFrames(_ frames: NoisyFrames<UDPSender>.Counts) {
        add("frames received", frames.delivered, status.frames)
        add("  dropped by the kernel", 0, status.kernelDrops)
        // Of each cause there is a row if it was met; of `duplicate`, always: it is the one that noise makes.
        for cause in status.refused {
            let wanted = cause.name == FrameRefusal.duplicate.name ? frames.twice : 0
            if wanted > 0 || cause.value > 0 { add("  refused: \(cause.name)", wanted, cause.value) }
        }
        add("  refused, all causes", frames.twice, status.refusedFrames)
    }

    private mutating func addHits(_ truth: Truth, _ summary: TruthSummary) {
        add("hits", summary.hits, status.hits)
        for kind in status.hitsByKind {
            add(
                "  alerts: \(kind.name)", truth.hits.count { !$0.isRepeat && $0.best.kind.name == kind.name },
                kind.value)
        }
        add("  repeats in the window", summary.repeats, status.hitsRepeated)
        add("  entries that they name", summary.sources, status.hitSources)
        add("reads of watched plates", summary.watchedReads, status.watchedReads)
    }

    private mutating func addRecords(_ truth: Truth, _ summary: TruthSummary) {
        add("section records", summary.records, status.records)
        add("  offences", summary.offences, status.offences)
        add(
            "  for a human first", truth.records.count { !$0.review.subtracting(.uncertified).isEmpty },
            status.recordsForReview)
    }

    private mutating func addPlugins(
        _ configuration: EngineConfiguration, _ truth: Truth, _ summary: TruthSummary
    ) throws {
        for plugin in status.plugins where plugin.dropped > 0 {
            add("\(plugin.name): events dropped", 0, plugin.dropped)
        }
        var truths: [String: Int] = [:]
        for attached in configuration.plugins {
            guard let module = PluginCatalog.module(attached.name) else { continue }
            for expected in try module.truth(truth, PluginCatalog.options(attached, in: configuration)) {
                truths["\(module.name) \(expected.name)"] = expected.value
                add(
                    "\(module.name): \(expected.name.replacing("_", with: " "))", expected.value,
                    counter(module.name, expected.name))
            }
        }
        if let alerts = truths["psc alerts"], let drafts = truths["pacos drafts"] {
            // A plugin that has done nothing yet shows no counters.
            let files = ["fines", "prosecutor"].map { max(0, counter("cbe", $0, in: settled)) }.reduce(0, +)
            add(
                "bng: facts of alerts, drafts and fines", alerts + drafts + files,
                counter("bng", "event_facts", in: settled))
            add("sara: alerts heard", alerts, counter("sara", "breaches"))
        }
        add("cbe: offences for verification", summary.offences - Self.cases(truth), counter("cbe", "verifications"))
    }

    /// Offences that go on without a human: nothing speaks against the pair, and the country is known.
    private static func cases(_ truth: Truth) -> Int {
        truth.records.count { $0.isAutomatic && $0.country != .unknown }
    }

    private func counter(_ plugin: String, _ name: String) -> Int { counter(plugin, name, in: status) }

    private func counter(_ plugin: String, _ name: String, in status: EngineStatus) -> Int {
        status.plugins.first { $0.name == plugin }?.counters.first { $0.name == name }?.value ?? -1
    }

    // MARK: Showing

    func print(asJSON: Bool) {
        if asJSON { return Console.print(json()) }
        let width = rows.map(\.name.count).max()! + 2
        Console.print(Console.padded("", width) + heading("truth") + heading("engine"))
        for row in rows {
            Console.print(
                Console.padded(row.name, width) + heading(Console.grouped(row.truth))
                    + heading(Console.grouped(row.engine))
                    + (row.agrees ? "  =" : "  DIFFERS"))
        }
        for plugin in status.plugins {
            if let failure = plugin.failure { Console.print("plugin \(plugin.name) FAILED: \(failure)") }
        }
        let cents = counter("cbe", "total_cents")
        Console.print(
            "\nfines \(Console.grouped(counter("cbe", "fines"))), EUR \(Console.grouped(cents / 100)) with fees; "
                + "to the prosecutor \(Console.grouped(counter("cbe", "prosecutor"))); "
                + "alerts on persons under conditions \(Console.grouped(counter("psc", "alerts")))")
        Console.print(agrees ? "every count agrees with the truth" : "COUNTS DIFFER from the truth")
    }

    private func heading(_ text: String) -> String { Console.padded(text, 14, right: true) }

    private func json() -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("event", "demo")
        line.field("agrees", agrees)
        line.key("rows")
        line.beginArray()
        for row in rows {
            line.begin()
            line.field("name", row.name.trimmingPrefix { $0 == " " }.description)
            line.field("truth", row.truth)
            line.field("engine", row.engine)
            line.field("agrees", row.agrees)
            line.end()
        }
        line.endArray()
        line.end(newline: true)
        return line
    }
}

/// Lines that the engine and its plugins wrote.
struct WrittenLines {
    let hits: Int
    let records: Int
    let fines: Int

    init(directory: String) throws {
        hits = try Self.lines(directory + "/hits.jsonl")
        // Without the header.
        records = try Self.lines(directory + "/records.csv") - 1
        fines = try Self.lines(directory + "/cbe/fines.jsonl")
    }

    /// 0 when there is no such file: one is made for its first line.
    private static func lines(_ path: String) throws(SystemError) -> Int {
        guard access(path, F_OK) == 0 else { return 0 }
        let file = try FileBytes(path: path)
        return file.bytes.count { $0 == 0x0A }
    }
}
