/// A read that entries in force matched: 128 bytes, with all its sources, best first.
///
/// Sources are ordered by kind (exact above look-alike above pattern), then priority, then entry. Identity of each
/// is (read, entry).
package struct Hit: BitwiseCopyable, Sendable {
    package var read: Read
    package var sources: InlineArray<6, HitSource>
    /// Names the best source's list, mark and validity, in every run of the daemon.
    package var mark: UInt64 = 0
    package var sourceCount: UInt8
    /// Sources past the sixth, by the order above: counted, not carried.
    package var sourcesOmitted: UInt8
    package var flags: HitFlags
    private var spare: UInt8 = 0
    /// Which start of the daemon numbered the entries; 0: this one.
    package var run: UInt32 = 0

    package static let sourcesMax = 6

    package init(read: Read) {
        self.read = read
        sources = InlineArray(repeating: HitSource(entry: 0, list: 0, kind: .exact, priority: 0))
        sourceCount = 0
        sourcesOmitted = 0
        flags = []
    }

    package var best: HitSource { sources[0] }
}

package struct HitSource: BitwiseCopyable, Equatable, Sendable {
    /// The entry's number in `Blacklists`, whose `details(of:)` has its text.
    package var entry: UInt32
    package var list: UInt16
    package var kind: MatchKind
    /// 0 (highest) to 100.
    package var priority: UInt8

    package init(entry: UInt32, list: UInt16, kind: MatchKind, priority: UInt8) {
        self.entry = entry
        self.list = list
        self.kind = kind
        self.priority = priority
    }

    /// Less is better.
    var rank: UInt64 { UInt64(kind.rawValue) << 56 | UInt64(priority) << 48 | UInt64(entry) }
}

/// How an entry matched, best first.
package enum MatchKind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case exact, lookAlike, pattern

    package var name: String {
        switch self {
        case .exact: "exact"
        case .lookAlike: "look_alike"
        case .pattern: "pattern"
        }
    }
}

package struct HitFlags: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The same plate hit at the same camera within the suppression window before: in the stream, not an alert.
    package static let repeated = HitFlags(rawValue: 1 << 0)
    /// The best source's country is known and is not the read's.
    package static let countryDiffers = HitFlags(rawValue: 1 << 1)
}
