import CLinux

/// What is known of one vehicle on one section: 64 bytes, one cache line. Its exit, once seen, waits in the
/// `ClosingQueue`.
struct Passage: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable {
        case free
        /// Entry seen.
        case open
        /// Exit seen as well; waits for the end of the exit crossing.
        case closing
        /// Exit without entry of this plate.
        case orphan
    }

    var plate: Plate
    /// The entry; of an orphan, the latest read of its exit crossing.
    var end: PassageEnd
    /// Slot of the next in the head's chain; 0: none.
    var next: UInt32
    /// Its first read; of an orphan, of the exit crossing.
    var firstNs: Nanoseconds
    var head: UInt32
    /// Where it waits: in the horizon queue, when closing in the closing queue.
    var queueAt: UInt32
    var section: UInt16
    var review: ReviewReasons
    var state: State
}

/// Passages by (skeleton, section): chains behind a power of two of heads, in slots that never move.
///
/// Slot 0 is nobody's: what follows an empty head may be looked at without asking first.
struct PassageTable: ~Copyable {
    let heads: Slab<UInt32>
    let slots: Slab<Passage>
    private let headMask: UInt64
    /// Slots that have become free. WHY numbers beside the slots, and no chain through them: which come next is known
    /// before their lines are touched.
    private let free: Slab<UInt32>
    private var freeCount = 0
    private var unused = 1
    private(set) var count = 0

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        heads = Slab(count: size)
        headMask = UInt64(size - 1)
        slots = Slab(count: capacity + 1)
        free = Slab(count: capacity)
    }

    @inline(__always)
    func head(_ skeleton: Skeleton, _ section: UInt16) -> UInt32 {
        UInt32(truncatingIfNeeded: spread(skeleton.word ^ UInt64(section) << 48) >> 20 & headMask)
    }

    /// Slot of the first of a chain; 0: empty.
    @inline(__always)
    func first(_ head: UInt32) -> UInt32 { heads.base[Int(head)] }

    @inline(__always)
    func slot(_ number: UInt32) -> UnsafeMutablePointer<Passage> { slots.base + Int(number) }

    var isFull: Bool { freeCount == 0 && unused == slots.count }

    /// Free slots whose lines are asked for ahead of their use.
    private static let freeAhead = 16

    /// A new slot at the front of a chain, of a table that is not full. Its caller fills in what it is.
    @inline(__always)
    mutating func add(_ head: UInt32) -> UInt32 {
        let number: UInt32
        if freeCount > 0 {
            freeCount &-= 1
            number = free.base[freeCount]
            clinux_prefetch(slot(free.base[max(0, freeCount &- Self.freeAhead)]))
        } else {
            precondition(unused < slots.count)
            number = UInt32(truncatingIfNeeded: unused)
            unused &+= 1
        }
        slot(number).pointee.head = head
        slot(number).pointee.next = heads.base[Int(head)]
        slot(number).pointee.review = []
        heads.base[Int(head)] = number
        count &+= 1
        return number
    }

    @inline(__always)
    mutating func remove(_ number: UInt32) {
        let passage = slot(number)
        let head = Int(passage.pointee.head)
        if heads.base[head] == number {
            heads.base[head] = passage.pointee.next
        } else {
            var at = heads.base[head]
            while slot(at).pointee.next != number { at = slot(at).pointee.next }
            slot(at).pointee.next = passage.pointee.next
        }
        passage.pointee.state = .free
        noteFree(number)
        count &-= 1
    }

    @inline(__always)
    private mutating func noteFree(_ number: UInt32) {
        free.base[freeCount] = number  // SAFE: each slot but the first is free once at most
        freeCount &+= 1
    }

    // MARK: Saved state

    /// Those that there are, with their slots' numbers and chains; which slots are free does not matter.
    borrowing func save(to writer: inout StateWriter) {
        writer.mark("passages")
        writer.put(count)
        for i in 1..<unused where slots.base[i].state != .free {
            writer.put(UInt32(i))
            writer.put(slots.base + i, count: 1)
        }
    }

    /// Every passage is in the slot that it had, of a section below `sections`, before `endNs`, in a chain that ends.
    mutating func restore(
        from reader: inout StateReader, sections: Int, endNs: Nanoseconds
    ) throws(StateProblem) {
        clear()
        try reader.expect("passages")
        let n = try reader.take(in: 0...slots.count - 1, "the number of passages")
        for _ in 0..<n {
            guard unused < slots.count else { throw StateProblem("more passages than slots") }
            // SAFE: fewer than 2^32 slots: their numbers are words of four bytes.
            let number = try reader.take(in: UInt32(unused)...UInt32(slots.count - 1), "a passage's slot")
            while unused < Int(number) { addFree() }
            try take(number, from: &reader, sections: sections, endNs: endNs)
            unused += 1
            count += 1
        }
        try link()
    }

    /// A slot that is passed over on the way to the next one in use.
    private mutating func addFree() {
        slots.base[unused].state = .free
        noteFree(UInt32(unused))
        unused += 1
    }

    private func take(
        _ number: UInt32, from reader: inout StateReader, sections: Int, endNs: Nanoseconds
    ) throws(StateProblem) {
        let passage = slot(number)
        try reader.take(into: passage, count: 1)
        // The state's byte is looked at before it may be called a state.
        let state = UnsafeRawPointer(passage).load(
            fromByteOffset: MemoryLayout<Passage>.offset(of: \.state)!, as: UInt8.self)
        let isState = state <= Passage.State.orphan.rawValue && state != Passage.State.free.rawValue
        guard isState, Int(passage.pointee.head) < heads.count, Int(passage.pointee.section) < sections,
            passage.pointee.firstNs <= passage.pointee.end.ns, passage.pointee.end.ns < endNs
        else {
            passage.pointee.state = .free
            throw StateProblem("passage \(number) is damaged")
        }
    }

    /// Finds the heads' first: those that no other one of their chain points at. Each passage is on one chain.
    private func link() throws(StateProblem) {
        let isFollowing = Slab<Bool>(count: unused)
        for i in 1..<unused where slots.base[i].state != .free {
            let next = Int(slots.base[i].next)
            guard next != 0 else { continue }
            guard next < unused, slots.base[next].state != .free, slots.base[next].head == slots.base[i].head,
                !isFollowing.base[next]
            else { throw StateProblem("passage \(i)'s chain is damaged") }
            isFollowing.base[next] = true
        }
        var linked = 0
        for i in 1..<unused where slots.base[i].state != .free && !isFollowing.base[i] {
            let head = Int(slots.base[i].head)
            guard heads.base[head] == 0 else { throw StateProblem("two chains of passages have one head") }
            heads.base[head] = UInt32(i)
            var at = i
            while at != 0 {
                linked += 1
                at = Int(slots.base[at].next)
            }
        }
        // What is left over runs in a circle.
        guard linked == count else { throw StateProblem("a chain of passages has no beginning") }
    }

    /// Past the last slot that was ever in use.
    var slotEnd: UInt32 { UInt32(unused) }

    /// At the cost of what is in use.
    mutating func clear() {
        for i in 1..<unused where slots.base[i].state != .free {
            heads.base[Int(slots.base[i].head)] = 0
            slots.base[i].state = .free
        }
        freeCount = 0
        unused = 1
        count = 0
    }
}
