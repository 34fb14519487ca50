import ANPRCore

/// A sink that counts.
struct HitCount: MatchSink {
    var hits = 0
    mutating func found(_ hit: borrowing Hit, at index: Int) { hits &+= 1 }
    mutating func watched(_ read: Read, at index: Int, by watcher: Int) {}
}

struct RecordCount: RecordSink {
    var records = 0
    mutating func recorded(_ record: borrowing SectionRecord) { records &+= 1 }
}
