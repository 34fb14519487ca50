/// What a bad network does to datagrams, decided by a seed: which are lost, which come twice, which are overtaken, and
/// when each comes out. Time is handed in; nothing waits here.
///
/// What happens to the n-th datagram follows from the seed and n alone, whatever the times. Bounded: when there is no
/// room, datagrams are lost, as in a router's queue.
package struct LossyRelay: ~Copyable {
    package struct Options: Sendable {
        package var seed: UInt64 = 1
        /// Probabilities, 0 to 1.
        package var loss = 0.0
        package var duplicate = 0.0
        package var reorder = 0.0
        /// Each datagram comes out so much later.
        package var delayNs: Nanoseconds = 0
        /// One that is overtaken, or the second of two, comes up to so much later still.
        package var spreadNs: Nanoseconds = 20 * .millisecond
        /// Datagrams on their way at most.
        package var capacity = 1 << 14
        package init() {}
    }

    package struct Counts: Sendable, Equatable {
        package var taken = 0
        package var lost = 0
        package var duplicated = 0
        package var reordered = 0
        /// Lost for want of room, copies included.
        package var overflowed = 0
        /// Longer than any frame, and so lost.
        package var tooLong = 0
        /// Came out: taken - lost - tooLong + duplicated - overflowed, once nothing is on its way.
        package var delivered = 0
    }

    /// What befalls one datagram.
    struct Fate: Equatable {
        var isLost: Bool
        var isTwice: Bool
        var isOvertaken: Bool
        /// Delays of the first and of a second, beside the one that all have.
        var firstNs: Nanoseconds
        var secondNs: Nanoseconds
    }

    private struct Waiting: BitwiseCopyable {
        var dueNs: Nanoseconds
        var order: Int
        /// Its place in `room`.
        var place: Int
        var length: Int
        var tag: Int
    }

    package private(set) var counts = Counts()
    private let options: Options
    private var random: Random
    /// A heap by due time, then in the order in which they came.
    private var heap: [Waiting] = []
    private var free: [Int]
    private let room: Slab<UInt8>
    private var order = 0

    package static let datagramBytesMax = 2048

    package init(_ options: Options) {
        precondition(options.capacity > 0 && options.spreadNs > 0 && options.delayNs >= 0)
        self.options = options
        random = Random(seed: options.seed)
        room = Slab(count: options.capacity * Self.datagramBytesMax)
        free = Array((0..<options.capacity).reversed())
        heap.reserveCapacity(options.capacity)
    }

    /// Draws the same number of numbers for each datagram, so that no decision shifts another.
    mutating func nextFate() -> Fate {
        let isLost = random.chance(options.loss)
        let isTwice = random.chance(options.duplicate)
        let isOvertaken = random.chance(options.reorder)
        let firstNs = 1 + Nanoseconds(random.below(Int(options.spreadNs)))
        let secondNs = 1 + Nanoseconds(random.below(Int(options.spreadNs)))
        return Fate(
            isLost: isLost, isTwice: isTwice, isOvertaken: isOvertaken, firstNs: isOvertaken ? firstNs : 0,
            secondNs: secondNs)
    }

    /// Takes one datagram. `tag` is the owner's, to know where it goes.
    package mutating func take(_ datagram: UnsafeRawBufferPointer, tag: Int, nowNs: Nanoseconds) {
        counts.taken += 1
        let fate = nextFate()
        guard datagram.count <= Self.datagramBytesMax else {
            counts.tooLong += 1
            return
        }
        guard !fate.isLost else {
            counts.lost += 1
            return
        }
        if fate.isOvertaken { counts.reordered += 1 }
        let dueNs = nowNs + options.delayNs
        hold(datagram, tag, dueNs: dueNs + fate.firstNs)
        guard fate.isTwice else { return }
        counts.duplicated += 1
        hold(datagram, tag, dueNs: dueNs + fate.secondNs)
    }

    private mutating func hold(_ datagram: UnsafeRawBufferPointer, _ tag: Int, dueNs: Nanoseconds) {
        guard let place = free.popLast() else {
            counts.overflowed += 1
            return
        }
        UnsafeMutableRawBufferPointer(start: room.base + place * Self.datagramBytesMax, count: datagram.count)
            .copyMemory(from: datagram)
        order += 1
        heap.append(Waiting(dueNs: dueNs, order: order, place: place, length: datagram.count, tag: tag))
        var i = heap.count - 1
        while i > 0, precedes(i, (i - 1) / 2) {
            heap.swapAt(i, (i - 1) / 2)
            i = (i - 1) / 2
        }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        (heap[a].dueNs, heap[a].order) < (heap[b].dueNs, heap[b].order)
    }

    /// When the next datagram comes out; nil when none is on its way.
    package var nextNs: Nanoseconds? { heap.first?.dueNs }

    /// Takes out a datagram whose time has come; nil when there is none. The bytes are valid until the next `take`.
    package mutating func takeDue(nowNs: Nanoseconds) -> (bytes: UnsafeRawBufferPointer, tag: Int)? {
        guard let first = heap.first, first.dueNs <= nowNs else { return nil }
        removeFirst()
        free.append(first.place)
        counts.delivered += 1
        let base = room.base + first.place * Self.datagramBytesMax
        return (UnsafeRawBufferPointer(start: base, count: first.length), first.tag)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var i = 0
        while true {
            var least = i
            for child in [2 * i + 1, 2 * i + 2] where child < heap.count && precedes(child, least) { least = child }
            if least == i { return }
            heap.swapAt(i, least)
            i = least
        }
    }
}
