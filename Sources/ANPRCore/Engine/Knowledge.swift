import Synchronization

/// What the engine tells plugins; follows each reload.
final class Knowledge: EngineKnowledge {
    private let cameras: Mutex<CameraRegistry>
    private let sections: SectionRegistry
    private let blacklists: Blacklists

    init(cameras: CameraRegistry, sections: SectionRegistry, blacklists: Blacklists) {
        self.cameras = Mutex(cameras)
        self.sections = sections
        self.blacklists = blacklists
    }

    func camera(_ id: UInt32) -> Camera? { cameras.withLock { $0[id] } }
    func section(_ id: UInt32) -> Section? { sections[id] }
    func entry(_ number: UInt32) -> EntryDetails? { blacklists.details(of: number) }

    func replace(cameras new: CameraRegistry) { cameras.withLock { $0 = new } }
}
