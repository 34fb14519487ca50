import CLinux

/// The seals of up to eight frames that came together, worked out side by side before the frames are opened.
///
/// One seal is a chain in which each step waits for the one before (437 to 523 ns a full frame); eight chains beside
/// one another take as long as two and a half. It only foretells: `holds` gives the same answer for a frame that is
/// not in the batch, or no longer has the key with which it was added.
package struct SealBatch: ~Copyable, Sendable {
    package static let framesMax = Int(CLINUX_SEALS)

    // SAFE: nonisolated(unsafe): owned memory of whoever holds the batch.
    private nonisolated(unsafe) let lanes: UnsafeMutablePointer<clinux_sealed>
    private let worthwhile: Int
    private var words = 0
    private var longest = 0
    private var count = 0
    /// Frames before this one have been asked for.
    private var next = 0

    package init() { self.init(worthwhile: Int(clinux_seals_worthwhile())) }

    /// `worthwhile`: from so many frames of the longest one's size on; 0: never.
    init(worthwhile: Int) {
        lanes = .allocate(capacity: Self.framesMax)
        lanes.initialize(repeating: clinux_sealed(), count: Self.framesMax)
        self.worthwhile = worthwhile
    }

    deinit { lanes.deallocate() }

    /// Whether it pays on this machine.
    @inline(__always)
    package var isWorthwhile: Bool { worthwhile != 0 }

    @inline(__always)
    package mutating func clear() {
        words = 0
        longest = 0
        count = 0
        next = 0
    }

    /// A frame, of whole words and with room for it in the batch, and the key that it should have been sealed with.
    @inline(__always)
    package mutating func add(_ frame: UnsafeRawBufferPointer, key: SipKey) {
        precondition(count < Self.framesMax && frame.count % 8 == 0 && frame.count >= FrameLayout.tagBytes)
        let words = (frame.count &- FrameLayout.tagBytes) / 8
        lanes[count].base = frame.baseAddress
        lanes[count].words = UInt64(words)
        lanes[count].key = (key.low, key.high)
        self.words &+= words
        longest = max(longest, words)
        count &+= 1
    }

    /// Works the seals out; or leaves it, where there is too little to do side by side.
    package mutating func foretell() {
        guard words >= worthwhile &* longest, count > 1 else {
            count = 0
            return
        }
        for i in count..<Self.framesMax { lanes[i] = lanes[0] }
        clinux_seal_together(lanes)
    }

    /// Whether a frame's tag was made with a key. Frames are asked for in the order in which they were added.
    @inline(__always)
    package mutating func holds(_ frame: UnsafeRawBufferPointer, by key: SipKey) -> Bool {
        while next < count {
            let lane = lanes + next
            next &+= 1
            guard lane.pointee.base == UnsafeRawPointer(frame.baseAddress) else { continue }
            guard lane.pointee.key.0 == key.low, lane.pointee.key.1 == key.high else { break }
            let seal = Seal(low: lane.pointee.seal.0, high: lane.pointee.seal.1)
            return seal.matches(FrameSeal.claimed(by: frame))
        }
        return FrameSeal.holds(frame, by: key)
    }
}
