/// All patterns in force anywhere, compiled: which of them does a plate match?
///
/// Patterns whose literal characters stand at the same places (before the first `*`, or, when a pattern begins with
/// `*`, after the last, counted from the end) form a group. A group is one hash table over the characters at those
/// places, so a plate costs one probe a group, however many patterns there are (tuple space search, as in packet
/// classifiers; Srinivasan, Suri, Varghese 1999). What a probe finds is verified. Patterns without a literal at
/// either end are verified one by one.
///
/// Immutable: a change of the patterns is a new table. `broad` entries are here as well, as the patterns of their
/// edits.
final class PatternTable: @unchecked Sendable {
    // SAFE: @unchecked Sendable: nothing changes after init.
    /// A pattern in canonical text (A-Z, 0-9, `?`, `*`) and the entry that it belongs to.
    struct Input: Sendable {
        var entry: UInt32
        var text: String
    }

    static let none = PatternTable([])

    let isEmpty: Bool
    let count: Int
    private let compiled: Slab<CompiledPattern>
    private let groups: [PatternGroup]
    /// The groups once more, as trivial values: the way of a read must not count references.
    private let views: Slab<PatternGroupView>
    /// Patterns that every plate is held against.
    private let general: Slab<UInt32>
    private let generalCount: Int
    private let pairs = SpreadPlate.pairs()
    /// In front of the groups that count from the start: one of the two may hold a plate's beginning, or none matches.
    private let sixes: PrefixFilter
    private let fours: PrefixFilter
    /// Too many beginnings are possible: the filters say nothing.
    private let isUnfiltered: Bool
    private let hasFours: Bool
    private let startCount: Int

    init(_ inputs: [Input]) {
        count = inputs.count
        isEmpty = inputs.isEmpty
        let compiled = inputs.map { CompiledPattern($0) }
        var members: [PatternGroup.Shape: [UInt32]] = [:]
        var general: [UInt32] = []
        var fromStart: [String] = []
        for (i, pattern) in compiled.enumerated() {
            if let shape = pattern.shape {
                members[shape, default: []].append(UInt32(i))
                if !shape.fromEnd { fromStart.append(inputs[i].text) }
            } else {
                general.append(UInt32(i))
            }
        }
        let shapes = members.keys.sorted {
            ($0.fromEnd ? 1 : 0, $0.mask.a, $0.mask.b) < ($1.fromEnd ? 1 : 0, $1.mask.a, $1.mask.b)
        }
        groups = shapes.map { shape in PatternGroup(shape, members[shape]!.map { ($0, compiled[Int($0)].key(shape)) }) }
        startCount = shapes.count { !$0.fromEnd }
        let isLong = fromStart.map { PrefixFilter.suits($0, characters: 6, ratherThan: 4) }
        let long = PrefixFilter(zip(fromStart, isLong).filter(\.1).map(\.0), characters: 6)
        let short = PrefixFilter(zip(fromStart, isLong).filter { !$0.1 }.map(\.0), characters: 4)
        isUnfiltered = long == nil || short == nil
        hasFours = isLong.contains(false)
        sixes = long ?? .none
        fours = short ?? .none
        views = Slab(count: max(1, groups.count))
        for (i, group) in groups.enumerated() { (views.base + i).initialize(to: group.view) }
        self.compiled = Slab(count: max(1, compiled.count))
        for (i, pattern) in compiled.enumerated() { (self.compiled.base + i).initialize(to: pattern) }
        generalCount = general.count
        self.general = Slab(count: max(1, general.count))
        for (i, pattern) in general.enumerated() { self.general.base[i] = pattern }
    }

    /// As the way of a read sees it, for as long as the table lives.
    var view: PatternView {
        PatternView(
            compiled: UnsafePointer(compiled.base), groups: UnsafePointer(views.base), groupCount: groups.count,
            general: UnsafePointer(general.base), generalCount: generalCount, pairs: UnsafePointer(pairs.base),
            sixes: sixes.view, fours: fours.view, hasFours: hasFours, isUnfiltered: isUnfiltered,
            startCount: startCount)
    }

    var bytes: Int {
        compiled.count * MemoryLayout<CompiledPattern>.stride + groups.reduce(0) { $0 + $1.bytes } + sixes.bytes
            + fours.bytes
    }
}
