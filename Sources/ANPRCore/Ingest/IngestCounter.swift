/// What a receiver counts; the raw value indexes its `Counters`. Refusals by cause follow after the last.
package enum IngestCounter: Int, CaseIterable, Sendable {
    /// Datagrams and trains as the kernel handed them over, frames in them, their bytes.
    case receives, frames, bytes
    /// Reads passed on; reads that had come before in frames that were not wholly duplicates.
    case reads, duplicateReads
    /// Reads of an epoch from its first asked for to its highest sequence; less `reads`: missing.
    case expectedReads
    case unparseableReads, clockSuspectReads, oddFieldReads
    /// Heartbeats taken; reads that cameras gave up for want of room.
    case heartbeats, givenUpReads
    /// Times that a full ring made the receiver wait.
    case ringWaits
    /// Dropped by the kernel for want of buffer (SO_RXQ_OVFL, SO_MEMINFO).
    case kernelDrops
    /// Datagrams longer than the receive buffer.
    case truncated
    /// Receive calls that failed (the kernel short of memory): nothing was taken.
    case receiveErrors

    static let refusalsAt = allCases.count
    static let total = allCases.count + FrameRefusal.allCases.count
}
