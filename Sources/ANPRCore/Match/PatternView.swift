import CLinux

/// The pointers of a pattern table: to pass them on counts no references.
struct PatternView: @unchecked Sendable {
    // SAFE: @unchecked Sendable: lives inside the matcher that holds the table.
    let compiled: UnsafePointer<CompiledPattern>
    let groups: UnsafePointer<PatternGroupView>
    let groupCount: Int
    let general: UnsafePointer<UInt32>
    let generalCount: Int
    let pairs: UnsafePointer<UInt16>
    let sixes: WordFilterView
    let fours: WordFilterView
    let hasFours: Bool
    let isUnfiltered: Bool
    /// Groups that count from a plate's start; they come first.
    let startCount: Int

    var isEmpty: Bool { groupCount == 0 && generalCount == 0 }

    /// Their beginnings rule plates out.
    @inline(__always)
    private var hasBeginnings: Bool { startCount > 0 && !isUnfiltered }

    /// Hashes of the beginnings of reads' plates, and the fetch of what `candidates` will look at.
    @inline(__always)
    func ask(_ reads: UnsafePointer<Read>, count: Int, into hashes: BeginningHashes) {
        guard hasBeginnings else { return }
        // SAFE: a plate's word is the first of a read.
        clinux_beginnings(
            reads, MemoryLayout<Read>.stride, UInt32(truncatingIfNeeded: count), hashes.sixes,
            hasFours ? hashes.fours : nil)
        if sixes.isLarge { for i in 0..<count { sixes.ask(hashes.sixes[i]) } }
        if fours.isLarge { for i in 0..<count { fours.ask(hashes.fours[i]) } }
    }

    /// A bit for each of up to 64 reads (not none) that a pattern may match. They have been asked for.
    @inline(__always)
    func candidates(_ reads: UnsafePointer<Read>, count: Int, _ hashes: BeginningHashes) -> UInt64 {
        let all: UInt64 = ~0 &>> UInt64(64 &- count)  // SAFE: 1 to 64
        if generalCount > 0 { return all }
        var beginSo = all
        if hasBeginnings {
            beginSo = sixes.mayHold(hashes.sixes, count: count)
            if hasFours { beginSo |= fours.mayHold(hashes.fours, count: count) }
        }
        var rest = startCount == groupCount ? beginSo : all
        var found: UInt64 = 0
        while rest != 0 {
            let i = rest.trailingZeroBitCount
            let bit = rest & (0 &- rest)
            rest ^= bit
            if mayHold(reads[i].plate, from: beginSo & bit != 0 ? 0 : startCount) { found |= bit }
        }
        return found
    }

    /// Takes the plate apart and looks into the groups, from one of them on. Out of line: few plates come so far.
    @inline(never)
    func mayHold(_ plate: Plate, from first: Int) -> Bool {
        guard !plate.isNone else { return false }
        let spread = SpreadPlate(plate, pairs)
        for i in first..<groupCount where groups[i].mayHold(spread) { return true }
        return false
    }

    /// Calls with the entry of each pattern that matches.
    func forEachMatch(of plate: Plate, _ body: (UInt32) -> Void) {
        guard !plate.isNone else { return }
        let spread = SpreadPlate(plate, pairs)
        for i in 0..<groupCount {
            groups[i].forEachCandidate(spread) { index in
                let pattern = compiled + Int(index)
                if pattern.pointee.matches(spread) { body(pattern.pointee.entry) }
            }
        }
        for i in 0..<generalCount {
            let pattern = compiled + Int(general[i])
            if pattern.pointee.matches(spread) { body(pattern.pointee.entry) }
        }
    }

    /// How a hit through it is called: a `broad` entry's edit is a look-alike.
    func kind(of entry: Entry) -> MatchKind { entry.kind == .pattern ? .pattern : .lookAlike }
}
