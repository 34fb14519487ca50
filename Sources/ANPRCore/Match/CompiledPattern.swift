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
