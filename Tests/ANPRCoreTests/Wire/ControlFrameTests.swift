import Testing

@testable import ANPRCore

@Suite struct ControlFrameTests {
    private static let kinds: [ControlKind] = [.heartbeat, .acknowledgement]

    private static let acknowledgement: [UInt8] = {
        let header = ControlHeader(
            .acknowledgement, camera: 7, epoch: 1, first: 100, next: 300, keyID: 1, sentNs: GoldenFrame.nowNs)
        return ControlSample.frame(header, [SequenceRange(first: 120, count: 3), SequenceRange(first: 200, count: 43)])
    }()

    @Test func theLayoutIsAsTheProtocolSays() {
        #expect(MemoryLayout<SequenceRange>.size == ControlLayout.rangeBytes)
        #expect(ControlLayout.frameBytesMin == 48 && ControlLayout.frameBytesMax == 176)
        #expect(ControlLayout.cameraAt == FrameLayout.cameraAt, "the kernel steers by that word")
        #expect(Array(Self.acknowledgement[..<8]) == [0x41, 0x4e, 0x50, 0x43, 1, 2, 2, 1])
        #expect(Self.acknowledgement.count == 64)
    }

    @Test(arguments: 0..<8 as Range<UInt64>, kinds)
    func parsingIsTheInverseOfEncoding(seed: UInt64, kind: ControlKind) throws {
        var random = Random(seed: seed)
        for _ in 0..<250 {
            let (header, ranges) = ControlSample.sample(&random, kind)
            let key = SipKey(low: random.next(), high: random.next())
            let bytes = ControlSample.frame(header, ranges, key: key)
            #expect(bytes.count == 48 + 8 * ranges.count)
            #expect(try ControlSample.header(of: bytes, taking: kind).get() == header)
            #expect(ControlSample.ranges(of: bytes, count: ranges.count) == ranges)
            #expect(ControlSample.isSealed(bytes, by: key))
            #expect(!ControlSample.isSealed(bytes, by: SipKey(low: key.high, high: key.low)))
            #expect(bytes.withUnsafeBytes { ControlFrame.isClaimed(by: $0) })
            // Neither is taken for the other, nor for data.
            let other: ControlKind = kind == .heartbeat ? .acknowledgement : .heartbeat
            #expect(ControlSample.refusal(of: bytes, taking: other) == .badFlags)
            let asData = FrameSample.refusal(of: bytes)
            #expect(asData == .tooShort || asData == .badMagic)
        }
    }

    @Test func everyTruncationIsRefused() {
        for bytes in 0..<Self.acknowledgement.count {
            let cut = Array(Self.acknowledgement[..<bytes])
            let refusal = ControlSample.refusal(of: cut, taking: .acknowledgement)
            #expect(refusal == (bytes < 48 ? .tooShort : .badLength), "\(bytes)")
        }
        let longer = Self.acknowledgement + [0]
        #expect(ControlSample.refusal(of: longer, taking: .acknowledgement) == .badLength)
        let long = [UInt8](repeating: 0, count: ControlLayout.frameBytesMax + 1)
        #expect(ControlSample.refusal(of: long, taking: .acknowledgement) == .tooLong)
    }

    @Test func everyBitFlipIsRefusedOrBreaksTheSeal() {
        for bit in 0..<8 * Self.acknowledgement.count {
            var bytes = Self.acknowledgement
            bytes[bit / 8] ^= 1 << (bit % 8)
            let isRefused = ControlSample.refusal(of: bytes, taking: .acknowledgement) != nil
            #expect(isRefused || !ControlSample.isSealed(bytes), "bit \(bit)")
        }
    }

    @Test(arguments: [
        (ControlLayout.versionAt, UInt8(2), FrameRefusal.badVersion), (ControlLayout.kindAt, 0, .badFlags),
        (ControlLayout.kindAt, 1, .badFlags), (ControlLayout.kindAt, 3, .badFlags), (0, 0x42, .badMagic),
        (3, 0x52, .badMagic), (ControlLayout.countAt, 17, .badCount), (ControlLayout.countAt, 255, .badCount),
        (ControlLayout.countAt, 1, .badLength), (ControlLayout.countAt, 3, .badLength),
        (ControlLayout.nextAt, 99, .badCount), (ControlLayout.nextAt + 1, 0, .badCount),
        (ControlLayout.firstAt, 121, .badCount), (36, 81, .badCount), (36, 0, .badCount), (40, 122, .badCount),
        (44, 101, .badCount), (47, 255, .badCount),
    ])
    func aFaultHasItsCause(at: Int, value: UInt8, cause: FrameRefusal) {
        var bytes = Self.acknowledgement
        bytes[at] = value
        let isMeant = at != ControlLayout.nextAt || value != 99
        if !isMeant { bytes[ControlLayout.nextAt + 1] = 0 }
        #expect(ControlSample.refusal(of: bytes, taking: .acknowledgement) == cause)
    }

    @Test func aHeartbeatHasNoRanges() {
        var bytes = ControlSample.frame(
            ControlHeader(.heartbeat, camera: 7, epoch: 1, first: 0, next: 9, keyID: 1, sentNs: 1))
        #expect(bytes.count == 48 && ControlSample.refusal(of: bytes, taking: .heartbeat) == nil)
        bytes[ControlLayout.countAt] = 1
        #expect(ControlSample.refusal(of: bytes + [UInt8](repeating: 1, count: 8), taking: .heartbeat) == .badCount)
    }

    /// Sealed or not, nothing that comes may trap: noise, and noise behind a good beginning.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func noiseIsRefusedOrRead(seed: UInt64) {
        var random = Random(seed: seed)
        for _ in 0..<4000 {
            var bytes = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let kept = min(bytes.count, [0, 6, 7, 24, 40][random.below(5)])
            bytes.replaceSubrange(..<kept, with: Self.acknowledgement[..<kept])
            for kind in Self.kinds {
                guard case .success(let header) = ControlSample.header(of: bytes, taking: kind) else { continue }
                let ranges = ControlSample.ranges(of: bytes, count: Int(header.count))
                #expect(ranges.allSatisfy { $0.first >= header.first && $0.end <= UInt64(header.next) })
                #expect(!ControlSample.isSealed(bytes))
            }
        }
    }

    @Test func withoutAKeyTheTagIsZero() {
        let bytes = ControlSample.frame(
            ControlHeader(.heartbeat, camera: 7, epoch: 1, first: 0, next: 9, keyID: 0, sentNs: 1), key: nil)
        #expect(bytes.suffix(16).allSatisfy { $0 == 0 })
    }
}
