/// Plate to entry numbers, over all lists and shards: how the control plane finds what it is to change.
///
/// WHY made late: most lists are loaded and then only matched against; seven bytes an entry, and a tenth of the time
/// to load, are for those who look for an entry by its plate.
///
/// Open addressing over the store's numbers; grows by doubling. Never touched on the way of a read.
struct EntryIndex: ~Copyable {
    private var slots = Slab<UInt32>(count: 1)
    private var used = 0
    private var isMade = false
    private static let gone = UInt32.max

    private static func size(for entries: Int) -> Int {
        var size = 1024
        while size * 3 < entries * 4 { size *= 2 }
        return size
    }

    /// From now on it knows the plates of the store, and each that is inserted or removed.
    mutating func make(from store: EntryStore) {
        guard !isMade else { return }
        isMade = true
        var plates = 0
        for number in 0..<UInt32(store.count) where Self.isPlate(number, store) { plates += 1 }
        slots = Slab(count: Self.size(for: plates))
        for number in 0..<UInt32(store.count) where Self.isPlate(number, store) { place(number, store[number].plate) }
    }

    private static func isPlate(_ number: UInt32, _ store: EntryStore) -> Bool {
        !store.isRemoved(number) && store[number].kind == .plate
    }

    mutating func insert(_ number: UInt32, in store: EntryStore) {
        guard isMade else { return }
        if (used + 1) * 4 > slots.count * 3 { grow(store) }
        place(number, store[number].plate)
    }

    private mutating func place(_ number: UInt32, _ plate: Plate) {
        var i = start(plate)
        while slots.base[i] != 0 { i = (i + 1) & (slots.count - 1) }
        slots.base[i] = number + 1
        used += 1
    }

    mutating func remove(_ number: UInt32, plate: Plate) {
        guard isMade else { return }
        var i = start(plate)
        while slots.base[i] != 0 {
            if slots.base[i] == number + 1 {
                slots.base[i] = Self.gone
                return
            }
            i = (i + 1) & (slots.count - 1)
        }
    }

    /// The first number on the plate's path that the body accepts. It is made.
    func first(of plate: Plate, where body: (UInt32) -> Bool) -> UInt32? {
        precondition(isMade)
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
        for number in live { place(number, store[number].plate) }
    }

    var bytes: Int { slots.count * 4 }
}
