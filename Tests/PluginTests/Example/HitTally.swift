import ANPRCore

/// Counts hits by list, and writes a line for each that is urgent.
package enum HitTallyPlugin {
    package static func factory(options: [String: String]) throws(InputProblems) -> PluginFactory {
        var problems = InputProblems()
        func complain(_ message: String) {
            problems.add(InputProblem(file: "plugin hit_tally", line: 0, message: message))
        }
        for name in options.keys.sorted() where name != "priority_max" {
            complain("option '\(name)' is unknown; known: priority_max")
        }
        let priorityMax = UInt8(options["priority_max"] ?? "10")
        if priorityMax == nil { complain("option 'priority_max' must be 0 to 100") }
        guard problems.isEmpty, let priorityMax else { throw problems }
        return PluginFactory(name: "hit_tally") { context in
            try HitTally(priorityMax: priorityMax, context: context)
        }
    }
}

final class HitTally: SimplePlugin {
    let name = "hit_tally"
    let interests: PluginInterests = .hits
    private let priorityMax: UInt8
    private let knowledge: any EngineKnowledge
    private let outbox: LineFile
    private var line = JSONLine()
    private var hitsByList: [String: Int] = [:]
    private var repeats = 0

    init(priorityMax: UInt8, context: PluginContext) throws {
        self.priorityMax = priorityMax
        knowledge = context.knowledge
        outbox = try LineFile(path: context.directory + "/urgent.jsonl")
    }

    func handle(_ batch: PluginBatch) throws {
        // What could not be written before. Thrown now, nothing of this batch is taken yet: it will come again.
        try outbox.flush()
        for hit in batch.hits { take(hit) }
        _ = try? outbox.flush()  // otherwise at the next batch, or at the end
    }

    func finish() throws { try outbox.flush() }

    private func take(_ hit: Hit) {
        guard !hit.flags.contains(.repeated) else {
            repeats += 1
            return
        }
        let entry = knowledge.entry(hit.best.entry)  // nil once a reload has taken it off its list
        hitsByList[entry?.list ?? "unknown", default: 0] += 1
        guard hit.best.priority <= priorityMax else { return }
        line.removeAll()
        line.begin()
        line.field("id", "\(hit.read.id):\(hit.best.entry)")  // found again after a crash, it has the same id
        line.field("plate", hit.read.plate.description)
        line.field("reason", entry?.reason ?? "")
        line.field("camera", knowledge.camera(hit.read.camera)?.name ?? String(hit.read.camera))
        line.field("captured_at", Instant.format(hit.read.capturedNs))
        line.end(newline: true)
        outbox.append(line)
    }

    var counters: [PluginCounter] {
        hitsByList.sorted { $0.key < $1.key }.map { PluginCounter("hits_" + $0.key, $0.value) }
            + [PluginCounter("repeats", repeats), PluginCounter("urgent", outbox.linesWritten)]
    }
}
