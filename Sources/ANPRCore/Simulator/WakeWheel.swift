/// Who is to be woken when, for many actors with one instant each that moves often: a ring of slots of about a
/// millisecond, each with a list of its actors (timer wheel; Varghese and Lauck 1987).
///
/// Setting, moving and taking cost the same however many actors there are. An actor is given back at its instant or up
/// to two slots after it; one that is set further ahead than the ring reaches is given back early.
struct WakeWheel: ~Copyable {
    /// First actor of each slot, plus one; 0 when empty.
    private let heads: Slab<UInt32>
    /// Neighbours in an actor's list, plus one.
    private let nexts: Slab<UInt32>
    private let befores: Slab<UInt32>
    /// The tick at which an actor is due, plus one; 0: none.
    private let ticks: Slab<Int>
    private let startNs: Nanoseconds
    /// All actors of the ticks up to this one have been given back, but for those that are due at it.
    private var current = 0

    private static let tickShift = 20
    /// 69 s: longer than any delay of a camera's.
    private static let slots = 1 << 16
    /// A search for the next instant goes so far: about 64 ms.
    private static let searchTicks = 64

    init(actors: Int, startNs: Nanoseconds) {
        heads = Slab(count: Self.slots)
        nexts = Slab(count: actors)
        befores = Slab(count: actors)
        ticks = Slab(count: actors)
        self.startNs = startNs
    }

    private func slot(_ tick: Int) -> UnsafeMutablePointer<UInt32> { heads.base + (tick & (Self.slots - 1)) }

    /// The first tick at which an instant has come, after the current one and within the ring.
    private func tick(atNs: Nanoseconds) -> Int {
        // An instant at either end of time would overflow.
        guard atNs > startNs else { return current + 1 }
        let sinceNs = min(atNs, .max / 2) - startNs
        let tick = Int(sinceNs) >> Self.tickShift + 1
        return min(max(tick, current + 1), current + Self.slots - 1)
    }

    /// Wakes an actor at an instant, unless it is already to be woken before.
    @inline(__always)
    mutating func wake(_ actor: Int, atNs: Nanoseconds) {
        let tick = tick(atNs: atNs)
        guard ticks.base[actor] == 0 || tick < ticks.base[actor] - 1 else { return }
        if ticks.base[actor] != 0 { unlink(actor) }
        let head = slot(tick)
        if head.pointee != 0 { befores.base[Int(head.pointee) - 1] = UInt32(actor + 1) }
        nexts.base[actor] = head.pointee
        befores.base[actor] = 0
        head.pointee = UInt32(actor + 1)
        ticks.base[actor] = tick + 1
    }

    private func unlink(_ actor: Int) {
        let next = nexts.base[actor]
        let before = befores.base[actor]
        if next != 0 { befores.base[Int(next) - 1] = before }
        if before != 0 {
            nexts.base[Int(before) - 1] = next
        } else {
            slot(ticks.base[actor] - 1).pointee = next
        }
        ticks.base[actor] = 0
    }

    /// Takes an actor whose instant has come; nil when there is none (any more).
    mutating func takeDue(nowNs: Nanoseconds) -> Int? {
        let last = Int(max(0, nowNs - startNs)) >> Self.tickShift
        while true {
            let head = slot(current).pointee
            if head != 0 {
                unlink(Int(head) - 1)
                return Int(head) - 1
            }
            guard current < last else { return nil }
            current += 1
        }
    }

    /// When `takeDue` is next to be called: the next instant that is set, or one before it.
    var nextNs: Nanoseconds {
        var tick = current + 1
        while tick < current + Self.searchTicks, slot(tick).pointee == 0 { tick += 1 }
        return startNs + Nanoseconds(tick) << Self.tickShift
    }
}
