import Synchronization

/// What is known beside a data directory, without an engine: registers, if they were given, and what runs wrote down of
/// the entries that their hits named.
package final class ArchiveKnowledge: EngineKnowledge {
    private let cameras: CameraRegistry
    private let sections: SectionRegistry
    private let entriesFolder: String
    private let runs = Mutex<[UInt32: Run]>([:])

    private struct Run {
        var bytes: Int
        var entries: [UInt32: EntryDetails]
    }

    package init(cameras: CameraRegistry, sections: SectionRegistry, entriesFolder: String) {
        self.cameras = cameras
        self.sections = sections
        self.entriesFolder = entriesFolder
    }

    package func camera(_ id: UInt32) -> Camera? { cameras[id] }
    package func camera(named name: String) -> Camera? { cameras[name: name] }
    package func section(_ id: UInt32) -> Section? { sections[id] }

    /// A run that goes on writes further entries: the file is read again when it has grown.
    package func entry(_ number: UInt32, run: UInt32) -> EntryDetails? {
        runs.withLock { runs in
            if let found = runs[run]?.entries[number] { return found }
            let bytes = (try? FileBytes(path: "\(entriesFolder)/\(run).jsonl").bytes.count) ?? 0
            guard bytes != runs[run]?.bytes else { return nil }
            let entries = (try? EntryCatalogue.read(folder: entriesFolder, run: run)) ?? [:]
            runs[run] = Run(bytes: bytes, entries: entries)
            return entries[number]
        }
    }
}
