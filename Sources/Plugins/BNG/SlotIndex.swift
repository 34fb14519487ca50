/// Numbers by hash: open addressing over words that hold 32 bits of the hash and the number, so that growing and
/// taking out need nothing but the words. Follows from the rows that it finds, and is in no snapshot.
struct SlotIndex {
    /// 0 is free: numbers begin at 1.
    private var slots: [UInt64]
    private var count = 0

    /// - Parameter expected: entries that will come.
    init(expected: Int = 0) {
        var size = 1024
        while size * 3 < expected * 4 + 4 { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    var byteCount: Int { slots.count * 8 }

    /// The number that `isIt`; nil: there is none.
    func find(_ hash: UInt64, _ isIt: (UInt32) -> Bool) -> UInt32? {
        let mark = Self.mark(hash)
        let mask = slots.count - 1
        var slot = Int(mark) & mask
        while slots[slot] != 0 {
            let word = slots[slot]
            if UInt32(truncatingIfNeeded: word >> 32) == mark, isIt(UInt32(truncatingIfNeeded: word)) {
                return UInt32(truncatingIfNeeded: word)
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The number is not there yet.
    mutating func insert(_ number: UInt32, hash: UInt64) {
        precondition(number != 0)
        if (count + 1) * 4 > slots.count * 3 { grow() }
        Self.put(UInt64(Self.mark(hash)) << 32 | UInt64(number), into: &slots)
        count += 1
    }

    /// Closes the gap, so that nothing behind it is lost. A number that is not there changes nothing.
    mutating func remove(_ number: UInt32, hash: UInt64) {
        let mask = slots.count - 1
        let word = UInt64(Self.mark(hash)) << 32 | UInt64(number)
        var gap = Int(Self.mark(hash)) & mask
        while slots[gap] != word {
            if slots[gap] == 0 { return }
            gap = (gap + 1) & mask
        }
        var slot = (gap + 1) & mask
        while slots[slot] != 0 {
            let home = Int(truncatingIfNeeded: slots[slot] >> 32) & mask
            if (slot &- home) & mask >= (slot &- gap) & mask {
                slots[gap] = slots[slot]
                gap = slot
            }
            slot = (slot + 1) & mask
        }
        slots[gap] = 0
        count -= 1
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        for word in slots where word != 0 { Self.put(word, into: &larger) }
        slots = larger
    }

    private static func put(_ word: UInt64, into slots: inout [UInt64]) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: word >> 32) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = word
    }

    private static func mark(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    /// Spreads what is not spread (SplitMix64's last steps).
    static func spread(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
