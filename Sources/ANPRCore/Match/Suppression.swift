/// Remembers which plate alerted at which camera, to mark repeats: flat, bounded, never wrong towards silence.
///
/// Four ways a set; the oldest way is given up when a set is full, so that at worst a repeat is shown once more.
/// A repeat is any hit of the same (plate, camera, mark of the best entry) less than the window away from the last
/// one that was not a repeat, before or after it in event time.
struct Suppression: ~Copyable {
    struct Way: BitwiseCopyable {
        var key: UInt64
        var alertedNs: Nanoseconds
    }

    private let ways: Slab<Way>
    private let setMask: UInt64
    let windowNs: Nanoseconds

    /// `sets` is a power of two; four hits each.
    init(windowNs: Nanoseconds, sets: Int = 1 << 14) {
        precondition(sets > 0 && sets & (sets - 1) == 0)
        ways = Slab(count: sets * 4)
        setMask = UInt64(sets - 1)
        self.windowNs = windowNs
    }

    /// True when the hit repeats one; otherwise remembers it.
    mutating func isRepeat(plate: Plate, camera: UInt32, mark: UInt64, capturedNs: Nanoseconds) -> Bool {
        guard windowNs > 0 else { return false }
        let key = spread(plate.word ^ spread(mark ^ spread(UInt64(camera)))) | 1  // 0 marks a free way
        let set = ways.base + Int(truncatingIfNeeded: key >> 32 & setMask) * 4
        var oldest = 0
        for i in 0..<4 {
            if set[i].key == key {
                // SAFE: capture times are within the daemon's range of its clock, so the difference fits.
                if abs(capturedNs &- set[i].alertedNs) < windowNs { return true }
                set[i].alertedNs = capturedNs
                return false
            }
            if set[i].key == 0 || (set[oldest].key != 0 && set[i].alertedNs < set[oldest].alertedNs) { oldest = i }
        }
        set[oldest] = Way(key: key, alertedNs: capturedNs)
        return false
    }

    // MARK: Saved state

    /// What is remembered, each at its place: which of a set's ways is given up next may depend on it.
    borrowing func save(to writer: inout StateWriter) {
        writer.mark("alerted")
        writer.put(ways.count)
        var used = 0
        for i in 0..<ways.count where ways.base[i].key != 0 { used += 1 }
        writer.put(used)
        for i in 0..<ways.count where ways.base[i].key != 0 {
            writer.put(UInt32(i))
            writer.put(ways.base[i])
        }
    }

    /// When it throws, nothing is remembered. The window may be another one than that of the saved state.
    mutating func restore(from reader: inout StateReader) throws(StateProblem) {
        clear()
        do throws(StateProblem) { try take(from: &reader) } catch {
            clear()
            throw error
        }
    }

    private mutating func take(from reader: inout StateReader) throws(StateProblem) {
        try reader.expect("alerted")
        guard try reader.take(Int.self) == ways.count else {
            throw StateProblem("the memory of alerts has another size")
        }
        let used = try reader.take(in: 0...ways.count, "the number of alerts remembered")
        var least: UInt32 = 0
        for _ in 0..<used {
            guard Int(least) < ways.count else { throw StateProblem("more alerts than places") }
            let i = try reader.take(in: least...UInt32(ways.count - 1), "an alert's place")
            let way = try reader.take(Way.self)
            // Times this far from the ends can be subtracted from each other.
            guard way.key != 0, way.key >> 32 & setMask == UInt64(i / 4),
                (Nanoseconds.min / 4...Nanoseconds.max / 4).contains(way.alertedNs)
            else { throw StateProblem("an alert is damaged") }
            ways.base[Int(i)] = way
            least = i + 1
        }
    }

    mutating func clear() { ways.base.update(repeating: Way(key: 0, alertedNs: 0), count: ways.count) }
}
