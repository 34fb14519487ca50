import CLinux

/// One vehicle in a section, or the trace of one: 112 bytes.
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

    var entryNs: Nanoseconds = 0
    /// First and latest read of the exit crossing.
    var exitFirstNs: Nanoseconds = 0
    var exitNs: Nanoseconds = 0
    var plate = Plate.none
    var skeleton = Skeleton(word: 0)
    var entry = ReadID(camera: 0, epoch: 0, sequence: 0)
    var exit = ReadID(camera: 0, epoch: 0, sequence: 0)
    /// Slot + 1 of the next in the bucket's chain.
    var next: UInt32 = 0
    /// Where it stands in the horizon queue.
    var horizonAt: UInt32 = 0
    var section: UInt16 = 0
    var state = State.free
    var review = ReviewReasons()
    var country = Country.unknown
    var exitCountry = Country.unknown
    var entryLane: UInt8 = 0
    var exitLane: UInt8 = 0
    var entryConfidence: UInt8 = 0
    var exitConfidence: UInt8 = 0
    var entryClass = VehicleClass.unknown
    var exitClass = VehicleClass.unknown

    mutating func setExit(_ read: SectionRead) {
        exitNs = read.capturedNs
        exit = read.id
        exitCountry = read.country
        exitLane = read.lane
        exitConfidence = read.confidence
        exitClass = read.vehicleClass
    }

    mutating func setEntry(_ read: SectionRead) {
        entryNs = read.capturedNs
        entry = read.id
        country = read.country
        entryLane = read.lane
        entryConfidence = read.confidence
        entryClass = read.vehicleClass
    }
}

/// Passages by (skeleton, section): chains behind a power of two of heads, in slots that never move.
struct PassageTable: ~Copyable {
    let heads: Slab<UInt32>
    let slots: Slab<Passage>
    private let headMask: UInt64
    private var free: UInt32 = 0
    private var unused = 0
    private(set) var count = 0

    init(capacity: Int) {
        var size = 1024
        while size < capacity { size *= 2 }
        heads = Slab(count: size)
        headMask = UInt64(size - 1)
        slots = Slab(count: capacity)
    }

    @inline(__always)
    func head(_ skeleton: Skeleton, _ section: UInt16) -> Int {
        Int(truncatingIfNeeded: spread(skeleton.word ^ UInt64(section) << 48) >> 20 & headMask)
    }

    /// Slot + 1 of the first of a chain; 0: empty.
    @inline(__always)
    func first(_ head: Int) -> UInt32 { heads.base[head] }

    @inline(__always)
    func slot(_ number: UInt32) -> UnsafeMutablePointer<Passage> { slots.base + Int(number &- 1) }

    /// A new slot at the front of a chain; 0 when the table is full.
    mutating func add(_ head: Int) -> UInt32 {
        var number = free
        if number != 0 {
            free = slot(number).pointee.next
        } else {
            guard unused < slots.count else { return 0 }
            unused += 1
            number = UInt32(unused)
        }
        slot(number).initialize(to: Passage())
        slot(number).pointee.next = heads.base[head]
        heads.base[head] = number
        count += 1
        return number
    }

    mutating func remove(_ number: UInt32) {
        let passage = slot(number)
        let head = head(passage.pointee.skeleton, passage.pointee.section)
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
        count -= 1
    }
}

/// A queue of deadlines that only grow: which slot is due when. Entries that are no longer wanted are struck out.
struct DeadlineQueue: ~Copyable {
    struct Item: BitwiseCopyable {
        var ns: Nanoseconds
        /// Slot + 1; 0: struck out.
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
    mutating func strike(_ at: UInt32) { items.base[Int(at & mask)].slot = 0 }

    /// The earliest that still counts; struck ones before it are dropped.
    @inline(__always)
    mutating func first() -> Item? {
        while head != tail {
            let item = items.base[Int(head & mask)]
            if item.slot != 0 { return item }
            head &+= 1
        }
        return nil
    }

    mutating func removeFirst() { head &+= 1 }
}
