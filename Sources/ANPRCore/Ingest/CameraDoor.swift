import CLinux
import Synchronization

/// The door of each camera: its keys, its window, its counts. Shared by the receivers.
///
/// ```
/// lookup   id -> seat (index + 1; 0 = unknown)   1 Mi x 4 bytes, touched where cameras are
/// seats    claim | keys | state | window (1 KiB) | refusals by cause
/// ```
/// The kernel steers a camera's datagrams to one receiver (`clinux_steer_by_word`), but a train of datagrams that it merged
/// goes to one socket whole, whatever is inside. So a receiver claims a seat for each frame: one exchange that
/// nobody else is in the way of, save in that case.
package final class CameraDoor: @unchecked Sendable {
    // SAFE: @unchecked Sendable: `lookup`, `claims` and `board` are atomics; what lies behind a seat is touched only
    // while its claim is held; keys are written before a seat is published and never changed after.
    private let lookup: UnsafeMutablePointer<Atomic<UInt32>>
    private let claims: UnsafeMutablePointer<Atomic<UInt32>>
    private let keys: Slab<SeatKeys>
    private let states: Slab<CameraState>
    private let windows: Slab<UInt64>
    private let refusals: UnsafeMutablePointer<Atomic<UInt32>>
    private let seatIDs: Slab<UInt32>
    private let seatCount = Atomic<Int>(0)
    private let capacity: Int
    let isSealed: Bool

    struct SeatKeys: BitwiseCopyable {
        var first: SipKey
        var second: SipKey
        var firstID: UInt8
        var secondID: UInt8
        /// 0, 1 or 2.
        var count: UInt8
    }

    /// Room for twice the cameras, and 1,024 more: those that a reload brings. `isSealed` false: the laboratory.
    package init(_ cameras: CameraRegistry, keys ring: KeyRing, isSealed: Bool) {
        self.isSealed = isSealed
        capacity = cameras.cameras.count * 2 + 1024
        let ids = Int(Limits.cameraIDEnd)
        // WHY: calloc hands out pages that cost nothing until they are touched.
        lookup = Self.zeroed(ids)
        claims = Self.zeroed(capacity * Self.claimStride)
        refusals = Self.zeroed(capacity * FrameRefusal.allCases.count)
        keys = Slab(count: capacity)
        states = Slab(count: capacity)
        windows = Slab(count: capacity * SequenceWindow.wordCount)
        seatIDs = Slab(count: capacity)
        for camera in cameras.cameras { _ = seat(camera.id, ring.keys(of: camera.id)) }
    }

    deinit {
        UnsafeMutableRawPointer(lookup).deallocate()
        UnsafeMutableRawPointer(claims).deallocate()
        UnsafeMutableRawPointer(refusals).deallocate()
    }

    /// A claim a cache line, so that two receivers with two cameras do not meet.
    private static let claimStride = 16

    private static func zeroed(_ count: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 128)
        raw.initializeMemory(as: UInt32.self, repeating: 0, count: count)
        return raw.bindMemory(to: Atomic<UInt32>.self, capacity: count)
    }

    // MARK: Control plane

    private func seat(_ id: UInt32, _ named: [KeyRing.Named]) -> Bool {
        // ORDER: relaxed; the control plane alone writes it.
        let index = seatCount.load(ordering: .relaxed)
        guard index < capacity, id < Limits.cameraIDEnd else { return false }
        let none = SipKey(low: 0, high: 0)
        keys.base[index] = SeatKeys(
            first: named.first?.key ?? none, second: named.dropFirst().first?.key ?? none,
            firstID: named.first?.id ?? 0, secondID: named.dropFirst().first?.id ?? 0, count: UInt8(min(2, named.count)))
        (states.base + index).initialize(to: CameraState())
        seatIDs.base[index] = id
        // ORDER: release, pairs with the acquire in status(): a seat is counted when it is complete.
        seatCount.store(index + 1, ordering: .releasing)
        // ORDER: release, pairs with the acquire in find: a seat is complete before it is found.
        lookup[Int(id)].store(UInt32(index + 1), ordering: .releasing)
        return true
    }

    /// Takes over another registry: new cameras get seats, those that are gone are unknown from now on, and a camera whose
    /// keys changed gets a seat that continues the old one's window. False when there is no room: a restart is needed.
    func reload(_ cameras: CameraRegistry, keys ring: KeyRing) -> Bool {
        for camera in cameras.cameras {
            let named = ring.keys(of: camera.id)
            if let old = find(camera.id) {
                if Self.isSame(keys.base[old], named) { continue }
                guard reseat(camera.id, from: old, named) else { return false }
            } else if !seat(camera.id, named) {
                return false
            }
        }
        // ORDER: relaxed; the control plane alone writes it.
        for index in 0..<seatCount.load(ordering: .relaxed) {
            let id = seatIDs.base[index]
            if cameras[id] == nil {
                // ORDER: release; as in seat().
                lookup[Int(id)].store(0, ordering: .releasing)
            }
        }
        return true
    }

    private static func isSame(_ keys: SeatKeys, _ named: [KeyRing.Named]) -> Bool {
        guard Int(keys.count) == named.count else { return false }
        let old = [(keys.firstID, keys.first), (keys.secondID, keys.second)].prefix(named.count)
        return zip(old, named).allSatisfy { $0.0 == $1.id && $0.1 == $1.key }
    }

    private func reseat(_ id: UInt32, from old: Int, _ named: [KeyRing.Named]) -> Bool {
        // ORDER: relaxed; the control plane alone writes it.
        let index = seatCount.load(ordering: .relaxed)
        guard index < capacity else { return false }
        claim(old)
        // The new seat is found only after the window was copied; frames that hold the old seat have ended by the claim.
        let done = seat(id, named)
        states.base[index] = states.base[old]
        (windows.base + index * SequenceWindow.wordCount).update(
            from: windows.base + old * SequenceWindow.wordCount, count: SequenceWindow.wordCount)
        release(old)
        return done
    }

    // MARK: Receivers

    @inline(__always)
    func find(_ id: UInt32) -> Int? {
        guard id < Limits.cameraIDEnd else { return nil }
        // ORDER: acquire, pairs with the release in seat.
        let seat = lookup[Int(id)].load(ordering: .acquiring)
        return seat == 0 ? nil : Int(seat &- 1)
    }

    @inline(__always)
    func key(_ id: UInt8, of seat: Int) -> SipKey? {
        let keys = self.keys.base[seat]
        if keys.count >= 1, keys.firstID == id { return keys.first }
        if keys.count >= 2, keys.secondID == id { return keys.second }
        return nil
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

    func countRefusal(_ cause: FrameRefusal, seat: Int) {
        // ORDER: relaxed; a statistic.
        refusals[seat * FrameRefusal.allCases.count + Int(cause.rawValue)].wrappingAdd(1, ordering: .relaxed)
    }

    // MARK: Looking

    /// Every camera that is known, heard or not.
    func status() -> [CameraStatus] {
        // ORDER: acquire, pairs with the release in seat.
        (0..<seatCount.load(ordering: .acquiring)).compactMap { seat in
            let id = seatIDs.base[seat]
            guard find(id) == seat else { return nil }
            claim(seat)
            let state = states.base[seat]
            release(seat)
            let causes = FrameRefusal.allCases.count
            // ORDER: relaxed; a statistic.
            let refused = (0..<causes).map { Int(refusals[seat * causes + $0].load(ordering: .relaxed)) }
            return CameraStatus(
                camera: id, lastSeenNs: state.lastSeenNs, clockOffsetNs: state.lastSeenNs == 0 ? 0 : state.clockOffsetNs,
                epoch: state.epoch, reads: state.reads, duplicateReads: state.duplicateReads, missing: state.missing,
                refused: refused)
        }
    }
}
