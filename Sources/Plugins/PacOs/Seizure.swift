import ANPRCore

/// What was seized at one time in one place, under one PV: 48 flat bytes. Texts are numbers of `TextTable`.
struct Seizure: BitwiseCopyable {
    let seizedNs: Nanoseconds
    let registeredNs: Nanoseconds
    let name: UInt32
    let pv: UInt32
    let place: UInt32
    let by: UInt32
    /// The draft that it came from, from 1; 0: none.
    let draft: UInt32
    var exhibitCount: UInt32 = 0
    let serviceCode: UInt8
    /// Its list of exhibits is complete: they may leave, and no more are added.
    var closed: UInt8 = 0
    /// Taken over from elsewhere, not entered here.
    let loaded: UInt8
    // WHY: no byte between rows is left to chance, since a state is written as it lies in memory.
    private var spare: UInt8 = 0
    private var spareWord: UInt32 = 0

    init(_ opened: SeizureOpened, name: UInt32, pv: UInt32, place: UInt32, by: UInt32) {
        seizedNs = opened.seizedNs
        registeredNs = opened.atNs
        self.name = name
        self.pv = pv
        self.place = place
        self.by = by
        draft = opened.draft
        serviceCode = opened.service.rawValue
        loaded = opened.isLoaded ? 1 : 0
        closed = loaded
    }

    var service: Service { Service(rawValue: serviceCode) ?? .police }
    var isClosed: Bool { closed != 0 }
    var isLoaded: Bool { loaded != 0 }
}

/// What a hit with the action "seize" leaves for a person: to become a seizure, or to be dropped. 56 flat bytes.
struct Draft: BitwiseCopyable {
    let capturedNs: Nanoseconds
    let key: UInt32
    let hit: UInt32
    let plate: UInt32
    let camera: UInt32
    let list: UInt32
    let caseNumber: UInt32
    let reason: UInt32
    /// Why it was dropped, and by whom.
    var note: UInt32 = 0
    var by: UInt32 = 0
    /// The seizure that it became, from 1.
    var seizure: UInt32 = 0
    var dropped: UInt32 = 0
    private var spare: UInt32 = 0

    init(_ opened: DraftOpened, text: (String) -> UInt32) {
        capturedNs = opened.capturedNs
        key = text(opened.key)
        hit = text(opened.hit)
        plate = text(opened.plate)
        camera = text(opened.camera)
        list = text(opened.list)
        caseNumber = text(opened.caseNumber)
        reason = text(opened.reason)
    }

    var state: String { dropped != 0 ? "dropped" : seizure != 0 ? "used" : "open" }
    var isOpen: Bool { dropped == 0 && seizure == 0 }
}
