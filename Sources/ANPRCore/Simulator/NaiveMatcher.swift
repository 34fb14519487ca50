/// Matches one read against all entries by the plainest means: the truth that the engine's matcher is held to.
///
/// Written from the rules, not from the engine: exact wins over look-alike wins over pattern; look-alikes by each
/// list's tolerance, for plates of four characters and more; validity at the capture time; the country never filters.
package struct NaiveMatcher {
    package struct Source: Equatable, Sendable {
        /// Place in the entries.
        package var entry: Int
        package var kind: MatchKind
    }

    package let entries: [NaiveEntry]
    private var byMark: [String: [Int]] = [:]
    /// Entries of lists with a tolerance, by their folded mark.
    private var byFolded: [String: [Int]] = [:]
    /// Entries of broad lists, by each of the texts that they become with one character gone (and by themselves).
    private var byShortened: [String: [Int]] = [:]
    private var patterns: [Int] = []
    /// What each plate could match, whenever: vehicles are read many times.
    private var known: [Plate: [Source]] = [:]
    private static let knownMax = 1 << 22

    package init(_ entries: [NaiveEntry]) {
        self.entries = entries
        for (i, entry) in entries.enumerated() {
            if entry.isPattern {
                patterns.append(i)
                continue
            }
            byMark[entry.mark, default: []].append(i)
            guard entry.tolerance != .exact, entry.mark.count >= 4 else { continue }
            byFolded[Self.folded(entry.mark), default: []].append(i)
            guard entry.tolerance == .broad else { continue }
            for text in Self.shortened(entry.mark).union([entry.mark]) { byShortened[text, default: []].append(i) }
        }
    }

    /// All entries in force that match, best first: by kind, then priority, then place. Empty: no hit.
    package mutating func match(_ plate: Plate, atNs: Nanoseconds) -> [Source] {
        guard !plate.isNone else { return [] }
        if known[plate] == nil {
            if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
            known[plate] = candidates(plate.description)
        }
        return known[plate]!.filter { entries[$0.entry].isInForce(atNs: atNs) }
    }

    private func candidates(_ text: String) -> [Source] {
        var kinds: [Int: MatchKind] = [:]
        for i in patterns where Self.matches(Array(text.utf8), Array(entries[i].mark.utf8)) { kinds[i] = .pattern }
        var near = byFolded[Self.folded(text)] ?? []
        if !byShortened.isEmpty {
            for key in Self.shortened(text).union([text]) { near += byShortened[key] ?? [] }
        }
        for i in near where Self.isLookAlike(text, entries[i]) { kinds[i] = .lookAlike }
        for i in byMark[text] ?? [] { kinds[i] = .exact }
        return kinds.map { Source(entry: $0.key, kind: $0.value) }.sorted {
            ($0.kind.rawValue, entries[$0.entry].priority, $0.entry)
                < ($1.kind.rawValue, entries[$1.entry].priority, $1.entry)
        }
    }

    // MARK: The rules

    private static func isLookAlike(_ text: String, _ entry: NaiveEntry) -> Bool {
        guard entry.mark.count >= 4 else { return false }
        let a = Array(text)
        let b = Array(entry.mark)
        if a.count == b.count, folded(text) == folded(entry.mark) {
            let differing = zip(a, b).count { $0 != $1 }
            let allowed: [Tolerance: Int] = [.exact: 0, .strict: 1, .balanced: 2, .broad: 2]
            if differing <= allowed[entry.tolerance]! { return true }
        }
        return entry.tolerance == .broad && isWithinOneEdit(a, b)
    }

    /// One character replaced, missing or added.
    static func isWithinOneEdit(_ a: [Character], _ b: [Character]) -> Bool {
        if a.count == b.count { return zip(a, b).count { $0 != $1 } <= 1 }
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        guard long.count == short.count + 1 else { return false }
        return long.indices.contains { i in
            var cut = long
            cut.remove(at: i)
            return cut == short
        }
    }

    /// The groups that OCR confuses: `0ODQ 1IL 2Z 5S 6G 8B`.
    private static let groups: [Character: Character] = [
        "O": "0", "D": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8",
    ]

    static func folded(_ text: String) -> String { String(text.map { groups[$0] ?? $0 }) }

    private static func shortened(_ text: String) -> Set<String> {
        let characters = Array(text)
        return Set(characters.indices.map { String(characters[..<$0]) + String(characters[($0 + 1)...]) })
    }

    /// `?` is one character, `*` any run, also an empty one.
    static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        // matched[i]: the pattern so far matches the first i characters.
        var matched = [Bool](repeating: false, count: text.count + 1)
        matched[0] = true
        for p in pattern {
            if p == 0x2a {
                for i in 1...text.count where matched[i - 1] { matched[i] = true }
            } else {
                for i in stride(from: text.count, to: 0, by: -1) {
                    matched[i] = matched[i - 1] && (p == 0x3f || p == text[i - 1])
                }
                matched[0] = false
            }
        }
        return matched[text.count]
    }
}
