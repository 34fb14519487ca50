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

/// The pointers of a pattern table: to pass them on counts no references.
struct PatternView: @unchecked Sendable {
    // SAFE: @unchecked Sendable: lives inside the matcher that holds the table.
    let compiled: UnsafePointer<CompiledPattern>
    let groups: UnsafePointer<PatternGroupView>
    let groupCount: Int
    let general: UnsafePointer<UInt32>
    let generalCount: Int
    let pairs: UnsafePointer<UInt16>
    let sixes: PrefixFilterView
    let fours: PrefixFilterView
    let hasFours: Bool
    let isUnfiltered: Bool
    /// Groups that count from a plate's start; they come first.
    let startCount: Int

    var isEmpty: Bool { groupCount == 0 && generalCount == 0 }

    /// A plate that `mayBegin` says no to matches none.
    var isSettledByBeginnings: Bool { generalCount == 0 && startCount == groupCount && !isUnfiltered }

    /// False: no pattern matches. True: look closer.
    @inline(__always)
    func mayMatch(_ plate: Plate) -> Bool {
        if generalCount > 0 { return !plate.isNone }
        if mayBegin(plate) { return mayHold(plate, from: 0) }
        return startCount < groupCount && mayHold(plate, from: startCount)
    }

    /// False: no pattern that is anchored at the start begins as the plate does.
    @inline(__always)
    func mayBegin(_ plate: Plate) -> Bool { mayBegin(plate, hasFours: hasFours) || isUnfiltered }

    /// Of what the filters say. WHY `hasFours`, where it is known: there is no branch then.
    @inline(__always)
    func mayBegin(_ plate: Plate, hasFours: Bool) -> Bool {
        // SAFE: a plate's word is below 37^12, so these are below 37^6 and 37^4.
        let six = plate.word / 2_565_726_409
        let beginsSo = sixes.mayHold(six)
        return hasFours ? fours.mayHold(six / 1369) || beginsSo : beginsSo
    }

    /// Their filter is more than the innermost caches hold: `ask` for its words ahead.
    var areMany: Bool { sixes.isLarge }

    /// Starts the fetch of what `mayBegin` will look at.
    @inline(__always)
    func ask(_ plate: Plate) { sixes.ask(plate.word / 2_565_726_409) }

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

/// Sixteen bytes as two words: a symbol a byte, 12 used.
struct SymbolBytes: Hashable, BitwiseCopyable, Sendable {
    var a: UInt64 = 0
    var b: UInt64 = 0

    subscript(index: Int) -> UInt8 {
        get { UInt8(truncatingIfNeeded: (index < 8 ? a : b) >> UInt64((index & 7) * 8)) }
        set {
            let shift = UInt64((index & 7) * 8)
            if index < 8 {
                a = a & ~(0xff << shift) | UInt64(newValue) << shift
            } else {
                b = b & ~(0xff << shift) | UInt64(newValue) << shift
            }
        }
    }

    @inline(__always)
    func masked(_ mask: SymbolBytes) -> SymbolBytes { SymbolBytes(a: a & mask.a, b: b & mask.b) }
    @inline(__always)
    var hash: UInt64 { spread(a ^ spread(b)) }
}

/// A plate's symbols side by side, from the start and from the end.
struct SpreadPlate: BitwiseCopyable {
    let fromStart: SymbolBytes
    /// The last symbol first.
    let fromEnd: SymbolBytes
    let count: Int

    @inline(__always)
    init(_ plate: Plate, _ pairs: UnsafePointer<UInt16>) {
        // WHY halves, and pairs from a table: a division of 32 bits is short, and five are fewer than twelve.
        let high = UInt32(truncatingIfNeeded: plate.word / 2_565_726_409)  // 37^6
        let low = UInt32(truncatingIfNeeded: plate.word % 2_565_726_409)
        func pair(_ half: UInt32, _ power: UInt32) -> UInt64 {
            // SAFE: below 1,369 for a word below `Plate.wordEnd`.
            UInt64(pairs[Int(half / power % Self.pairCount)])
        }
        let squared = Self.pairCount &* Self.pairCount
        let left = SymbolBytes(
            a: pair(high, squared) | pair(high, Self.pairCount) << 16 | pair(high, 1) << 32 | pair(low, squared) << 48,
            b: pair(low, Self.pairCount) | pair(low, 1) << 16)
        count = left.b != 0 ? 16 &- left.b.leadingZeroBitCount / 8 : 8 &- left.a.leadingZeroBitCount / 8
        fromStart = left
        fromEnd = Self.reversed(left, count)
    }

    /// 37 times 37 pairs of symbols.
    private static let pairCount: UInt32 = 1369

    /// The first symbol of each pair in the low byte.
    static func pairs() -> Slab<UInt16> {
        let pairs = Slab<UInt16>(count: Int(pairCount))
        for i in 0..<Int(pairCount) { pairs.base[i] = UInt16(i / 37) | UInt16(i % 37) << 8 }
        return pairs
    }

    /// All sixteen bytes backwards, and then those that are no symbols off.
    @inline(__always)
    private static func reversed(_ bytes: SymbolBytes, _ count: Int) -> SymbolBytes {
        let (low, high) = (bytes.b.byteSwapped, bytes.a.byteSwapped)
        let shift = UInt64(16 &- count) &* 8  // 32 to 128
        return shift < 64
            ? SymbolBytes(a: low &>> shift | high &<< (64 &- shift), b: high &>> shift)
            : SymbolBytes(a: shift < 128 ? high &>> (shift &- 64) : 0, b: 0)
    }
}

/// One pattern, ready to verify.
struct CompiledPattern: BitwiseCopyable, Sendable {
    let entry: UInt32
    /// Symbols, `any` and `run`; in place, so that to verify counts no references.
    private let elements: InlineArray<24, UInt8>
    private let count: Int
    private static let any: UInt8 = 0x40
    private static let run: UInt8 = 0x41

