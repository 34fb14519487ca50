/// Until when open passages and orphans are waited for. Deadlines only grow, so they stand in order; those that are no
/// longer wanted are struck out.
struct HorizonQueue: ~Copyable {
    struct Item: BitwiseCopyable {
        var ns: Nanoseconds
        /// 0: struck out.
        var slot: UInt32
        var spare: UInt32 = 0
    }

    private let items: Slab<Item>
    private let mask: UInt32
    private var head: UInt32 = 0
    private var tail: UInt32 = 0

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        items = Slab(count: size)
        mask = UInt32(size - 1)
    }

    var isFull: Bool { tail &- head > mask }

    /// Returns where it stands, for `strike`.
    @inline(__always)
    mutating func push(_ slot: UInt32, ns: Nanoseconds) -> UInt32 {
        precondition(!isFull)
        items.base[Int(tail & mask)] = Item(ns: ns, slot: slot)
        tail &+= 1
        return tail &- 1
    }

    @inline(__always)
    func place(_ at: UInt32) -> UnsafePointer<Item> { UnsafePointer(items.base + Int(at & mask)) }

    @inline(__always)
    mutating func strike(_ at: UInt32) { items.base[Int(at & mask)].slot = 0 }

    var isEmpty: Bool { head == tail }

    /// Of the earliest, be it struck out or not.
    @inline(__always)
    var firstNs: Nanoseconds { head == tail ? .max : items.base[Int(head & mask)].ns }

    /// Takes the earliest out. Its slot, 0 if it was struck out.
    @inline(__always)
    mutating func removeFirst() -> UInt32 {
        let slot = items.base[Int(head & mask)].slot
        head &+= 1
        return slot
    }
}
