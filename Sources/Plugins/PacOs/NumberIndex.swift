/// Exhibits by number: open addressing over their places, 4 bytes a slot.
struct NumberIndex {
    /// A place and 1; 0 is free.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)
    private var count = 0

    func place(_ number: ExhibitNumber, _ exhibits: [Exhibit]) -> Int? {
        var slot = Int(truncatingIfNeeded: number.hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if exhibits[place].number == number { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The last exhibit is new. False when its number is there already.
    mutating func addLast(_ exhibits: [Exhibit]) -> Bool {
        if (count + 1) * 2 > slots.count {
            slots = Array(repeating: 0, count: slots.count * 2)
            for place in 0..<count { _ = insert(place, exhibits) }
        }
        guard insert(exhibits.count - 1, exhibits) else { return false }
        count += 1
        return true
    }

    private mutating func insert(_ place: Int, _ exhibits: [Exhibit]) -> Bool {
        let number = exhibits[place].number
        var slot = Int(truncatingIfNeeded: number.hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if exhibits[Int(slots[slot]) - 1].number == number { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(place + 1)
        return true
    }

    init() {}

    /// Nil when two have one number.
    init?(_ exhibits: [Exhibit]) {
        var size = 1024
        while size < exhibits.count * 2 + 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for place in exhibits.indices { if !insert(place, exhibits) { return nil } }
        count = exhibits.count
    }
}
