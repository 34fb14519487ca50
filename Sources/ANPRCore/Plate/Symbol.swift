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
    // WHY: constants and no table: a lazy global would be checked on each access, on the way of a read.
    @inline(__always)
    static func folded(_ symbol: UInt8) -> UInt8 {
        switch symbol {
        case 14, 25, 27: 1  // D O Q to 0
        case 19, 22: 2  // I L to 1
        case 36: 3  // Z to 2
        case 29: 6  // S to 5
        case 17: 7  // G to 6
        case 12: 9  // B to 8
        default: symbol
        }
    }

    static func spelled(_ character: Unicode.Scalar) -> UInt8 { of(ascii: UInt8(truncatingIfNeeded: character.value)) }

    /// The confusion groups, each led by the digit that it folds to.
    static let groups = ["0ODQ", "1IL", "2Z", "5S", "6G", "8B"]
}
