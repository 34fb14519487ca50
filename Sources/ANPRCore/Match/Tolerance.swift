/// How much a read may differ from a plate on a list and still be a hit.
package enum Tolerance: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// The plate itself. The default; lists of millions should stay here.
    case exact
    /// One character may be another of its look-alike group.
    case strict
    /// Two characters may be.
    case balanced
    /// Two characters may be, or one character may be any other, missing or added (costs some 40 patterns an
    /// entry: lists of at most `broadEntriesMax` entries).
    case broad

    package static let broadEntriesMax = 10_000
    /// Plates shorter than this match exactly only: everything looks like `1AB`.
    package static let lookAlikeCharactersMin = 4

    /// Look-alike characters allowed.
    @inline(__always)
    package var lookAlikesMax: Int {
        switch self {
        case .exact: 0
        case .strict: 1
        case .balanced, .broad: 2
        }
    }

    package static let names = ["exact", "strict", "balanced", "broad"]
    package var name: String { Self.names[Int(rawValue)] }
    package init?(name: String) {
        guard let i = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: UInt8(i))
    }
}
