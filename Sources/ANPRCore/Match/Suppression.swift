/// Remembers which plate alerted at which camera, to mark repeats: flat, bounded, never wrong towards silence.
///
/// Four ways a set; the oldest way is given up when a set is full, so that at worst a repeat is shown once more.
/// A repeat is any hit of the same (plate, camera, mark of the best entry) less than the window away from the last one that was
/// not a repeat, before or after it in event time.
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
        let key = spread(plate.word ^ spread(UInt64(camera) ^ mark)) | 1  // 0 marks a free way
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
}
