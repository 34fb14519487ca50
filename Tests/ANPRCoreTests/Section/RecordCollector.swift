@testable import ANPRCore

/// Collects records.
struct RecordCollector: RecordSink {
    var records: [SectionRecord] = []
    mutating func recorded(_ record: borrowing SectionRecord) { records.append(copy record) }
}
