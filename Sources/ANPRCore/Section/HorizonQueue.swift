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
}
