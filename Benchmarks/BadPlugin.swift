import ANPRCore
import Glibc
import Synchronization

/// Plugins as they must not be: one that takes a second for each event, one that throws at each.
final class BadPlugin: SimplePlugin {
    enum Manner: String { case slow, throwing }
    struct Refusal: Error {}

    let name: String
    let interests: PluginInterests = [.hits, .records]
    private let manner: Manner
    private let run: BadRun

    private init(_ manner: Manner, _ run: BadRun) {
        name = manner.rawValue
        self.manner = manner
        self.run = run
    }

    static func factory(_ manner: Manner, in run: BadRun) -> PluginFactory {
        PluginFactory(name: manner.rawValue) { _ in BadPlugin(manner, run) }
    }

    func handle(_ batch: PluginBatch) throws {
        switch manner {
        case .throwing where !run.isOver: throw Refusal()
        case .throwing: break
        case .slow: for _ in 0..<batch.count where !run.isOver { run.sleepASecond() }
        }
    }
}

/// Tells bad plugins that the measured time is over, so that the engine ends.
final class BadRun: Sendable {
    private let over = Atomic<Bool>(false)
    private let rest = Parker()

    var isOver: Bool {
        // ORDER: acquire, pairs with the release in end.
        over.load(ordering: .acquiring)
    }

    func end() {
        // ORDER: release, pairs with the acquire in isOver.
        over.store(true, ordering: .releasing)
        rest.wake()
    }

    func sleepASecond() { rest.park(nanoseconds: .second) { !isOver } }
}