    init(_ input: PatternTable.Input) {
        entry = input.entry
        precondition(input.text.utf8.count <= PlatePattern.charactersMax, "a pattern is checked before it is compiled")
        var elements = InlineArray<24, UInt8>(repeating: 0)
        var count = 0
        for byte in input.text.utf8 {
            elements[count] = byte == 0x3f ? Self.any : byte == 0x2a ? Self.run : Symbol.of(ascii: byte)
            precondition(elements[count] != 0, "a pattern is checked before it is compiled")
            count += 1
        }
        self.elements = elements
        self.count = count
    }

    /// As a list, for what is off the way of a read.
    private var list: [UInt8] { (0..<count).map { elements[$0] } }

    /// The places of its literal characters; nil when there are none at the start nor at the end.
    var shape: PatternGroup.Shape? {
        for fromEnd in [false, true] {
            var mask = SymbolBytes()
            let ordered = fromEnd ? list.reversed() : list
            let fixed = ordered.prefix { $0 != Self.run }.prefix(Limits.plateCharactersMax)
            for (i, element) in fixed.enumerated() where element != Self.any { mask[i] = 0xff }
            // Without a `*` the plate must end where the pattern does.
            if fixed.count == count, fixed.count < Limits.plateCharactersMax { mask[fixed.count] = 0xff }
            if fixed.contains(where: { $0 != Self.any }) { return PatternGroup.Shape(fromEnd: fromEnd, mask: mask) }
        }
        return nil
    }

    /// Its own characters at the places of its shape.
    func key(_ shape: PatternGroup.Shape) -> SymbolBytes {
        var key = SymbolBytes()
        let ordered = shape.fromEnd ? list.reversed() : list
        for (i, element) in ordered.prefix(Limits.plateCharactersMax).enumerated() where shape.mask[i] != 0 {
            key[i] = element < Self.any ? element : 0
        }
        return key
    }

    /// Greedy, with one step back to the last `*`: linear but for pathological patterns, and those are 24 long.
    func matches(_ plate: SpreadPlate) -> Bool {
        var e = 0
        var p = 0
        var starE = -1
        var starP = 0
        while p < plate.count {
            if e < count, elements[e] == Self.run {
                starE = e
                starP = p
                e += 1
            } else if e < count, elements[e] == Self.any || elements[e] == plate.fromStart[p] {
                e += 1
                p += 1
            } else if starE >= 0 {
                starP += 1
                p = starP
                e = starE + 1
            } else {
                return false
            }
        }
        while e < count, elements[e] == Self.run { e += 1 }
        return e == count
    }
}

/// Patterns with their literals at the same places: an open-addressing table over the characters there.
final class PatternGroup: @unchecked Sendable {
    // SAFE: @unchecked Sendable: nothing changes after init.
    struct Shape: Hashable, BitwiseCopyable, Sendable {
        var fromEnd: Bool
        var mask: SymbolBytes
    }

    private let shape: Shape
    /// High half: of the key's hash; low half: pattern + 1; 0 is free.
    private let slots: Slab<UInt64>
    private let slotMask: Int

    init(_ shape: Shape, _ members: [(UInt32, SymbolBytes)]) {
        self.shape = shape
        var count = 16
        while count < members.count * 4 { count *= 2 }
        slots = Slab(count: count)
        slotMask = count - 1
        for (pattern, key) in members {
            let hash = key.hash
            var i = Int(truncatingIfNeeded: hash) & slotMask
            while slots.base[i] != 0 { i = (i + 1) & slotMask }
            slots.base[i] = hash & 0xffff_ffff_0000_0000 | UInt64(pattern + 1)
        }
    }

    var view: PatternGroupView {
        PatternGroupView(shape: shape, slots: UnsafePointer(slots.base), slotMask: UInt64(slotMask))
    }

    var bytes: Int { slots.count * 8 }
}

/// A group as the way of a read sees it.
struct PatternGroupView: BitwiseCopyable {
    let shape: PatternGroup.Shape
    let slots: UnsafePointer<UInt64>
    let slotMask: UInt64

    @inline(__always)
    private func hash(_ plate: SpreadPlate) -> UInt64 {
        (shape.fromEnd ? plate.fromEnd : plate.fromStart).masked(shape.mask).hash
    }

    @inline(__always)
    func mayHold(_ plate: SpreadPlate) -> Bool {
        let hash = hash(plate)
        var i = hash & slotMask
        while true {
            let slot = slots[Int(truncatingIfNeeded: i)]  // SAFE: masked
            if slot == 0 { return false }
            if (slot ^ hash) >> 32 == 0 { return true }
            i = (i &+ 1) & slotMask
        }
    }

    func forEachCandidate(_ plate: SpreadPlate, _ body: (UInt32) -> Void) {
        let hash = hash(plate)
        var i = hash & slotMask
        while true {
            let slot = slots[Int(truncatingIfNeeded: i)]  // SAFE: masked
            if slot == 0 { return }
            if (slot ^ hash) >> 32 == 0 { body(UInt32(truncatingIfNeeded: slot) &- 1) }
            i = (i &+ 1) & slotMask
        }
    }
}
