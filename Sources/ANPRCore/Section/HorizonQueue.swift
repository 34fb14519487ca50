/// Until when open passages and orphans are waited for. All wait equally long, so they stand in order of their first
/// read; those that are no longer wanted are struck out.
///
/// WHY slots and no times: the time is the passage's own. WHY struck out by a bit: passages end in any order, and the
/// bits of all that wait stay in the cache; slots are written and read in turn.
struct HorizonQueue: ~Copyable {
    private let slots: Slab<UInt32>
    /// A bit a place. Those of places where nobody waits say nothing.
    private let struck: Slab<UInt64>
    private let mask: UInt32
    private var head: UInt32 = 0
    private var tail: UInt32 = 0
    /// Not after the earliest deadline; `.max` when nothing waits.
    private(set) var notBeforeNs = Nanoseconds.max

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        slots = Slab(count: size)
        struck = Slab(count: size / 64)
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
        word(tail).pointee &= ~bit(tail)
        tail &+= 1
        return tail &- 1
    }

    @inline(__always)
    private func word(_ at: UInt32) -> UnsafeMutablePointer<UInt64> { struck.base + Int((at & mask) / 64) }

    @inline(__always)
    private func bit(_ at: UInt32) -> UInt64 { 1 &<< UInt64(at) }

    @inline(__always)
    mutating func strike(_ at: UInt32) { word(at).pointee |= bit(at) }

    /// The slot of the earliest that still counts; struck ones before it are dropped. 0: nothing waits.
    mutating func first() -> UInt32 {
        while head != tail {
            let waiting = ~word(head).pointee &>> UInt64(head)
            if waiting & 1 != 0 { return slots.base[Int(head & mask)] }
            let passedOver = min(UInt32(waiting.trailingZeroBitCount), 64 - head % 64)
            head &+= min(passedOver, tail &- head)
        }
        notBeforeNs = .max
        return 0
    }

    /// The slot that waits so many places behind the first. Past the last, or where it was struck out, one that waited
    /// there before, or 0: good for asking its line, and no more.
    @inline(__always)
    func slot(behind places: UInt32) -> UInt32 { slots.base[Int((head &+ places) & mask)] }

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
        struck.base.update(repeating: .max, count: struck.count)
    }

    /// Puts a passage back to where it stood. False: that is no place, or it is another's.
    mutating func stand(_ slot: UInt32, at place: UInt32) -> Bool {
        guard place &- head < placeCount, word(place).pointee & bit(place) != 0 else { return false }
        slots.base[Int(place & mask)] = slot
        word(place).pointee &= ~bit(place)
        return true
    }

    mutating func clear() {
        head = 0
        tail = 0
        notBeforeNs = .max
    }
}
