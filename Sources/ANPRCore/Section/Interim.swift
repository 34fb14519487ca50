/// Interim shapes until the correlator lands.
package protocol RecordSink: ~Copyable {
    mutating func recorded(_ record: borrowing SectionRecord)
}
package struct CorrelatorSettings: Sendable {
    package init() {}
}
package struct SectionRegistry: Sendable {
    package let sections: [Section]
    package init(_ sections: [Section]) { self.sections = sections }
    package init(path: String, cameras: CameraRegistry) throws { sections = [] }
    package subscript(id: UInt32) -> Section? { nil }
}
package struct CorrelatorCounters: Sendable {
    package var lateReads = 0, lostExits = 0, orphanExits = 0, pendingReads = 0, openPassages = 0, evicted = 0
    package var duplicatesMerged = 0, skippedReads = 0
}
package struct Correlator: ~Copyable {
    package init(_ sections: SectionRegistry, cameras: CameraRegistry, settings: CorrelatorSettings) {}
    package var counters = CorrelatorCounters()
    package mutating func accept<S: RecordSink & ~Copyable>(_ reads: UnsafeBufferPointer<Read>, into sink: inout S) {}
    package mutating func advance<S: RecordSink & ~Copyable>(toNs: Nanoseconds, into sink: inout S) {}
    package mutating func finish<S: RecordSink & ~Copyable>(into sink: inout S) {}
}
