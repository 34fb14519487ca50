@testable import ANPRCore
@testable import CBE

/// The office on a bench: what it decides is applied at once, as its host does; what it sends and tells is kept.
final class OfficeBench {
    let office: FineOffice
    private(set) var nowNs = Samples.noonishNs
    /// Not delivered yet, by key.
    private(set) var outbox: [String: Effect] = [:]
    private(set) var sent: [Effect] = []
    private(set) var told: [(kind: String, id: String, body: String)] = []
    /// Each event of its own, to be applied again.
    private(set) var history: [(kind: UInt16, payload: [UInt8])] = []
    private(set) var transitions: [(from: FilePhase?, to: FilePhase)] = []
    private var calls = 0

    init(_ options: [String: String], knowledge: FixedKnowledge = Samples.knowledge) throws {
        let checked = try CBEOptions(options)
        office = try FineOffice(
            options: checked, tariffs: try checked.loadTariffs(),
            context: PluginContext(directory: "", knowledge: knowledge))
    }

    /// Options of an exchange with Justice, on the repository's seeds.
    static func options(_ more: [String: String] = [:]) -> [String: String] {
        [
            "tariffs": Repository.seed("law/tariffs.csv"), "fees": Repository.seed("law/fees.csv"),
            "deadlines": Repository.seed("law/deadlines.csv"), "justice_url": "http://127.0.0.1:1",
            "register_url": "http://127.0.0.1:2", "eucaris_url": "http://127.0.0.1:3",
            "holder_sources": Repository.seed("law/holder_sources.csv"),
            "templates": Repository.seed("cbe/templates"), "seal_key": "pkcs11:object=test", "batch_seconds": "60",
            "office": "Police of Aalter", "account": "BE68 5390 0754 7034",
        ].merging(more) { $1 }
    }

    func hand(_ record: SectionRecord) throws { try step { try office.decide(.record(record), into: &$0) } }

    func wait(_ ns: Nanoseconds) throws {
        nowNs += ns
        try step { try office.decide(.time(nowNs), into: &$0) }
    }

    func answer(_ effect: Effect, _ outcome: EffectAnswer.Outcome) throws {
        outbox[effect.key] = nil
        let answer = EffectAnswer(key: effect.key, destination: effect.destination, outcome: outcome)
        try step { try office.decide(.answer(answer), into: &$0) }
    }

    @discardableResult
    func call(_ verb: String, _ fields: [String: FieldValue] = [:]) throws -> String {
        calls += 1
        var call = PluginCall(verb: verb, id: "call-\(calls)", by: "officer", fields: fields)
        call.atNs = nowNs
        var reply: [UInt8] = []
        try step { reply = try office.decide(call, into: &$0) }
        return String(decoding: reply, as: UTF8.self)
    }

    func ask(_ verb: String, _ fields: [String: FieldValue] = [:]) throws -> String {
        var call = PluginCall(verb: verb, id: "", by: "officer", fields: fields)
        call.atNs = nowNs
        var lines = JSONLine()
        _ = try office.answer(call, into: &lines)
        return lines.string
    }

    /// The only file, or the one of a number.
    func file(_ number: UInt64? = nil) -> FineFile? {
        number.flatMap { office.ledger.files[$0] } ?? office.ledger.files.values.first
    }

    func effect(to destination: String) -> Effect? {
        outbox.values.filter { $0.destination == destination }.min { $0.key < $1.key }
    }

    private func step(_ decide: (inout LedgerEvents) throws -> Void) throws {
        var events = LedgerEvents()
        try decide(&events)
        try events.forEach { event in
            if event.kind == LedgerEvent.effectEnqueued {
                var reader = ByteReader(event.payload)
                guard let effect = Effect(&reader) else { preconditionFailure("written by `send`") }
                sent.append(effect)
                if outbox[effect.key] == nil { outbox[effect.key] = effect }
            } else if event.kind == LedgerEvent.told {
                var reader = ByteReader(event.payload)
                guard let kind = reader.text(), let id = reader.text(), reader.number(Nanoseconds.self) != nil else {
                    preconditionFailure("written by `tell`")
                }
                told.append((kind, id, String(decoding: reader.rest(), as: UTF8.self)))
            } else {
                note(event)
                try office.apply(event)
            }
        }
    }

    private func note(_ event: LedgerEvent) {
        history.append((event.kind, Array(event.payload)))
        switch FileEvent(event) {
        case .opened(let file, _): transitions.append((nil, file.phase))
        case .moved(let move): transitions.append((office.ledger.files[move.number]?.phase, move.to))
        default: break
        }
    }

    var state: [UInt8] {
        var bytes: [UInt8] = []
        office.snapshot(into: &bytes)
        return bytes
    }

    /// What the events alone make of an empty ledger.
    func replayed() throws -> [UInt8] {
        var ledger = CaseLedger()
        for (kind, payload) in history {
            try payload.withUnsafeBytes { bytes in
                guard let event = FileEvent(LedgerEvent(kind: kind, payload: bytes)) else {
                    preconditionFailure("kind \(kind) is none of CBE's")
                }
                try ledger.apply(event)
            }
        }
        var bytes: [UInt8] = []
        ledger.write(into: &bytes)
        return bytes
    }
}
