/// Passages whose exit was seen, until their exit crossing is over. Deadlines only grow, so they stand in order.
///
/// The exits wait here and not with their passages: what is written now and read soon lies side by side.
struct ClosingQueue: ~Copyable {
    struct Item: BitwiseCopyable {
        /// End of the exit crossing: a read of the plate up to here is the same crossing.
        var dueNs: Nanoseconds
        /// The latest read of the crossing.
        var exit: PassageEnd
        var slot: UInt32
    }

    private let items: Slab<Item>
    private let mask: UInt32
    private var head: UInt32 = 0
    private var tail: UInt32 = 0
    /// Of the earliest; `.max` when nothing waits.
    private(set) var dueNs = Nanoseconds.max

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        items = Slab(count: size)
        mask = UInt32(size - 1)
    }

    var isFull: Bool { tail &- head > mask }

    /// Returns where it stands.
    @inline(__always)
    mutating func push(_ item: Item) -> UInt32 {
        precondition(!isFull)
        if head == tail { dueNs = item.dueNs }
        let place = place(tail)
        place.pointee.dueNs = item.dueNs
        place.pointee.exit = item.exit
        place.pointee.slot = item.slot
        tail &+= 1
        return tail &- 1
    }

    @inline(__always)
    func place(_ at: UInt32) -> UnsafeMutablePointer<Item> { items.base + Int(at & mask) }

    /// The earliest; there is one.
    @inline(__always)
    var first: UnsafeMutablePointer<Item> { place(head) }

    @inline(__always)
    mutating func removeFirst() {
        head &+= 1
        if head == tail {
            // WHY from the beginning: while few wait, they are few lines.
            head = 0
            tail = 0
            dueNs = .max
        } else {
            dueNs = first.pointee.dueNs
        }
    }

    // MARK: Saved state

    var count: Int { Int(tail &- head) }

    borrowing func save(to writer: inout StateWriter) {
        writer.mark("closings")
        writer.put(head)
        writer.put(tail)
        for i in 0..<UInt32(count) { writer.put(place(head &+ i).pointee) }
    }

    /// Who owns it checks what the items say of passages: `closing(of:)`.
    mutating func restore(from reader: inout StateReader) throws(StateProblem) {
        try reader.expect("closings")
        let head = try reader.take(UInt32.self)
        let tail = try reader.take(UInt32.self)
        guard tail &- head <= UInt32(items.count) else { throw StateProblem("more exits wait than there is room for") }
        self.head = head
        self.tail = tail
        for i in 0..<UInt32(count) { place(head &+ i).pointee = try reader.take(Item.self) }
        dueNs = head == tail ? .max : first.pointee.dueNs
    }

    /// What waits for the end of a passage that says where it stands; nil when that is not so.
    func closing(of slot: UInt32, at: UInt32) -> Item? {
        guard at &- head < tail &- head, place(at).pointee.slot == slot else { return nil }
        return place(at).pointee
    }

    mutating func clear() {
        head = 0
        tail = 0
        dueNs = .max
    }
}
