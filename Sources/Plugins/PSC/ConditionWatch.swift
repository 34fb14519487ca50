import ANPRCore

/// The plugin: takes the reads of the plates that conditions bear on, and writes each breach to `alerts.jsonl`.
///
/// It names its plates, so it never sees the reads of anyone else.
final class ConditionWatch: SimplePlugin {
    let name = "psc"
    let interests: PluginInterests = .watchedReads

    private let options: PSCOptions
    private let knowledge: any EngineKnowledge
    private var judge: ConditionJudge
    private var repeats: RepeatWindow
    private let alerts: LineFile
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

    init(options: PSCOptions, register: ConditionRegister, context: PluginContext) throws {
        self.options = options
        knowledge = context.knowledge
        judge = ConditionJudge(register: register, localTime: options.files.localTime)
        repeats = RepeatWindow(lengthNs: options.repeatNs)
        alerts = try LineFile(path: context.directory + "/alerts.jsonl")
    }

    var watchedPlates: [WatchedPlate] { judge.register.watchedPlates }

    func handle(_ batch: PluginBatch) throws {
        for read in batch.watchedReads { take(read) }
        try finish()
    }

    func finish() throws { try alerts.flush() }

    /// Throws before anything is changed when either file is wrong.
    func reload() throws {
        judge = ConditionJudge(register: try options.files.load(), localTime: options.files.localTime)
    }

    private func take(_ read: Read) {
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
            guard repeats.isFirst(.init(condition: condition.id, camera: read.camera), at: read.capturedNs) else {
                tally.repeats += 1
                continue
            }
            guard let person = judge.register.persons[condition.person] else {
                preconditionFailure("the register holds each condition's person")
            }
            AlertLine.write(
                condition, person: person, read: read, camera: camera, windowNs: repeats.startNs(read.capturedNs),
                localTime: judge.localTime, into: &line)
            alerts.append(line)
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
