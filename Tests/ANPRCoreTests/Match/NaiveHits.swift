import Testing

@testable import ANPRCore

/// The hits that a run of reads must give, from the plain matcher and a dictionary of what has alerted.
struct NaiveHits {
    /// Entries by their number in the engine, ascending, as the plain matcher has them by place.
    private let numbers: [UInt32]
    private var matcher: NaiveMatcher
    private let windowNs: Nanoseconds
    private var alertedNs: [Key: Nanoseconds] = [:]
    /// How many sources of each kind, hits of several sources, of more than six, repeats: that a scene reaches them.
    private(set) var kinds: [MatchKind: Int] = [:]
    private(set) var several = 0
    private(set) var omitting = 0
    private(set) var repeats = 0

    private struct Key: Hashable {
        var plate: Plate
        var camera: UInt32
        var entry: UInt32
    }

    init(_ entries: [UInt32: NaiveEntry], windowNs: Nanoseconds = 0) {
        numbers = entries.keys.sorted()
        matcher = NaiveMatcher(numbers.compactMap { entries[$0] })
        self.windowNs = windowNs
    }

    /// Holds what the engine found against what it must have found.
    mutating func check(
        _ findings: Findings, _ reads: [Read], _ comment: Comment = "", location: SourceLocation = #_sourceLocation
    ) {
        #expect(findings.twice == 0, comment, sourceLocation: location)
        var expectedHits = 0
        for read in reads {
            let sources = matcher.match(read.plate, atNs: read.capturedNs)
            guard !sources.isEmpty else { continue }
            expectedHits += 1
            guard let hit = findings.hits[read.sequence] else {
                Issue.record("\(read.plate) is no hit \(comment)", sourceLocation: location)
                continue
            }
            let found = Self.line(hit)
            let expected = self.expected(sources, read)
            #expect(found == expected, "\(read.plate) \(comment)", sourceLocation: location)
        }
        #expect(findings.hits.count == expectedHits, comment, sourceLocation: location)
    }

    private static func line(_ hit: Hit) -> String {
        let sources = (0..<Int(hit.sourceCount)).map {
            "\(hit.sources[$0].entry)/\(hit.sources[$0].list) \(hit.sources[$0].kind.name) \(hit.sources[$0].priority)"
        }
        return "\(sources) +\(hit.sourcesOmitted) repeat \(hit.flags.contains(.repeated))"
            + " country \(hit.flags.contains(.countryDiffers)) read \(hit.read.id)"
    }

    /// The hit as it must be, in the same words.
    private mutating func expected(_ sources: [NaiveMatcher.Source], _ read: Read) -> String {
        for source in sources { kinds[source.kind, default: 0] += 1 }
        if sources.count > 1 { several += 1 }
        if sources.count > Hit.sourcesMax { omitting += 1 }
        let shown = sources.prefix(Hit.sourcesMax).map {
            let entry = matcher.entries[$0.entry]
            return "\(numbers[$0.entry])/\(entry.list) \($0.kind.name) \(entry.priority)"
        }
        let best = matcher.entries[sources[0].entry].country
        let differs = best != .unknown && read.country != .unknown && best != read.country
        let key = Key(plate: read.plate, camera: read.camera, entry: numbers[sources[0].entry])
        var isRepeat = false
        if let before = alertedNs[key], (read.capturedNs - before).magnitude < windowNs.magnitude { isRepeat = true }
        if isRepeat { repeats += 1 } else { alertedNs[key] = read.capturedNs }
        return "\(shown) +\(min(255, max(0, sources.count - Hit.sourcesMax))) repeat \(isRepeat)"
            + " country \(differs) read \(read.id)"
    }
}
