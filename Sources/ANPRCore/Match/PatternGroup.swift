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
