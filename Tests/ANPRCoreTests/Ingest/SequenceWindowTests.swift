import Testing

@testable import ANPRCore

/// The window's bits against a set of all sequences that came.
@Suite struct SequenceWindowTests {
    /// The plain twin: it forgets nothing, and knows how far back the window tells.
    private struct Model {
        var seen: Set<UInt32> = []
        var next: UInt32 = 0

        enum Verdict: Equatable { case new(UInt64), duplicate, replay }

        func judge(first: UInt32, count: Int) -> Verdict {
            let end = Int(first) + count
            if Int(first) < max(Int(next), end) - Limits.windowReads { return .replay }
            var fresh: UInt64 = 0
            for i in 0..<count where !seen.contains(first + UInt32(i)) { fresh |= 1 << UInt64(i) }
            return fresh == 0 ? .duplicate : .new(fresh)
        }

        mutating func mark(first: UInt32, count: Int) {
            for i in 0..<count { seen.insert(first + UInt32(i)) }
            next = max(next, first + UInt32(count))
        }
    }

    private static func verdict(_ verdict: SequenceWindow.Verdict) -> Model.Verdict {
        switch verdict {
        case .new(let bits): .new(bits)
        case .duplicate: .duplicate
        case .replay: .replay
        }
    }

    /// Where the next frame begins: in order mostly, late, again, at the window's edge, or far ahead.
    private static func first(_ random: inout Random, next: UInt32, count: Int, end: UInt32) -> UInt32 {
        let back: Int
        switch random.below(12) {
        case 0...4: back = 0
        case 5: back = -random.below(100)
        case 6: back = random.below(count + 70)
        case 7: back = random.below(2 * Limits.windowReads)
        case 8: back = Limits.windowReads - random.below(3) + random.below(3)
        case 9: back = -random.below(Limits.windowReads)
        case 10 where random.chance(0.3): back = -random.below(5 * Limits.windowReads)
        default: back = random.below(200)
        }
        return UInt32(max(0, min(Int(next) - back, Int(end) - count)))
    }

    /// `end`: one past the last sequence. Near 2^32 - 1 nothing may wrap.
    @Test(arguments: 1...16 as ClosedRange<UInt64>, [0, 40_000, UInt32.max - 60_000])
    func tellsWhatASetWould(seed: UInt64, start: UInt32) {
        var random = Random(seed: seed)
        let slab = Slab<UInt64>(count: SequenceWindow.wordCount)
        let window = SequenceWindow(words: slab.base)
        var model = Model()
        model.next = start
        var next = start
        var reached: [Int] = [0, 0, 0]
        for _ in 0..<600 {
            let count = [1, Limits.frameReadsMax, 64, 1 + random.below(64)][random.below(4)]
            let first = Self.first(&random, next: next, count: count, end: .max)
            let expected = model.judge(first: first, count: count)
            let verdict = Self.verdict(window.judge(first: first, count: count, next: next))
            #expect(verdict == expected, "\(first) + \(count), next \(next)")
            switch verdict {
            case .new: reached[0] += 1
            case .duplicate: reached[1] += 1
            case .replay: reached[2] += 1
            }
            // A verdict changes nothing; only what is taken is noted.
            guard case .new = verdict, random.chance(0.9) else { continue }
            window.mark(first: first, count: count, next: &next)
            model.mark(first: first, count: count)
            #expect(next == model.next)
        }
        #expect(reached.allSatisfy { $0 > 5 }, "\(reached)")
    }

    @Test func forgetsAllWhenItIsReset() {
        let slab = Slab<UInt64>(count: SequenceWindow.wordCount)
        let window = SequenceWindow(words: slab.base)
        var next: UInt32 = 0
        window.mark(first: 0, count: 64, next: &next)
        let before = Self.verdict(window.judge(first: 0, count: 64, next: next))
        window.reset()
        let after = Self.verdict(window.judge(first: 0, count: 64, next: 0))
        #expect(before == .duplicate)
        #expect(after == .new(.max))
    }

    @Test func theEdgeIsWhereTheWindowEnds() {
        let slab = Slab<UInt64>(count: SequenceWindow.wordCount)
        let window = SequenceWindow(words: slab.base)
        var next: UInt32 = 0
        let end = UInt32(Limits.windowReads) + 10
        window.mark(first: end - 1, count: 1, next: &next)
        let verdicts = [9, 10, 11].map { Self.verdict(window.judge(first: $0, count: 1, next: next)) }
        #expect(next == end)
        #expect(verdicts == [.replay, .new(1), .new(1)])
    }
}
