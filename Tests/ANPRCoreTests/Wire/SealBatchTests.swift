import CLinux
import Testing

@testable import ANPRCore

/// Seals that are worked out side by side, held against those worked out one by one.
@Suite struct SealBatchTests {
    /// A frame as far as a seal is concerned: words, and a tag behind them that holds or does not.
    private struct Sample {
        var bytes: [UInt8]
        let key: SipKey
        let isGood: Bool

        init(_ random: inout Random, words: Int) {
            bytes = (0..<8 * words).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let key = SipKey(low: random.next(), high: random.next())
            self.key = key
            let seal = bytes.withUnsafeBytes { SipHash.seal($0, key: key) }
            bytes += FrameSample.bytes(of: seal)
            isGood = random.chance(0.7)
            if !isGood { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
        }
    }

    /// Frames in memory that does not move.
    private static func withFrames(
        _ samples: [Sample], _ body: ([UnsafeRawBufferPointer]) -> Void
    ) {
        let copies = samples.map { sample in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: sample.bytes.count, alignment: 8)
            copy.copyBytes(from: sample.bytes)
            return copy
        }
        body(copies.map { UnsafeRawBufferPointer($0) })
        for copy in copies { copy.deallocate() }
    }

    /// Of any lengths, in groups of any size; some frames are passed over, some asked for with another key.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func sayWhatSingleSealsSay(seed: UInt64) {
        var random = Random(seed: seed)
        var batch = SealBatch(worthwhile: 1)
        for _ in 0..<200 {
            let isEven = random.chance(0.3)
            let words = random.below(180)
            let samples = (0..<1 + random.below(SealBatch.framesMax)).map { _ in
                Sample(&random, words: isEven ? words : random.below(180))
            }
            Self.withFrames(samples) { frames in
                batch.clear()
                for (sample, frame) in zip(samples, frames) { batch.add(frame, key: sample.key) }
                batch.foretell()
                for (sample, frame) in zip(samples, frames) where random.chance(0.9) {
                    let other = SipKey(low: sample.key.low ^ 1, high: sample.key.high)
                    let isOther = random.chance(0.1)
                    let holds = batch.holds(frame, by: isOther ? other : sample.key)
                    #expect(holds == (sample.isGood && !isOther))
                }
            }
        }
    }

    /// What stands at an address after the group was taken is not what was foretold.
    @Test func forgetWhatIsCleared() {
        var random = Random(seed: 1)
        let samples = (0..<8).map { _ in Sample(&random, words: 20) }
        Self.withFrames(samples) { frames in
            var batch = SealBatch(worthwhile: 1)
            for (sample, frame) in zip(samples, frames) { batch.add(frame, key: sample.key) }
            batch.foretell()
            batch.clear()
            let bytes = UnsafeMutableRawBufferPointer(mutating: frames[0])
            bytes[0] ^= 1
            let holds = batch.holds(frames[0], by: samples[0].key)
            #expect(!holds)
        }
    }

    /// The lines that are built for the machine's vectors, built without them.
    @Test func areTheSameWithoutVectors() {
        var random = Random(seed: 2)
        for round in 0..<50 {
            let messages = (0..<Int(CLINUX_SEALS)).map { _ in (0..<random.below(40)).map { _ in random.next() } }
            let keys = messages.map { _ in SipKey(low: random.next(), high: random.next()) }
            var sealed = zip(messages, keys).map { message, key in
                let copy = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, message.count))
                copy.update(from: message, count: message.count)
                return clinux_sealed(
                    base: copy, words: UInt64(message.count), key: (key.low, key.high), seal: (0, 0))
            }
            clinux_seal_together_plain(&sealed)
            for (i, message) in messages.enumerated() {
                let expected = message.withUnsafeBytes { SipHash.seal($0, key: keys[i]) }
                #expect(sealed[i].seal == (expected.low, expected.high), "round \(round), message \(i)")
                sealed[i].base.deallocate()
            }
        }
    }
}
