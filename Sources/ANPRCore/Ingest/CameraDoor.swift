import CLinux
import Synchronization

/// The door of each camera: its keys, its window, its counts. Shared by the receivers.
///
/// ```
/// lookup   id -> pass (index + 1; 0 = unknown)   1 Mi x 4 bytes
/// passes   the keys that are good now, and the camera's seat; never changed: new keys are a new pass
/// seats    claim | state | window (1 KiB) | refusals by cause; a camera's for as long as the daemon runs
/// ```
/// The kernel steers a camera's datagrams to one receiver (`clinux_steer_by_word`), but a train of datagrams that it
/// merged goes to one socket whole, whatever is inside. So a receiver claims a seat for each frame: one exchange that
/// nobody else is in the way of, save in that case.
package final class CameraDoor: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `lookup`, `claims` and `refusals` are atomics; a seat's state and window are touched
    // only while its claim is held; a pass is written before it is published and never changed after; `passCount` is
    // the control plane's alone.
    private let lookup: UnsafeMutablePointer<Atomic<UInt32>>
    private let claims: UnsafeMutablePointer<Atomic<UInt32>>
    private let passes: Slab<Pass>
    private let states: Slab<CameraState>
    private let windows: Slab<UInt64>
    private let returns: Slab<CameraReturn>
    private let buckets: Slab<TokenBucket>
    /// A bit a seat: heard since the acknowledger last looked.
    private let heard: UnsafeMutablePointer<Atomic<UInt64>>
    private let heardWords: Int
    private let refusals: UnsafeMutablePointer<Atomic<UInt32>>
    private let seatIDs: Slab<UInt32>
    private let seatCount = Atomic<Int>(0)
    private var passCount = 0
    private let capacity: Int
    // SAFE: nonisolated(unsafe): written before the receivers run.
    /// Reads that were missing when the daemon started, and may come.
    private(set) nonisolated(unsafe) var missingAtStart = 0
    let isSealed: Bool

    struct Pass: BitwiseCopyable {
        var first: SipKey
        var second: SipKey
        var seat: UInt32
        var firstID: UInt8
        var secondID: UInt8
        /// Keys: 0, 1 or 2.
        var count: UInt8

        init(_ named: [KeyRing.Named], seat: Int) {
            let none = SipKey(low: 0, high: 0)
            first = named.first?.key ?? none
            second = named.dropFirst().first?.key ?? none
            firstID = named.first?.id ?? 0
            secondID = named.dropFirst().first?.id ?? 0
            count = UInt8(min(2, named.count))
            self.seat = UInt32(seat)
        }

        func holds(_ named: [KeyRing.Named]) -> Bool {
            guard Int(count) == named.count else { return false }
            let mine = [(firstID, first), (secondID, second)].prefix(named.count)
            return zip(mine, named).allSatisfy { $0.0 == $1.id && $0.1 == $1.key }
        }
    }

    /// Room for twice the cameras, and 1,024 more: those that a reload brings. `isSealed` false: the laboratory.
    package init(_ cameras: CameraRegistry, keys ring: KeyRing, isSealed: Bool) {
        self.isSealed = isSealed
        capacity = cameras.cameras.count * 2 + 1024
        let ids = Int(Limits.cameraIDEnd)
        lookup = Self.zeroed(ids)
        claims = Self.zeroed(capacity * Self.claimStride)
        refusals = Self.zeroed(capacity * FrameRefusal.allCases.count)
        passes = Slab(count: capacity)
        states = Slab(count: capacity)
        windows = Slab(count: capacity * SequenceWindow.wordCount)
        returns = Slab(count: capacity)
        buckets = Slab(count: capacity)
        heardWords = (capacity + 63) / 64
        heard = .allocate(capacity: heardWords)
        for i in 0..<heardWords { (heard + i).initialize(to: Atomic(0)) }
        seatIDs = Slab(count: capacity)
        for camera in cameras.cameras { admit(camera.id, ring.keys(of: camera.id), seat: addSeat(camera.id)) }
    }

    deinit {
        UnsafeMutableRawPointer(lookup).deallocate()
        UnsafeMutableRawPointer(claims).deallocate()
        UnsafeMutableRawPointer(refusals).deallocate()
        UnsafeMutableRawPointer(heard).deallocate()
    }

    /// A claim a cache line, so that two receivers with two cameras do not meet.
    private static let claimStride = 16

    private static func zeroed(_ count: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 128)
        raw.initializeMemory(as: UInt32.self, repeating: 0, count: count)
        return raw.bindMemory(to: Atomic<UInt32>.self, capacity: count)
    }

    // MARK: Control plane

    private func addSeat(_ id: UInt32) -> Int {
        // ORDER: relaxed; the control plane alone writes it.
        let seat = seatCount.load(ordering: .relaxed)
        precondition(seat < capacity)
        (states.base + seat).initialize(to: CameraState())
        (returns.base + seat).initialize(to: CameraReturn())
        seatIDs.base[seat] = id
        // ORDER: release, pairs with the acquire in status(): a seat is counted when it is complete.
        seatCount.store(seat + 1, ordering: .releasing)
        return seat
    }

    private func admit(_ id: UInt32, _ named: [KeyRing.Named], seat: Int) {
        precondition(passCount < capacity && id < Limits.cameraIDEnd)
        (passes.base + passCount).initialize(to: Pass(named, seat: seat))
        passCount += 1
        // ORDER: release, pairs with the acquire in find: pass and seat are complete before they are found.
        lookup[Int(id)].store(UInt32(passCount), ordering: .releasing)
    }

    /// Takes over another registry: new cameras get seats, and those that are gone are unknown from now on. A camera
    /// whose keys changed, or that comes back, keeps its seat: what was recorded of its frames cannot be played
    /// again.
    ///
    /// False, and nothing is changed, when there is no room: a restart is needed. One thread at a time.
    func reload(_ cameras: CameraRegistry, keys ring: KeyRing) -> Bool {
        let seats = seatsTaken
        guard let changed = changes(cameras, ring, seats) else { return false }
        for camera in changed { admit(camera.id, camera.keys, seat: seats[camera.id] ?? addSeat(camera.id)) }
        for id in seats.keys where cameras[id] == nil {
            // ORDER: release; as in admit.
            lookup[Int(id)].store(0, ordering: .releasing)
        }
        return true
    }

    /// Whether a reload would find room.
    func hasRoom(_ cameras: CameraRegistry, keys ring: KeyRing) -> Bool { changes(cameras, ring, seatsTaken) != nil }

    private var seatsTaken: [UInt32: Int] {
        // ORDER: relaxed; the control plane alone writes it.
        Dictionary(uniqueKeysWithValues: (0..<seatCount.load(ordering: .relaxed)).map { (seatIDs.base[$0], $0) })
    }

    /// The cameras that need a new pass; nil when there is no room for them.
    private func changes(
        _ cameras: CameraRegistry, _ ring: KeyRing, _ seats: [UInt32: Int]
    ) -> [(id: UInt32, keys: [KeyRing.Named])]? {
        let changed = cameras.cameras.map { (id: $0.id, keys: ring.keys(of: $0.id)) }.filter { camera in
            guard let pass = find(camera.id) else { return true }
            return !passes.base[pass].holds(camera.keys)
        }
        let new = changed.count { seats[$0.id] == nil }
        return passCount + changed.count <= capacity && seats.count + new <= capacity ? changed : nil
    }

    // MARK: Receivers

    /// The camera's pass.
    @inline(__always)
    func find(_ id: UInt32) -> Int? {
        guard id < Limits.cameraIDEnd else { return nil }
        // ORDER: acquire, pairs with the release in admit.
        let pass = lookup[Int(id)].load(ordering: .acquiring)
        return pass == 0 ? nil : Int(pass &- 1)
    }

    @inline(__always)
    func seat(of pass: Int) -> Int { Int(passes.base[pass].seat) }

    @inline(__always)
    func key(_ id: UInt8, of pass: Int) -> SipKey? {
        let pass = passes.base + pass
        if pass.pointee.count >= 1, pass.pointee.firstID == id { return pass.pointee.first }
        if pass.pointee.count >= 2, pass.pointee.secondID == id { return pass.pointee.second }
        return nil
    }

    /// Prefetches what the next frame of a camera will touch. Only addresses are made: nobody's claim is needed.
    @inline(__always)
    func askFor(_ seat: Int, sequence: UInt32) {
        clinux_prefetch(claims + seat &* Self.claimStride)
        clinux_prefetch(states.base + seat)
        clinux_prefetch(window(seat).word(of: sequence))
    }

    /// Takes the seat; waits only while another receiver is in a frame of the same camera.
    @inline(__always)
    func claim(_ seat: Int) {
        // ORDER: acquire, pairs with the release below: the state that the last holder wrote is seen.
        while claims[seat &* Self.claimStride].exchange(1, ordering: .acquiring) != 0 { clinux_pause() }
    }

    @inline(__always)
    func release(_ seat: Int) {
        // ORDER: release, pairs with the acquire in claim.
        claims[seat &* Self.claimStride].store(0, ordering: .releasing)
    }

    /// The holder of the claim only.
    @inline(__always)
    func state(_ seat: Int) -> UnsafeMutablePointer<CameraState> { states.base + seat }

    /// The holder of the claim only.
    @inline(__always)
    func window(_ seat: Int) -> SequenceWindow {
        SequenceWindow(words: windows.base + seat &* SequenceWindow.wordCount)
    }

    /// The holder of the claim only.
    @inline(__always)
    func back(_ seat: Int) -> UnsafeMutablePointer<CameraReturn> { returns.base + seat }

    /// The holder of the claim only.
    @inline(__always)
    func bucket(_ seat: Int) -> UnsafeMutablePointer<TokenBucket> { buckets.base + seat }

    /// Something came of the camera: the acknowledger looks at it.
    @inline(__always)
    func noteHeard(_ seat: Int) {
        let bit: UInt64 = 1 << UInt64(seat & 63)
        // ORDER: relaxed; the acknowledger sees what came under the camera's claim. The load spares the locked
        // instruction while the bit is set.
        if heard[seat >> 6].load(ordering: .relaxed) & bit == 0 {
            _ = heard[seat >> 6].bitwiseOr(bit, ordering: .relaxed)
        }
    }

    /// Calls for each seat that was heard since the last call.
    func takeHeard(_ body: (Int) -> Void) {
        for word in 0..<heardWords {
            // ORDER: relaxed; as above.
            guard heard[word].load(ordering: .relaxed) != 0 else { continue }
            // ORDER: relaxed; as above.
            var bits = heard[word].exchange(0, ordering: .relaxed)
            while bits != 0 {
                body(word << 6 | bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }

    func cameraID(_ seat: Int) -> UInt32 { seatIDs.base[seat] }

    /// A camera's key by its number, as of now; nil for a camera or key that is gone.
    func key(_ id: UInt8, camera: UInt32) -> SipKey? { find(camera).flatMap { key(id, of: $0) } }

    /// Seats that were given away.
    var seats: Int {
        // ORDER: acquire, pairs with the release in addSeat.
        seatCount.load(ordering: .acquiring)
    }

    func countRefusal(_ cause: FrameRefusal, seat: Int) {
        // ORDER: relaxed; a statistic.
        refusals[seat * FrameRefusal.allCases.count + Int(cause.rawValue)].wrappingAdd(1, ordering: .relaxed)
    }

    // MARK: Recovery

    /// A read that the journal holds: its sequence has come. Before the receivers run.
    func remember(_ id: ReadID) {
        guard let pass = find(id.camera) else { return }
        let seat = self.seat(of: pass)
        let state = state(seat)
        let window = window(seat)
        let isFirst = state.pointee.lastSeenNs == 0
        if isFirst || id.epoch > state.pointee.epoch {
            window.reset()
            state.pointee.epoch = id.epoch
            state.pointee.base = isFirst ? id.sequence : 0
            state.pointee.next = state.pointee.base
            state.pointee.lastSeenNs = 1
            back(seat).pointee.begin(at: state.pointee.base)
        }
        guard id.epoch == state.pointee.epoch,
            case .new = window.judge(first: id.sequence, count: 1, next: state.pointee.next)
        else { return }
        if id.sequence < state.pointee.base {
            state.pointee.base = id.sequence
            back(seat).pointee.lower(to: id.sequence)
        }
        window.mark(first: id.sequence, count: 1, next: &state.pointee.next)
        state.pointee.reads &+= 1
    }

    /// All reads are remembered: what is missing is what the windows do not have. Before the receivers run.
    ///
    /// WHY what lies before the window is settled: a camera goes no further beyond what it has been told is durable, or
    /// has given up. A checkpoint's `settled` may lie further back than that.
    func recount() {
        missingAtStart = 0
        for seat in 0..<seats {
            let state = state(seat)
            let window = window(seat)
            let next = state.pointee.next
            var missing = 0
            let settled = max(back(seat).pointee.settled, SequenceWindow.begin(next: next))
            var at = window.firstMissing(from: settled, next: next)
            back(seat).pointee.settled = at
            while at < next {
                let come = window.firstCome(from: at, next: next)
                missing += Int(come - at)
                at = window.firstMissing(from: come, next: next)
            }
            state.pointee.missing = missing
            missingAtStart += missing
        }
    }

    // MARK: Looking

    /// Every camera that is known, heard or not.
    func status() -> [CameraStatus] {
        // ORDER: acquire, pairs with the release in addSeat.
        (0..<seatCount.load(ordering: .acquiring)).compactMap { seat in
            let id = seatIDs.base[seat]
            guard let pass = find(id), self.seat(of: pass) == seat else { return nil }
            claim(seat)
            let state = states.base[seat]
            release(seat)
            let causes = FrameRefusal.allCases.count
            // ORDER: relaxed; a statistic.
            let refused = (0..<causes).map { Int(refusals[seat * causes + $0].load(ordering: .relaxed)) }
            return CameraStatus(
                camera: id, lastSeenNs: state.lastSeenNs,
                clockOffsetNs: state.lastSeenNs == 0 ? 0 : state.clockOffsetNs,
                epoch: state.epoch, reads: state.reads, duplicateReads: state.duplicateReads, missing: state.missing,
                refused: refused)
        }
    }
}
