import ANPRCore

/// One version of a record: 64 flat bytes. Texts are numbers of `TextTable`; a person's names of `NameIndex`.
struct Version: BitwiseCopyable {
    /// When it was written down.
    let atNs: Nanoseconds
    /// When it happened; of a person the midnight (UTC) of the day of birth, `.min` where that is not known.
    var happenedNs: Nanoseconds
    let record: UInt32
    /// The version before; 0: it is the first.
    let previous: UInt32
    /// Who wrote it down, and from where it came.
    var by: UInt32
    var origin: UInt32
    /// Why.
    var note: UInt32
    var classification: UInt32
    var texts: InlineArray<4, UInt32>
    /// 1: erased, nothing but its time is left.
    var isErased: UInt32 = 0
    // WHY: as in `Record`.
    private var spare: UInt32 = 0

    init(
        atNs: Nanoseconds, happenedNs: Nanoseconds, record: UInt32, previous: UInt32, by: UInt32, origin: UInt32,
        note: UInt32, classification: UInt32, texts: InlineArray<4, UInt32>
    ) {
        self.atNs = atNs
        self.happenedNs = happenedNs
        self.record = record
        self.previous = previous
        self.by = by
        self.origin = origin
        self.note = note
        self.classification = classification
        self.texts = texts
    }
}
