/// Plate to entry numbers, over all lists and shards: how the control plane finds what it is to change.
///
/// Open addressing over the store's numbers; grows by doubling. Never touched on the way of a read.
struct EntryIndex: ~Copyable {
    private var slots: Slab<UInt32>
    private var used = 0
    private static let gone = UInt32.max

    init(entries: Int) { slots = Slab(count: Self.size(for: entries)) }

    private static func size(for entries: Int) -> Int {
        var size = 1024
        while size * 3 < entries * 4 { size *= 2 }
        return size
    }

    mutating func insert(_ number: UInt32, in store: EntryStore) {
        if (used + 1) * 4 > slots.count * 3 { grow(store) }
        place(number, plate: store[number].plate)
    }

    private mutating func place(_ number: UInt32, plate: Plate) {
        var i = start(plate)
        while slots.base[i] != 0 { i = (i + 1) & (slots.count - 1) }
        slots.base[i] = number + 1
        used += 1
    }

    mutating func remove(_ number: UInt32, plate: Plate) {
        var i = start(plate)
        while slots.base[i] != 0 {
            if slots.base[i] == number + 1 {
                slots.base[i] = Self.gone
                return
            }
            i = (i + 1) & (slots.count - 1)
        }
    }

    /// The first number on the plate's path that the body accepts.
    func first(of plate: Plate, where body: (UInt32) -> Bool) -> UInt32? {
        var i = start(plate)
        while slots.base[i] != 0 {
            let number = slots.base[i]
            if number != Self.gone, body(number - 1) { return number - 1 }
            i = (i + 1) & (slots.count - 1)
        }
        return nil
    }

    private func start(_ plate: Plate) -> Int {
        Int(truncatingIfNeeded: spread(plate.word) & UInt64(slots.count - 1))
    }

    /// Doubles, and drops what is gone.
    private mutating func grow(_ store: EntryStore) {
        let old = slots.count
        var live: [UInt32] = []
        for i in 0..<old where slots.base[i] != 0 && slots.base[i] != Self.gone { live.append(slots.base[i] - 1) }
        slots = Slab(count: max(old, Self.size(for: live.count * 2)))
        used = 0
        for number in live { place(number, plate: store[number].plate) }
    }

    var bytes: Int { slots.count * 4 }
}
