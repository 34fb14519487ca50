@testable import ANPRCore

/// A small domain, for what holds of every one: doors that are opened, closed and locked, and passed.
final class DoorPlugin: DomainPlugin {
    struct Fault: Error {}

    enum State: UInt8 { case open, closed, locked }

    let name = "doors"
    let interests: PluginInterests = .hits
    private(set) var doors: [String: State] = [:]
    /// Sequences of hits; ids of events; keys of answers with their status, 0 where it was given up.
    private(set) var passed: [UInt32] = []
    private(set) var heard: [String] = []
    private(set) var answered: [String] = []
    /// Asked before each decision of an element: whether it throws.
    var fails: () -> Bool = { false }

    private enum Kind {
        static let door: UInt16 = 1
        static let passed: UInt16 = 2
        static let heard: UInt16 = 3
        static let answered: UInt16 = 4
    }

    static func factory(_ made: @escaping @Sendable (DoorPlugin) -> Void = { _ in }) -> PluginFactory {
        PluginFactory(name: "doors") { _ in
            let plugin = DoorPlugin()
            made(plugin)
            return plugin
        }
    }

    let hears: [String: Set<String>] = ["bells": ["bells.rang/1"]]

    func decide(_ input: PluginInput, into events: inout LedgerEvents) throws {
        switch input {
        case .hit(let hit):
            // What is known by now, also from the same batch, decides.
            guard !passed.contains(hit.read.sequence) else { return }
            events.append(Kind.passed) { $0.append(number: hit.read.sequence) }
            events.send(key: "p\(hit.read.sequence)", to: "log", Array("{\"key\":\"p\(hit.read.sequence)\"}".utf8))
            if fails() { throw Fault() }
        case .event(let event): events.append(Kind.heard) { $0.append(text: event.id) }
        case .answer(let answer):
            let status: Int
            if case .answered(let code, _) = answer.outcome { status = code } else { status = 0 }
            if fails() { throw Fault() }
            events.append(Kind.answered) { $0.append(text: "\(answer.key):\(status)") }
        case .time: for id in doors.keys.sorted() where doors[id] == .closed { lock(id, &events) }
        case .record, .read: break
        }
    }

    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        guard case .text(let id) = call.fields["door"] else { throw Refusal("missing", "which door?") }
        switch (call.verb, doors[id]) {
        case ("open", nil), ("open", .closed): move(id, .open, &events)
        case ("close", .open): move(id, .closed, &events)
        case ("lock", .closed): lock(id, &events)
        default: throw Refusal("not_in_state", "the door is \(doors[id].map { "\($0)" } ?? "not there")")
        }
        return Array("{\"door\":\"\(id)\"}".utf8)
    }

    private func move(_ id: String, _ state: State, _ events: inout LedgerEvents) {
        events.append(Kind.door) {
            $0.append(number: state.rawValue)
            $0.append(text: id)
        }
    }

    private func lock(_ id: String, _ events: inout LedgerEvents) {
        move(id, .locked, &events)
        events.tell("doors.locked/1", id: id, atNs: 7, Array("{\"door\":\"\(id)\"}".utf8))
    }

    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        guard call.verb == "list" else { throw Refusal("unknown_verb", call.verb) }
        let ids = doors.keys.sorted().filter { $0 > call.from }
        for id in ids.prefix(call.limit) {
            lines.begin()
            lines.field("door", id)
            lines.end(newline: true)
        }
        return ids.count > call.limit ? ids[call.limit - 1] : nil
    }

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        switch event.kind {
        case Kind.door:
            guard let state = reader.number(UInt8.self).flatMap(State.init), let id = reader.text() else {
                throw Fault()
            }
            doors[id] = state
        case Kind.passed:
            guard let number = reader.number(UInt32.self) else { throw Fault() }
            passed.append(number)
        case Kind.heard: heard.append(reader.text() ?? "")
        case Kind.answered: answered.append(reader.text() ?? "")
        default: throw Fault()
        }
    }

    let stateVersion: UInt16 = 1

    func snapshot(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(doors.count))
        for (id, state) in doors.sorted(by: { $0.key < $1.key }) {
            bytes.append(number: state.rawValue)
            bytes.append(text: id)
        }
        bytes.append(number: UInt32(passed.count))
        for number in passed { bytes.append(number: number) }
        for list in [heard, answered] {
            bytes.append(number: UInt32(list.count))
            for text in list { bytes.append(text: text) }
        }
    }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        var reader = ByteReader(bytes)
        for _ in 0..<(reader.number(UInt32.self) ?? 0) {
            guard let state = reader.number(UInt8.self).flatMap(State.init), let id = reader.text() else {
                throw Fault()
            }
            doors[id] = state
        }
        for _ in 0..<(reader.number(UInt32.self) ?? 0) { passed.append(reader.number() ?? 0) }
        for _ in 0..<(reader.number(UInt32.self) ?? 0) { heard.append(reader.text() ?? "") }
        for _ in 0..<(reader.number(UInt32.self) ?? 0) { answered.append(reader.text() ?? "") }
    }
}
