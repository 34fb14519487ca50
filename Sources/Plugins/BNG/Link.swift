import ANPRCore

/// A link between two records: 56 flat bytes. Ended, it stays; erased with one of its records, only its place stays.
struct Link: BitwiseCopyable {
    let atNs: Nanoseconds
    /// `.max`: it holds.
    var endedNs: Nanoseconds = .max
    let a: UInt32
    let b: UInt32
    /// The links before it of its first and of its second record.
    let nextOfA: UInt32
    let nextOfB: UInt32
    var role: UInt32
    var by: UInt32
    var note: UInt32
    var endedBy: UInt32 = 0
    var endNote: UInt32 = 0
    var isErased: UInt32 = 0

    init(
        atNs: Nanoseconds, a: UInt32, b: UInt32, nextOfA: UInt32, nextOfB: UInt32, role: UInt32, by: UInt32,
        note: UInt32
    ) {
        self.atNs = atNs
        self.a = a
        self.b = b
        self.nextOfA = nextOfA
        self.nextOfB = nextOfB
        self.role = role
        self.by = by
        self.note = note
    }

    var holds: Bool { endedNs == .max && isErased == 0 }
    func other(than record: UInt32) -> UInt32 { record == a ? b : a }
    func next(of record: UInt32) -> UInt32 { record == a ? nextOfA : nextOfB }
}
