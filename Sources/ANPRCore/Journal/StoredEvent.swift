/// Events as they stand in a block behind its reads, in the order in which they were found.
///
/// ```
/// head 8   kind 1 | sources 1 | omitted 1 | flags 1 | read 4 (index in the group's latest block with reads)
/// hit      head | mark 8 | sources, 8 each       watched  head | subscription 4 | 0 4       record  head | 128
/// ```
package enum EventKind: UInt8, BitwiseCopyable, Sendable {
    case hit = 1
    case watched
    case record
}

/// The first word of an event.
struct EventHead: BitwiseCopyable {
    var kind: UInt8
    var sources: UInt8 = 0
    var omitted: UInt8 = 0
    var flags: UInt8 = 0
    var read: UInt32 = 0

    /// Bytes of the whole event; nil when the head cannot be true.
    var length: Int? {
        switch EventKind(rawValue: kind) {
        case .hit: sources >= 1 && Int(sources) <= Hit.sourcesMax ? 16 + 8 * Int(sources) : nil
        case .watched: 16
        case .record: JournalLayout.eventBytesMax
        case nil: nil
        }
    }
}
