import ANPRCore

/// A record as it stands: 28 flat bytes. Its content is in its versions.
struct Record: BitwiseCopyable {
    /// Number of a text; 0: it has none, or it is erased.
    var key: UInt32
    /// The latest version.
    var head: UInt32 = 0
    var versions: UInt32 = 0
    /// The latest link.
    var firstLink: UInt32 = 0
    /// Its exchange with the judicial database, from 1.
    var exchange: UInt32 = 0
    /// The day on which it leaves for the archive, or from there (`RecordState`).
    var dueDay: Int32
    let categoryCode: UInt8
    var stateCode: UInt8 = RecordState.active.rawValue
    // WHY: no byte between rows is left to chance, since a state is written as it lies in memory.
    private var spare: UInt16 = 0

    init(_ category: RecordCategory, key: UInt32, dueDay: Int32) {
        categoryCode = category.rawValue
        self.key = key
        self.dueDay = dueDay
    }

    var category: RecordCategory { RecordCategory(rawValue: categoryCode) ?? .fact }
    var state: RecordState { RecordState(rawValue: stateCode) ?? .erased }
    /// Asked of what a snapshot holds.
    var isWhole: Bool { RecordCategory(rawValue: categoryCode) != nil && RecordState(rawValue: stateCode) != nil }
}

/// Where a record stands between its first version and its erasure.
enum RecordState: UInt8, CaseIterable, Sendable {
    case active
    /// Its time is over: found by its number alone.
    case archived
    /// Nothing is left but that it was there.
    case erased

    var name: String { "\(self)" }

    /// An archived one comes back when something new is found about it.
    var next: Set<RecordState> {
        switch self {
        case .active: [.archived, .erased]
        case .archived: [.active, .erased]
        case .erased: []
        }
    }
}
