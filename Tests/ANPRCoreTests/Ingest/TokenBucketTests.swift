import Testing

@testable import ANPRCore

@Suite struct TokenBucketTests {
    private static let startNs: Nanoseconds = 1_795_421_731 * .second

    /// Frames admitted of those that come each `stepNs` for a time.
    private static func admitted(
        _ bucket: inout TokenBucket, _ quota: FrameQuota, fromNs: Nanoseconds, stepNs: Nanoseconds, count: Int
    ) -> Int {
        (0..<count).reduce(0) {
            $0 + (bucket.admits(quota, nowNs: fromNs + Nanoseconds($1) * stepNs) ? 1 : 0)
        }
    }

    @Test func isSixteenBytesAndFullWhenZero() {
        #expect(MemoryLayout<TokenBucket>.stride == 16)
        let slab = Slab<TokenBucket>(count: 1)
        let isFull = slab.base[0].isFull
        #expect(isFull && slab.base[0] == TokenBucket())
    }

    /// Whatever the rate, over a long time it is held to the frame.
    @Test(arguments: [1, 3, 7, 1000, 65_537, 999_983] as [UInt32], [1, 2, 100] as [UInt32])
    func theRateIsHeldExactly(rate: UInt32, burst: UInt32) {
        let quota = FrameQuota(framesPerSecond: rate, burst: burst)
        var bucket = TokenBucket()
        // Tried at three times the rate, at instants that do not fit it.
        let stepNs = max(1, Nanoseconds.second / Nanoseconds(rate) / 3)
        let count = 30_000
        let n = Self.admitted(&bucket, quota, fromNs: Self.startNs, stepNs: stepNs, count: count)
        let lastNs = Nanoseconds(count - 1) * stepNs
        let expected = Int(burst) + Int(UInt64(lastNs) * UInt64(rate) / 1_000_000_000)
        // Tries in steps may miss the instant at which one more would fit, one each burst that is 1.
        #expect(n <= expected && n >= (burst == 1 ? expected * 3 / 4 : expected - 1), "\(n) of \(expected)")
    }

    @Test func aBurstIsTakenAndComesBack() {
        let quota = FrameQuota(framesPerSecond: 10, burst: 25)
        var bucket = TokenBucket()
        var taken: [Int] = []
        for second in [0, 0, 1, 2, 3, 100] as [Nanoseconds] {
            taken.append(
                Self.admitted(&bucket, quota, fromNs: Self.startNs + second * .second, stepNs: 0, count: 60))
        }
        #expect(taken == [25, 0, 10, 10, 10, 25])
        var isFull = bucket.isFull
        #expect(!isFull)
        _ = bucket.admits(quota, nowNs: Self.startNs + 200 * .second)
        isFull = bucket.isFull
        #expect(!isFull, "one was drawn")
    }

    /// Instants a little out of order give nothing away and take nothing.
    @Test func clocksThatLagGainNothing() {
        let quota = FrameQuota(framesPerSecond: 1000, burst: 10)
        var bucket = TokenBucket()
        var n = 0
        for i in 0..<20_000 {
            // 1 ms on in 20 steps, each other one 500 ms late.
            let nowNs = Self.startNs + Nanoseconds(i) * 50 * .microsecond - (i % 2 == 0 ? 0 : 500 * .millisecond)
            if bucket.admits(quota, nowNs: nowNs) { n += 1 }
        }
        #expect((1000...1010).contains(n))
    }

    /// After a clock was set, either way, the bucket neither stops nor floods.
    @Test(arguments: [-.day, -.hour, -2 * .second, 2 * .second, .hour, .day] as [Nanoseconds])
    func aClockThatIsSetStopsNothing(jumpNs: Nanoseconds) {
        let quota = FrameQuota(framesPerSecond: 100, burst: 10)
        var bucket = TokenBucket()
        let before = Self.admitted(&bucket, quota, fromNs: Self.startNs, stepNs: .millisecond, count: 1000)
        let after = Self.admitted(
            &bucket, quota, fromNs: Self.startNs + .second + jumpNs, stepNs: .millisecond, count: 1000)
        #expect((109...110).contains(before) && (99...110).contains(after))
    }

    @Test func theEndsOfTimeAndOfNumbersDoNotTrap() {
        let ends: [Nanoseconds] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        for quota in [(1, 1), (.max, .max), (1, .max), (.max, 1)] as [(UInt32, UInt32)] {
            let quota = FrameQuota(framesPerSecond: quota.0, burst: quota.1)
            for a in ends {
                for b in ends {
                    var bucket = TokenBucket()
                    let first = bucket.admits(quota, nowNs: a)
                    _ = bucket.admits(quota, nowNs: b)
                    _ = bucket.admits(quota, nowNs: a)
                    #expect(first)
                }
            }
        }
    }

    @Test func eachAddressHasItsOwn() {
        var quota = SourceQuota(FrameQuota(framesPerSecond: 10, burst: 5))
        let flooder: UInt32 = 0x0a00_0001
        var taken = 0
        for _ in 0..<100_000 where quota.admits(address: flooder, nowNs: Self.startNs) { taken += 1 }
        var others = 0
        for i in 0..<1000 as Range<UInt32> where quota.admits(address: 0x0a01_0000 + i, nowNs: Self.startNs) {
            others += 1
        }
        // Those that share the flooder's slot suffer with it: one in 4,096.
        #expect(taken == 5 && others >= 990)
    }

    @Test func addressesSpread() {
        let quota = SourceQuota(FrameQuota(framesPerSecond: 10, burst: 5))
        for step in [1, 256, 65_536] as [UInt32] {
            let slots = Set((0..<1500).map { quota.slot(of: 0x0a00_0000 &+ $0 &* step) })
            // By chance alone, 1,500 in 4,096 slots leave 1,256 that are used.
            #expect(slots.count > 1150, "\(slots.count)")
            #expect(slots.allSatisfy { (0..<SourceQuota.slots).contains($0) })
        }
    }

    @Test func aSlotIsSharedAndThenTakenOver() throws {
        var quota = SourceQuota(FrameQuota(framesPerSecond: 10, burst: 5), slots: 2)
        let first = quota.slot(of: 1)
        let other = try #require((2...100 as ClosedRange<UInt32>).first { quota.slot(of: $0) == first })
        var together = 0
        for i in 0..<20 where quota.admits(address: i % 2 == 0 ? 1 : other, nowNs: Self.startNs) { together += 1 }
        var later = 0
        for _ in 0..<20 where quota.admits(address: other, nowNs: Self.startNs + .second) { later += 1 }
        #expect(together == 5 && later == 5)
    }
}
