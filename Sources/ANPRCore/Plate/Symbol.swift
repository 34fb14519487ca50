/// The 37 values of a plate's places: 0 = end, 1...10 = 0-9, 11...36 = A-Z.
enum Symbol {
    @inline(__always)
    static func ascii(_ symbol: UInt8) -> UInt8 {
        symbol <= 10 ? symbol &+ 47 : symbol &+ 54  // SAFE: symbols are 1...36
    }

    /// The symbol of an ASCII byte, letters of either case; 0 for anything else.
    @inline(__always)
    static func of(ascii byte: UInt8) -> UInt8 {
        switch byte {
        case 0x30...0x39: byte &- 47
        case 0x41...0x5a: byte &- 54
        case 0x61...0x7a: byte &- 86
        default: 0
        }
    }

    /// The first of the group of look-alikes that a symbol belongs to: `0ODQ 1IL 2Z 5S 6G 8B`.
    @inline(__always)
    static func folded(_ symbol: UInt8) -> UInt8 { foldTable[Int(symbol & 63)] }

    static func spelled(_ character: Unicode.Scalar) -> UInt8 { of(ascii: UInt8(truncatingIfNeeded: character.value)) }

    /// The confusion groups, each led by the digit that it folds to.
    static let groups = ["0ODQ", "1IL", "2Z", "5S", "6G", "8B"]

    private static let foldTable: InlineArray<64, UInt8> = {
        var table = InlineArray<64, UInt8>(repeating: 0)
        for s in 0..<37 { table[s] = UInt8(s) }
        for group in groups {
            let first = spelled(group.unicodeScalars.first!)
            for c in group.unicodeScalars { table[Int(spelled(c))] = first }
        }
        return table
    }()
}
