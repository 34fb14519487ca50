import ANPRCore

/// The plugin: takes the reads of the plates that conditions bear on, and sends each breach to `alerts`.
///
/// It names its plates, so it never sees the reads of anyone else.
final class ConditionWatch: Plugin {
    let name = "psc"
    let interests: PluginInterests = .watchedReads

    private let options: PSCOptions
    private let knowledge: any EngineKnowledge
    private var judge: ConditionJudge
    private var repeats: RepeatWindow
    private var line = JSONLine()
    private var tally = Tally()

    /// Since this run began; breaches = alerts + repeats.
    private struct Tally {
        var reads = 0
        var unwatched = 0
        var cameraUnknown = 0
        var breaches = 0
        var alerts = 0
        var repeats = 0
    }

    init(options: PSCOptions, register: ConditionRegister, context: PluginContext) {
        self.options = options
        knowledge = context.knowledge
        judge = ConditionJudge(register: register, localTime: options.files.localTime)
        repeats = RepeatWindow(lengthNs: options.repeatNs)
    }

    var watchedPlates: [WatchedPlate] { judge.register.watchedPlates }

    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) {
        var fresh = RepeatWindow(lengthNs: options.repeatNs)
        for read in batch.watchedReads { decide(read, &fresh, into: &events) }
    }

    /// Its one event: an alert went out, for a condition at a camera in the window of an instant.
    private static let alerted: UInt16 = 1

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        guard event.kind == Self.alerted, let capturedNs = reader.number(Nanoseconds.self),
            let key = RepeatWindow.Key(&reader), reader.isAtEnd
        else { throw WatchEventProblem() }
        repeats.insert(key, at: capturedNs)
    }

    let stateVersion: UInt16 = 1

    func snapshot(into bytes: inout [UInt8]) { repeats.write(into: &bytes) }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard version == stateVersion, repeats.restore(bytes) else { throw WatchEventProblem() }
    }

    /// Throws before anything is changed when either file is wrong.
    func reload() throws {
        judge = ConditionJudge(register: try options.files.load(), localTime: options.files.localTime)
    }

    private func decide(_ read: Read, _ fresh: inout RepeatWindow, into events: inout LedgerEvents) {
        tally.reads += 1
        guard !judge.register.bindings(read.plate).isEmpty else {
            tally.unwatched += 1  // asked for before a reload, handed over after it
            return
        }
        let camera = knowledge.camera(read.camera)
        if camera == nil { tally.cameraUnknown += 1 }
        for index in judge.broken(by: read, at: camera) {
            let condition = judge.register.conditions[index]
            tally.breaches += 1
            let key = RepeatWindow.Key(condition: condition.id, camera: read.camera)
            guard !repeats.contains(key, at: read.capturedNs), fresh.insert(key, at: read.capturedNs) else {
                tally.repeats += 1
                continue
            }
            guard let person = judge.register.persons[condition.person] else {
                preconditionFailure("the register holds each condition's person")
            }
            AlertLine.write(
                condition, person: person, read: read, camera: camera, windowNs: repeats.startNs(read.capturedNs),
                localTime: judge.localTime, into: &line)
            events.append(Self.alerted) {
                $0.append(number: read.capturedNs)
                key.write(into: &$0)
            }
            events.send(key: AlertLine.id(condition, read), to: "alerts", line.bytes)
            tally.alerts += 1
        }
    }

    var counters: [PluginCounter] {
        [
            PluginCounter("persons", judge.register.persons.count),
            PluginCounter("conditions", judge.register.conditions.count), PluginCounter("reads", tally.reads),
            PluginCounter("unwatched", tally.unwatched), PluginCounter("camera_unknown", tally.cameraUnknown),
            PluginCounter("breaches", tally.breaches), PluginCounter("alerts", tally.alerts),
            PluginCounter("repeats", tally.repeats),
        ]
    }
}

struct WatchEventProblem: Error, CustomStringConvertible {
    var description: String { "an event or a snapshot is none of PSC's" }
}
