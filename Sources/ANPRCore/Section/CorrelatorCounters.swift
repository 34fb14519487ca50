/// What a correlator has counted since it began.
package struct CorrelatorCounters: BitwiseCopyable, Sendable, Equatable {
    /// Reads (once for each role of their camera) that were paired or tried to be.
    package var sectionReads = 0
    /// Came after their time had been dealt with.
    package var lateReads = 0
    /// No plate, or a clock that is not trusted.
    package var skippedReads = 0
    /// Further reads of a crossing.
    package var duplicatesMerged = 0
    package var records = 0
    /// Entries whose exit never came; exits whose entry never came.
    package var lostExits = 0
    package var orphanExits = 0
    /// Dealt with early because a bound was reached.
    package var evicted = 0
    /// Right now.
    package var pendingReads = 0
    package var openPassages = 0

    package init() {}
}
