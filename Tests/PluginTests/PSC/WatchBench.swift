import Testing

@testable import ANPRCore
@testable import PSC
@testable import PluginKit

/// The plugin with its host, on cameras of three sites; what it sends to a peer is carried by hand.
final class WatchBench {
    let out: TemporaryFolder
    let host: HostedPlugin
    private let factory: PluginFactory
    private var deliveries: [String: any EffectDelivery] = [:]
    private var sequence: UInt32 = 1000

    static let minute = 60 * Nanoseconds.second

    init(_ options: [String: String] = [:]) throws {
        out = try TemporaryFolder()
        factory = try PSCPlugin.factory(options: options)
        host = try HostedPlugin(factory, PluginContext(directory: out.path, knowledge: Self.knowledge))
    }

    /// Cameras 3 and 4 are lanes of one site, 7 and 9 stand elsewhere.
    static var knowledge: FixedKnowledge {
        var knowledge = FixedKnowledge()
        for (id, name, site, x) in [
            (3, "E40-01-1", "E40-01", 0.0), (4, "E40-01-2", "E40-01", 0.0), (7, "E40-02-1", "E40-02", 10.0),
            (9, "N37-01-1", "N37-01", 20.0),
        ] as [(UInt32, String, String, Double)] {
            knowledge.cameras[id] = Camera(id: id, name: name, site: site, lane: 1, xM: x, yM: 5, road: "E40")
        }
        return knowledge
    }

    var watch: ConditionWatch {
        guard let watch = host.host.plugin as? ConditionWatch else { preconditionFailure("the factory makes one") }
        return watch
    }

    // MARK: Calls

    @discardableResult
    func call(_ verb: String, _ fields: [String: FieldValue], by: String = "tester") throws -> PluginReply {
        try host.call(verb, fields, by: by)
    }

    /// Must be done.
    func done(_ verb: String, _ fields: [String: FieldValue], sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let reply = try call(verb, fields)
        guard case .done = reply else {
            Issue.record("\(verb): \(reply)", sourceLocation: sourceLocation)
            return
        }
    }

    /// The code of a refusal; nil when it was done.
    func code(_ verb: String, _ fields: [String: FieldValue]) throws -> String? {
        if case .refused(let refusal) = try call(verb, fields) { refusal.code } else { nil }
    }

    func person(_ id: String, _ plates: String) throws {
        try done("person add", ["person": .text(id), "name": .text("Name of \(id)"), "plates": .text(plates)])
    }

    func measure(_ id: String, on person: String, _ more: [String: FieldValue] = [:]) throws {
        let fields: [String: FieldValue] = [
            "measure": .text(id), "person": .text(person), "authority": .text("judge of Ghent"),
            "reference": .text("GE-\(id)"),
        ]
        try done("measure open", fields.merging(more) { $1 })
    }

    func condition(_ id: String, on person: String, _ kind: String, _ more: [String: FieldValue] = [:]) throws {
        let fields: [String: FieldValue] = [
            "condition": .text(id), "person": .text(person), "kind": .text(kind), "reason": .text("because"),
        ]
        try done("condition add", fields.merging(more) { $1 })
    }

    func ask(_ verb: String, _ fields: [String: FieldValue] = [:]) throws -> String {
        guard case .lines(let lines, _) = try host.ask(verb, fields, reason: "test") else { return "" }
        return String(decoding: lines, as: UTF8.self)
    }

    // MARK: Reads

    func read(_ plate: String, camera: UInt32 = 3, at ns: Nanoseconds = Samples.noonishNs) throws {
        sequence += 1
        try host.hand(reads: [Samples.read(plate, camera: camera, at: ns, sequence: sequence)])
    }

    func alerts() throws -> [[String: Any]] {
        try host.sent(to: "alerts").isEmpty ? [] : out.lines("alerts.jsonl")
    }

    func count(_ name: String) -> Int { host.counter(name) ?? -1 }

    // MARK: Peers

    /// All that waits goes out once; what failed waits on.
    func carry() throws {
        for effect in host.waiting {
            guard let adapter = factory.adapters[effect.destination] else { continue }
            let delivery = try deliveries[effect.destination] ?? adapter.make()
            deliveries[effect.destination] = delivery
            do throws(DeliveryProblem) {
                guard let answer = try delivery.deliver(effect) else { continue }
                try? host.answer(
                    effect.key, from: effect.destination, status: answer.status,
                    String(decoding: answer.body, as: UTF8.self))
            } catch {
                guard case .temporary = error else { throw error }
            }
        }
    }

    /// Time passes, and all is carried, until nothing is left to do or the rounds are used up.
    func carry(rounds: Int, step: Nanoseconds, until isDone: () -> Bool) throws {
        for _ in 0..<rounds where !isDone() {
            try host.time(host.nowNs + step)
            try carry()
        }
    }

    // MARK: State

    func state() -> [UInt8] {
        var bytes: [UInt8] = []
        watch.snapshot(into: &bytes)
        return bytes
    }
}
