import AllocationCounter
import Testing

@testable import ANPRCore

/// How many blocks this thread asks for while `work` runs.
func allocations(during work: () throws -> Void) rethrows -> UInt64 {
    let before = allocation_counter_allocations()
    try work()
    return allocation_counter_allocations() - before
}

/// No allocation on the way of a read. Counted for the calling thread, in debug and in release builds; the other half
/// of the budget (no lock, no reference counting) is `.ci/hot-symbols`, which looks at the release binary.
@Suite("Allocation budget", .enabled(if: allocation_counter_is_active() != 0, "a sanitizer brings its own malloc"))
struct AllocationBudgetTests {
    @Test("the counter sees an allocation, and none where there is none")
    func counterIsAwake() {
        var kept: [Int] = []
        #expect(allocations { kept = Array(repeating: 7, count: 1000) } >= 1)
        var sum = 0
        #expect(allocations { for i in 0..<1000 { sum &+= kept[i] } } == 0)
        #expect(sum == 7000)
    }

    @Test("opening and decoding a frame allocates nothing")
    func decodeAllocatesNothing() throws {
        let key = SipKey(low: 1, high: 2)
        let reads = (0..<Limits.frameReadsMax).map {
            WireRead(capturedNs: Nanoseconds($0), text: PlateText("1-ABC-\(100 + $0)"))
        }
        let header = FrameHeader(camera: 7, epoch: 1, sequence: 0, count: UInt8(reads.count), keyID: 0, sentNs: 0)
        var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytesMax)
        let length = bytes.withUnsafeMutableBytes { out in
            reads.withUnsafeBufferPointer { FrameEncoder.encode($0, header: header, key: key, into: out) }
        }
        let decoder = FrameDecoder()
        let slots = Slab<Read>(count: Limits.frameReadsMax)
        var opened = 0
        func turn() throws {
            try bytes.withUnsafeBytes { all in
                let frame = UnsafeRawBufferPointer(rebasing: all[..<length])
                let header = try FrameDecoder.header(of: frame)
                guard FrameSeal.holds(frame, by: key) else { return }
                for i in 0..<Int(header.count) {
                    decoder.decode(
                        FrameDecoder.wireRead(frame, at: i), camera: header.camera, epoch: header.epoch,
                        sequence: header.sequence + UInt32(i), receivedNs: 0, into: slots.base + i)
                    opened += slots.base[i].plate.isNone ? 0 : 1
                }
            }
        }
        try turn()  // generic metadata is made on first use
        #expect(try allocations { for _ in 0..<100 { try turn() } } == 0)
        #expect(opened == 101 * Limits.frameReadsMax)
    }

    /// Takes frames and forgets them.
    private struct Discarding: FrameSink {
        var frames = 0
        mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) -> FrameFate {
            frames += 1
            return .sent
        }
        mutating func finish() {}
    }

    @Test("a camera's store keeps, sends, forgets and sends again without allocating")
    func storeAllocatesNothing() throws {
        let key = SipKey(low: 1, high: 2)
        var store = CameraStore(camera: 7, key: CameraBank.Key(id: 1, key: key), seed: 1)
        var sink = Discarding()
        let read = WireRead(capturedNs: 1, text: PlateText("1-ABC-234"))
        let bytes = Slab<UInt8>(count: ControlLayout.frameBytesMax)
        let ranges = Slab<SequenceRange>(count: 1)
        var nowNs: Nanoseconds = .second
        var refused = 0
        func turn() throws {
            for _ in 0..<86 { store.append(read, nowNs: nowNs) }
            try store.poll(nowNs: nowNs, sentNs: nowNs, into: &sink)
            nowNs += .second
            // The ten newest of those that went out are missing.
            let next = store.nextSequence
            ranges.base[0] = SequenceRange(first: next - 40, count: 10)
            let header = ControlHeader(
                .acknowledgement, camera: 7, epoch: 1, first: next - 80, next: next, keyID: 1, sentNs: nowNs)
            let length = ControlFrame.encode(
                header, ranges: UnsafeBufferPointer(start: ranges.base, count: 1), key: key,
                into: UnsafeMutableRawBufferPointer(start: bytes.base, count: bytes.count))
            let frame = UnsafeRawBufferPointer(start: bytes.base, count: length)
            if store.take(frame, nowNs: nowNs) != nil { refused += 1 }
            try store.poll(nowNs: nowNs, sentNs: nowNs, into: &sink)
        }
        try turn()
        #expect(try allocations { for _ in 0..<100 { try turn() } } == 0)
        let resent = store.counts.resentReads
        #expect(refused == 0 && resent >= 1000 && sink.frames > 300)
    }
}
