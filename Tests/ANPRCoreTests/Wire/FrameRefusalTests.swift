import Testing

@testable import ANPRCore

/// Frames that are not taken, as far as their bytes alone tell.
@Suite struct FrameRefusalTests {
    static func sample(reads: Int = 2, sequence: UInt32 = 5) -> [UInt8] {
        var random = Random(seed: UInt64(reads))
        let header = FrameHeader(
            camera: 7, epoch: 3, sequence: sequence, count: UInt8(reads), keyID: 1, sentNs: 1_795_421_730 * .second)
        return FrameSample.frame((0..<reads).map { _ in FrameSample.read(&random) }, header)
    }

    static func changed(_ at: Int, _ value: UInt8, reads: Int = 2) -> [UInt8] {
        var bytes = sample(reads: reads)
        bytes[at] = value
        return FrameSample.resealed(bytes)
    }

    @Test func everyBitOfASealedFrameCounts() {
        for reads in [1, 2, 43] {
            let frame = Self.sample(reads: reads)
            for bit in 0..<frame.count * 8 {
                var bytes = frame
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                let isTaken = FrameSample.refusal(of: bytes) == nil && FrameSample.isSealed(bytes)
                #expect(!isTaken, "bit \(bit) of \(reads) reads")
            }
        }
    }

    @Test func everyTruncationIsRefused() {
        for reads in [1, 2, 3, 43] {
            let frame = Self.sample(reads: reads)
            for length in 0..<frame.count {
                let cause: FrameRefusal = length < 80 ? .tooShort : .badLength
                #expect(FrameSample.refusal(of: Array(frame[..<length])) == cause, "\(length) of \(frame.count)")
            }
        }
    }

    @Test func everyLengtheningIsRefused() {
        for reads in [1, 2, 43] {
            let frame = Self.sample(reads: reads)
            for more in 1...100 {
                let bytes = frame + [UInt8](repeating: 0, count: more)
                let cause: FrameRefusal = bytes.count > 1424 ? .tooLong : .badLength
                #expect(FrameSample.refusal(of: bytes) == cause)
            }
        }
        #expect(FrameSample.refusal(of: [UInt8](repeating: 0x41, count: 65507)) == .tooLong)
    }

    @Test func eachFieldHasItsCause() {
        for at in 0..<4 { #expect(FrameSample.refusal(of: Self.changed(at, 0)) == .badMagic) }
        for version in 0...255 as ClosedRange<UInt8> where version != 1 {
            #expect(FrameSample.refusal(of: Self.changed(4, version)) == .badVersion)
        }
        for flags in 1...255 as ClosedRange<UInt8> {
            #expect(FrameSample.refusal(of: Self.changed(5, flags)) == .badFlags)
        }
        for at in 20..<24 { #expect(FrameSample.refusal(of: Self.changed(at, 1)) == .badFlags) }
    }

    @Test func aCountThatLiesIsRefused() {
        for count in 0...255 as ClosedRange<UInt8> where count != 2 {
            let cause: FrameRefusal = (1...43).contains(count) ? .badLength : .badCount
            #expect(FrameSample.refusal(of: Self.changed(6, count)) == cause, "\(count)")
        }
    }

    /// The highest sequence of an epoch is 2^32 - 2: one past it must still be a number.
    @Test func sequencesDoNotWrap() {
        for reads in [1, 2, 43] {
            let last = UInt32.max - UInt32(reads)
            #expect(FrameSample.refusal(of: Self.sample(reads: reads, sequence: last)) == nil)
            for sequence in [last + 1, .max] {
                var bytes = Self.sample(reads: reads)
                withUnsafeBytes(of: sequence.littleEndian) { bytes.replaceSubrange(16..<20, with: $0) }
                #expect(FrameSample.refusal(of: FrameSample.resealed(bytes)) == .badCount, "\(sequence)")
            }
        }
    }

    @Test func causesAreCheckedInTheOrderTheyStand() {
        var bytes = Self.sample()
        bytes[0] = 0
        bytes[4] = 9
        bytes[5] = 9
        bytes[6] = 200
        #expect(FrameSample.refusal(of: bytes + [0]) == .badMagic)
        bytes[0] = 0x41
        #expect(FrameSample.refusal(of: bytes + [0]) == .badVersion)
        bytes[4] = 1
        #expect(FrameSample.refusal(of: bytes + [0]) == .badFlags)
        bytes[5] = 0
        #expect(FrameSample.refusal(of: bytes + [0]) == .badCount)
        bytes[6] = 2
        #expect(FrameSample.refusal(of: bytes + [0]) == .badLength)
        #expect(FrameSample.refusal(of: bytes) == nil)
    }

    @Test func anythingAtAllIsAnswered() {
        var random = Random(seed: 1)
        for _ in 0..<20_000 {
            var bytes = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            // Past the magic often enough to get anywhere.
            if random.chance(0.9) {
                bytes.replaceSubrange(0..<min(6, bytes.count), with: [0x41, 0x4e, 0x50, 0x52, 1, 0])
            }
            if case .success(let header) = FrameSample.header(of: bytes) { #expect(header.bytes == bytes.count) }
        }
        #expect(FrameSample.refusal(of: []) == .tooShort)
    }

    @Test func namesAreTheOnesInDocs() {
        let names = FrameRefusal.allCases.map(\.name)
        #expect(Set(names).count == FrameRefusal.allCases.count)
        for name in names { #expect(name.allSatisfy { $0.isLowercase || $0 == "_" }) }
        #expect(FrameRefusal.allCases.map { Int($0.rawValue) } == Array(0..<names.count))
    }
}
