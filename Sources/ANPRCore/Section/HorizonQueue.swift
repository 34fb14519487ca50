/// Until when open passages and orphans are waited for. All wait equally long, so they stand in order of their first
/// read; those that are no longer wanted are struck out.
///
/// WHY slots and no times: four bytes an item stay in the cache until they are struck; the time is the passage's own.
struct HorizonQueue: ~Copyable {
    /// 0: struck out.
    private let slots: Slab<UInt32>
    private let mask: UInt32
    private var head: UInt32 = 0
    private var tail: UInt32 = 0
    /// Not after the earliest deadline; `.max` when nothing waits.
    private(set) var notBeforeNs = Nanoseconds.max

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        slots = Slab(count: size)
        mask = UInt32(size - 1)
    }

    var isFull: Bool { tail &- head > mask }
    var isEmpty: Bool { head == tail }

    /// Returns where it stands, for `strike`. `ns` is its deadline, which is not before those of others.
    @inline(__always)
    mutating func push(_ slot: UInt32, ns: Nanoseconds) -> UInt32 {
        precondition(!isFull)
        if head == tail { notBeforeNs = ns }
        slots.base[Int(tail & mask)] = slot
        tail &+= 1
        return tail &- 1
    }

    @inline(__always)
    mutating func strike(_ at: UInt32) { slots.base[Int(at & mask)] = 0 }

    /// The slot of the earliest that still counts; struck ones before it are dropped. 0: nothing waits.
    mutating func first() -> UInt32 {
        while head != tail {
            let slot = slots.base[Int(head & mask)]
            if slot != 0 { return slot }
            head &+= 1
        }
        notBeforeNs = .max
        return 0
    }

    /// The first's own deadline.
    mutating func note(deadlineNs: Nanoseconds) { notBeforeNs = deadlineNs }

    mutating func removeFirst() {
        head &+= 1
        if head == tail { notBeforeNs = .max }
    }

    // MARK: Saved state

    /// How many places there are, struck ones included.
    private var placeCount: UInt32 { tail &- head }

    /// Only where the places are: which passage stands at which, the passages say.
    borrowing func save(to writer: inout StateWriter) {
        writer.mark("horizons")
        writer.put(head)
        writer.put(tail)
        writer.put(notBeforeNs)
    }

    /// All places are struck out until the passages `stand` at theirs.
    mutating func restore(from reader: inout StateReader) throws(StateProblem) {
        try reader.expect("horizons")
        let head = try reader.take(UInt32.self)
        let tail = try reader.take(UInt32.self)
        guard tail &- head <= UInt32(slots.count) else {
            throw StateProblem("more passages wait than there is room for")
        }
        self.head = head
        self.tail = tail
        notBeforeNs = try reader.take(Nanoseconds.self)
        if head == tail { notBeforeNs = .max }
        // WHY in at most two runs: up to four places for each passage.
        let start = Int(head & mask)
        let first = min(Int(placeCount), slots.count - start)
        (slots.base + start).update(repeating: 0, count: first)
        slots.base.update(repeating: 0, count: Int(placeCount) - first)
    }

    /// Puts a passage back to where it stood. False: that is no place, or it is another's.
    mutating func stand(_ slot: UInt32, at place: UInt32) -> Bool {
        guard place &- head < placeCount, slots.base[Int(place & mask)] == 0 else { return false }
        slots.base[Int(place & mask)] = slot
        return true
    }

    mutating func clear() {
        head = 0
        tail = 0
        notBeforeNs = .max
    }
}
