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
            HitTally(priorityMax: priorityMax, context: context)
        }
    }
}

final class HitTally: Plugin {
    let name = "hit_tally"
    let interests: PluginInterests = .hits
    private let priorityMax: UInt8
    private let knowledge: any EngineKnowledge
    private var line = JSONLine()
    private var hitsByList: [String: Int] = [:]
    private var urgent = 0
    private var repeats = 0

    /// Kinds of its events; what is in a ledger keeps its number.
    private static let counted: UInt16 = 1
    private static let sent: UInt16 = 2

    init(priorityMax: UInt8, context: PluginContext) {
        self.priorityMax = priorityMax
        knowledge = context.knowledge
    }

    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) {
        for hit in batch.hits {
            guard !hit.flags.contains(.repeated) else {
                repeats += 1  // of this run: nothing rests on it
                continue
            }
            let entry = knowledge.entry(hit.best.entry, run: hit.run)  // nil once a reload has taken it off its list
            events.append(Self.counted) { $0.append(text: entry?.list ?? "unknown") }
            guard hit.best.priority <= priorityMax else { continue }
            let key = "\(hit.read.id):\(hit.mark)"  // found again after a crash, it has the same key
            line.removeAll()
            line.begin()
            line.field("id", key)
            line.field("plate", hit.read.plate.description)
            line.field("reason", entry?.reason ?? "")
            line.field("camera", knowledge.camera(hit.read.camera)?.name ?? String(hit.read.camera))
            line.field("captured_at", Instant.format(hit.read.capturedNs))
            line.end()
            events.append(Self.sent)
            events.send(key: key, to: "urgent", line.bytes)
        }
    }

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case Self.counted:
            guard let list = reader.text() else { throw HitTallyProblem.notUnderstood }
            hitsByList[list, default: 0] += 1
        case Self.sent: urgent += 1
        default: throw HitTallyProblem.notUnderstood
        }
    }

    let stateVersion: UInt16 = 1

    func snapshot(into bytes: inout [UInt8]) {
        bytes.append(number: UInt64(urgent))
        for (list, count) in hitsByList {
            bytes.append(text: list)
            bytes.append(number: UInt64(count))
        }
    }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        var reader = ByteReader(bytes)
        guard version == stateVersion, let urgent = reader.number(UInt64.self) else {
            throw HitTallyProblem.notUnderstood
        }
        self.urgent = Int(urgent)
        while let list = reader.text(), let count = reader.number(UInt64.self) { hitsByList[list] = Int(count) }
    }

    var counters: [PluginCounter] {
        hitsByList.sorted { $0.key < $1.key }.map { PluginCounter("hits_" + $0.key, $0.value) }
            + [PluginCounter("repeats", repeats), PluginCounter("urgent", urgent)]
    }
}

enum HitTallyProblem: Error { case notUnderstood }
