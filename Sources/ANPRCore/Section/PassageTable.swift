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
    private var free: UInt32 = 0
    private var unused = 1
    private(set) var count = 0

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        heads = Slab(count: size)
        headMask = UInt64(size - 1)
        slots = Slab(count: capacity + 1)
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

    /// A new slot at the front of a chain; 0 when the table is full. Its caller fills in what it is.
    @inline(__always)
    mutating func add(_ head: UInt32) -> UInt32 {
        var number = free
        if number != 0 {
            free = slot(number).pointee.next
        } else {
            guard unused < slots.count else { return 0 }
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
        passage.pointee.next = free
        free = number
        count &-= 1
    }
}
