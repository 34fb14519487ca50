import Synchronization

/// What the engine tells plugins; follows each reload.
final class Knowledge: EngineKnowledge {
    private let cameras: Mutex<CameraRegistry>
    private let sections: SectionRegistry
    private let blacklists: Blacklists
    private let earlier = Mutex(Earlier())

    private struct Earlier {
        var run: UInt32 = 0
        var folder = ""
        var runs: [UInt32: [UInt32: EntryDetails]] = [:]
    }

    /// Runs whose entries are kept in memory.
    private static let runsMax = 16

    init(cameras: CameraRegistry, sections: SectionRegistry, blacklists: Blacklists) {
        self.cameras = Mutex(cameras)
        self.sections = sections
        self.blacklists = blacklists
    }

    func camera(_ id: UInt32) -> Camera? { cameras.withLock { $0[id] } }
    func camera(named name: String) -> Camera? { cameras.withLock { $0[name: name] } }
    func section(_ id: UInt32) -> Section? { sections[id] }
    /// Entries of earlier runs come from what those wrote down.
    func entry(_ number: UInt32, run: UInt32) -> EntryDetails? {
        earlier.withLock { state in
            guard run != 0, run != state.run, !state.folder.isEmpty else { return blacklists.details(of: number) }
            if state.runs[run] == nil {
                if state.runs.count >= Self.runsMax { state.runs.removeAll() }
                state.runs[run] = (try? EntryCatalogue.read(folder: state.folder, run: run)) ?? [:]
            }
            return state.runs[run]?[number]
        }
    }

    /// Where earlier runs wrote down what their entries were, and which this one is.
    func note(run: UInt32, entriesFolder: String) {
        earlier.withLock {
            $0.run = run
            $0.folder = entriesFolder
        }
    }

    func replace(cameras new: CameraRegistry) { cameras.withLock { $0 = new } }
}
