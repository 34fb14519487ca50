@testable import ANPRCore

/// A plugin that notes what it gets, and does with it what its test wants. Looked at when its thread has ended.
final class ProbePlugin: SimplePlugin {
    let name: String
    let interests: PluginInterests
    private(set) var watchedPlates: [WatchedPlate] = []
    /// The numbers of the events of each call, also of calls that were refused.
    private(set) var calls: [[Int]] = []
    private(set) var finishes = 0
    private let body: (_ call: Int) throws -> Void
    private let reloadBody: () throws -> [WatchedPlate]
    private let finishBody: () throws -> Void

    struct Fault: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    init(
        _ name: String, _ interests: PluginInterests = .hits, reload: @escaping () throws -> [WatchedPlate] = { [] },
        finish: @escaping () throws -> Void = {}, handle: @escaping (_ call: Int) throws -> Void = { _ in }
    ) {
        self.name = name
        self.interests = interests
        body = handle
        reloadBody = reload
        finishBody = finish
    }

    func handle(_ batch: PluginBatch) throws {
        calls.append(
            batch.hits.map { Int($0.read.sequence) } + batch.records.map { Int($0.entry.sequence) }
                + batch.watchedReads.map { Int($0.sequence) })
        try body(calls.count)
    }

    func reload() throws { watchedPlates = try reloadBody() }

    func finish() throws {
        finishes += 1
        try finishBody()
    }

    var counters: [PluginCounter] { [PluginCounter("calls", calls.count)] }
}
