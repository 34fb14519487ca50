import ANPRCore
import PluginKit

/// Counts hits by list, writes a line for each that is urgent, and keeps the notes that people make on plates.
package enum TallyPlugin {
    package static let module = PluginModule(
        name: "tally", summary: "Counts hits by list; people note things on plates", verbs: verbs,
        factory: factory(options:))

    static let verbs = [
        Verb(
            "note", "Note something on a plate", .command,
            fields: [
                Field("plate", .plate, "the plate", isOperand: true), Field("text", .text(200), "what to remember"),
            ],
            details: "A plate has one note; a second one is refused.",
            examples: ["anprd tally note 1ABC234 --text 'seen in Mons' --config anprd.json5"], lineField: "plate"),
        Verb(
            "list", "List the notes, by plate", .query,
            examples: ["anprd tally list --config anprd.json5 --json"]),
    ]

    package static func factory(options: [String: String]) throws(InputProblems) -> PluginFactory {
        var problems = InputProblems()
        func complain(_ message: String) {
            problems.add(InputProblem(file: "plugin tally", line: 0, message: message))
        }
        for name in options.keys.sorted() where name != "priority_max" {
            complain("option '\(name)' is unknown; known: priority_max")
        }
        let priorityMax = UInt8(options["priority_max"] ?? "10")
        if priorityMax == nil { complain("option 'priority_max' must be 0 to 255") }
        guard problems.isEmpty, let priorityMax else { throw problems }
        return PluginFactory(name: "tally") { Tally(priorityMax: priorityMax, context: $0) }
    }
}

final class Tally: DomainPlugin {
    let name = "tally"
    let interests: PluginInterests = .hits
    private let priorityMax: UInt8
    private let knowledge: any EngineKnowledge
    private var hitsByList: [String: Int] = [:]
    private var notes: [String: String] = [:]

    /// Kinds of its events; what is in a ledger keeps its number.
    private static let counted: UInt16 = 1
    private static let noted: UInt16 = 2

    init(priorityMax: UInt8, context: PluginContext) {
        self.priorityMax = priorityMax
        knowledge = context.knowledge
    }

    func decide(_ input: PluginInput, into events: inout LedgerEvents) {
        guard case .hit(let hit) = input, !hit.flags.contains(.repeated) else { return }
        let entry = knowledge.entry(hit.best.entry, run: hit.run)  // nil once a reload has taken it off its list
        events.append(Self.counted) { $0.append(text: entry?.list ?? "unknown") }
        guard hit.best.priority <= priorityMax else { return }
        let key = "\(hit.read.id):\(hit.mark)"  // found again after a crash, it has the same key
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("plate", hit.read.plate.description)
        line.field("note", notes[hit.read.plate.description] ?? "")
        line.field("captured_at", Instant.format(hit.read.capturedNs))
        line.end()
        events.send(key: key, to: "urgent", line.bytes)
    }

    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        guard call.verb == "note", case .plate(let plate) = call.fields["plate"],
            case .text(let text) = call.fields["text"]
        else { throw Refusal("unknown_verb", call.verb) }
        guard notes[plate.description] == nil else { throw Refusal("exists", "\(plate) has a note already") }
        events.append(Self.noted) {
            $0.append(text: plate.description)
            $0.append(text: text)
        }
        var line = JSONLine()
        line.begin()
        line.field("plate", plate.description)
        line.field("notes", notes.count + 1)
        line.end()
        return line.bytes
    }

    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        let page = notes.filter { $0.key > call.from }.sorted { $0.key < $1.key }.prefix(call.limit)
        for (plate, text) in page {
            lines.begin()
            lines.field("plate", plate)
            lines.field("text", text)
            lines.end(newline: true)
        }
        return page.count == call.limit ? page.last?.key : nil
    }

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case Self.counted:
            guard let list = reader.text() else { throw TallyProblem.notUnderstood }
            hitsByList[list, default: 0] += 1
        case Self.noted:
            guard let plate = reader.text(), let text = reader.text() else { throw TallyProblem.notUnderstood }
            notes[plate] = text
        default: throw TallyProblem.notUnderstood
        }
    }

    let stateVersion: UInt16 = 1

    func snapshot(into bytes: inout [UInt8]) {
        bytes.append(number: UInt64(notes.count))
        for (plate, text) in notes.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: plate)
            bytes.append(text: text)
        }
        for (list, count) in hitsByList.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: list)
            bytes.append(number: UInt64(count))
        }
    }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        var reader = ByteReader(bytes)
        guard version == stateVersion, let count = reader.number(UInt64.self) else { throw TallyProblem.notUnderstood }
        for _ in 0..<count {
            guard let plate = reader.text(), let text = reader.text() else { throw TallyProblem.notUnderstood }
            notes[plate] = text
        }
        while let list = reader.text(), let count = reader.number(UInt64.self) { hitsByList[list] = Int(count) }
    }

    var counters: [PluginCounter] {
        hitsByList.sorted { $0.key < $1.key }.map { PluginCounter("hits_" + $0.key, $0.value) }
            + [PluginCounter("notes", notes.count)]
    }
}

enum TallyProblem: Error { case notUnderstood }
