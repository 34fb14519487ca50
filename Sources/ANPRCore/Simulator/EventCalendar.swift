/// Who is due next: one event for each actor, by time, then by actor, so that a run repeats exactly.
///
/// A ring of buckets, each a span of time with the actors that are due in it, linked through an array; a bucket is
/// sorted when its time comes. So inserting and taking cost the same however many actors there are, where a heap of
/// two million would miss the cache twenty times for each (calendar queue; Brown 1988).
struct EventCalendar: ~Copyable {
    struct Event: BitwiseCopyable {
        var atNs: Nanoseconds
        var actor: Int
    }

    /// First actor of each bucket, plus one; 0 when empty.
    private let heads: Slab<UInt32>
    /// The next actor of an actor's bucket, plus one.
    private let nexts: Slab<UInt32>
    private let dueNs: Slab<Nanoseconds>
    /// The current bucket's events, sorted; from `at` to `end` are still to come.
    private let today: Slab<Event>
    private var at = 0
    private var end = 0
    /// Number of the current bucket since the start, -1 before the first.
    private var bucket = -1
    private var waiting = 0
    private let startNs: Nanoseconds
    /// A bucket's span is 2^shift nanoseconds.
    private let shift: Int
    private let mask: Int

    /// `horizonNs`: no event is further ahead of the one taken last than this.
    init(actors: Int, startNs: Nanoseconds, horizonNs: Nanoseconds) {
        precondition(actors > 0 && actors < Int(UInt32.max) && horizonNs > 0)
        var buckets = 4096
        while buckets < actors / 8, buckets < 1 << 18 { buckets *= 2 }
        var shift = 10
        while Int(horizonNs) >> shift >= buckets - 2 { shift += 1 }
        heads = Slab(count: buckets)
        nexts = Slab(count: actors)
        dueNs = Slab(count: actors)
        today = Slab(count: actors)
        self.startNs = startNs
        self.shift = shift
        mask = buckets - 1
    }

    /// The actor has no event now.
    mutating func insert(actor: Int, atNs: Nanoseconds) {
        precondition(actor >= 0 && actor < nexts.count && atNs >= startNs)
        let number = Int(atNs - startNs) >> shift
        guard number > bucket else { return insertToday(Event(atNs: atNs, actor: actor)) }
        precondition(number - bucket <= mask, "an event lies beyond the calendar's horizon")
        let head = heads.base + (number & mask)
        dueNs.base[actor] = atNs
        nexts.base[actor] = head.pointee
        head.pointee = UInt32(actor + 1)
        waiting += 1
    }

    /// Into what is left of the current bucket. There is room: the actor's last event was taken from before `at`.
    private mutating func insertToday(_ event: Event) {
        precondition(at > 0)
        var i = at - 1
        while i + 1 < end, Self.precedes(today.base[i + 1], event) {
            today.base[i] = today.base[i + 1]
            i += 1
        }
        today.base[i] = event
        at -= 1
    }

    /// Takes the first event; nil when no actor has one.
    mutating func next() -> Event? {
        while at == end {
            guard waiting > 0 else { return nil }
            openBucket()
        }
        let event = today.base[at]
        at += 1
        return event
    }

    private mutating func openBucket() {
        bucket += 1
        let head = heads.base + (bucket & mask)
        var actor = Int(head.pointee)
        head.pointee = 0
        at = 0
        end = 0
        while actor != 0 {
            today.base[end] = Event(atNs: dueNs.base[actor - 1], actor: actor - 1)
            actor = Int(nexts.base[actor - 1])
            end += 1
        }
        waiting -= end
        var events = UnsafeMutableBufferPointer(start: today.base, count: end)
        events.sort(by: Self.precedes)
    }

    @inline(__always)
    private static func precedes(_ a: Event, _ b: Event) -> Bool {
        a.atNs != b.atNs ? a.atNs < b.atNs : a.actor < b.actor
    }
}
