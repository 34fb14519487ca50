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
    // WHY: constants and no table: a lazy global would be checked on each access, on the way of a read. WHY no switch:
    // which letter comes cannot be foretold.
    @inline(__always)
    static func folded(_ symbol: UInt8) -> UInt8 {
        let bit: UInt64 = 1 &<< UInt64(symbol)
        var folded = symbol
        folded = bit & (1 << 14 | 1 << 25 | 1 << 27) != 0 ? 1 : folded  // D O Q to 0
        folded = bit & (1 << 19 | 1 << 22) != 0 ? 2 : folded  // I L to 1
        folded = bit & (1 << 36) != 0 ? 3 : folded  // Z to 2
        folded = bit & (1 << 29) != 0 ? 6 : folded  // S to 5
        folded = bit & (1 << 17) != 0 ? 7 : folded  // G to 6
        folded = bit & (1 << 12) != 0 ? 9 : folded  // B to 8
        return folded
    }

    static func spelled(_ character: Unicode.Scalar) -> UInt8 { of(ascii: UInt8(truncatingIfNeeded: character.value)) }

    /// The confusion groups, each led by the digit that it folds to.
    static let groups = ["0ODQ", "1IL", "2Z", "5S", "6G", "8B"]
}
