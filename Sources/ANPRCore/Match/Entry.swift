/// One plate or pattern on a list, as the shards see it: 32 bytes. Its texts are in `EntryTexts`.
///
/// Written once by the control plane before a shard hears of it, then never changed: a change is a new entry in the
/// old one's stead.
package struct Entry: BitwiseCopyable, Sendable {
    /// The plate; for a pattern, a hash of its text.
    package var plate: Plate
    /// In force from (inclusive) to (exclusive), in whole seconds since 1970; judged at the capture time.
    package var fromS: UInt32
    package var toS: UInt32
    package var caseAt: UInt32
    package var wording: UInt32
    package var list: UInt16
    package var country: Country
    package var priority: UInt8
    package var tolerance: Tolerance
    package var route: EntryRoute
    package var kind: EntryKind

    /// Whether the entry is in force at an instant.
    @inline(__always)
    func isInForce(atNs ns: Nanoseconds) -> Bool {
        ns >= Nanoseconds(fromS) &* .second && (toS == .max || ns < Nanoseconds(toS) &* .second)
    }
}

/// Who hears of a read that the entry matches: the hit stream, or one plugin that watches the plate.
package struct EntryRoute: BitwiseCopyable, Equatable, Sendable {
    let raw: UInt8
    package static let hits = EntryRoute(raw: 0)
    package static func watcher(_ index: Int) -> EntryRoute { EntryRoute(raw: UInt8(index + 1)) }
    /// The plugin's number among those that watch plates.
    @inline(__always)
    var watcher: Int? { raw == 0 ? nil : Int(raw) - 1 }
}

package enum EntryKind: UInt8, BitwiseCopyable, Sendable {
    case plate
    case pattern
}
