import Testing

@testable import ANPRCore

struct LossyRelayTests {
    /// What comes out, in order: when, and the number that each datagram bears.
    private struct Out: Equatable {
        var atNs: Nanoseconds
        var number: Int
    }

    private static func options(
        seed: UInt64, loss: Double = 0, duplicate: Double = 0, reorder: Double = 0, delayNs: Nanoseconds = 0
    ) -> LossyRelay.Options {
        var options = LossyRelay.Options()
        options.seed = seed
        options.loss = loss
        options.duplicate = duplicate
        options.reorder = reorder
        options.delayNs = delayNs
        return options
    }

    /// Sends numbered datagrams at even distances, and steps from one due time to the next.
    private static func run(_ relay: inout LossyRelay, count: Int, everyNs: Nanoseconds) -> [Out] {
        var out: [Out] = []
        func release(_ relay: inout LossyRelay, untilNs: Nanoseconds) {
            while let nextNs = relay.nextNs, nextNs <= untilNs {
                while let (bytes, tag) = relay.takeDue(nowNs: nextNs) {
                    let number = bytes.loadUnaligned(as: Int.self)
                    #expect(bytes.count == 8 + number % 100 && tag == number % 3)
                    out.append(Out(atNs: nextNs, number: number))
                }
            }
        }
        for number in 0..<count {
            let nowNs = Nanoseconds(number) * everyNs
            release(&relay, untilNs: nowNs)
            var bytes = [UInt8](repeating: 7, count: 8 + number % 100)
            bytes.withUnsafeMutableBytes { $0.storeBytes(of: number, as: Int.self) }
            bytes.withUnsafeBytes { relay.take($0, tag: number % 3, nowNs: nowNs) }
        }
        release(&relay, untilNs: .max)
        return out
    }

    @Test func withoutFaultsAllComesOutInOrderAndInTime() {
        var relay = LossyRelay(Self.options(seed: 1, delayNs: 5 * .millisecond))
        let out = Self.run(&relay, count: 1000, everyNs: .microsecond)
        #expect(out == (0..<1000).map { Out(atNs: Nanoseconds($0) * .microsecond + 5 * .millisecond, number: $0) })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func theRatesAreThoseAskedFor(seed: UInt64) {
        let count = 100_000
        var relay = LossyRelay(
            Self.options(seed: seed, loss: 0.1, duplicate: 0.05, reorder: 0.2, delayNs: .millisecond))
        let out = Self.run(&relay, count: count, everyNs: 100 * .microsecond)
        let counts = relay.counts
        // Five standard deviations.
        #expect(counts.taken == count && abs(counts.lost - 10_000) < 475)
        #expect(abs(counts.duplicated - 4_500) < 327 && abs(counts.reordered - 18_000) < 607)
        #expect(counts.overflowed == 0 && counts.tooLong == 0)
        #expect(counts.delivered == count - counts.lost + counts.duplicated && out.count == counts.delivered)
        let times = Dictionary(grouping: out, by: \.number)
        #expect(times.count == count - counts.lost && times.count { $0.value.count == 2 } == counts.duplicated)
        let latestNs = out.map { $0.atNs - Nanoseconds($0.number) * 100 * .microsecond }.max()!
        #expect(latestNs <= 21 * .millisecond && latestNs > 20 * .millisecond)
        // Overtaken: a higher number came out before.
        var highest = -1
        var overtaken = 0
        for one in out {
            if one.number < highest { overtaken += 1 }
            highest = max(highest, one.number)
        }
        #expect(overtaken > 18_000 && overtaken < 25_000)
    }

    @Test func theSameSeedDecidesAlikeWhateverTheTimes() {
        func fates(_ seed: UInt64) -> [LossyRelay.Fate] {
            var relay = LossyRelay(Self.options(seed: seed, loss: 0.3, duplicate: 0.3, reorder: 0.3))
            return (0..<1000).map { _ in relay.nextFate() }
        }
        #expect(fates(7) == fates(7) && fates(7) != fates(8))
        func numbers(everyNs: Nanoseconds) -> [Int] {
            var relay = LossyRelay(Self.options(seed: 9, loss: 0.3, duplicate: 0.3, reorder: 0.3))
            return Self.run(&relay, count: 1000, everyNs: everyNs).map(\.number).sorted()
        }
        #expect(numbers(everyNs: 0) == numbers(everyNs: .second))
    }

    @Test func withoutRoomAndOverlongIsLost() {
        var options = Self.options(seed: 1, delayNs: .second)
        options.capacity = 10
        var relay = LossyRelay(options)
        let out = Self.run(&relay, count: 25, everyNs: 0)
        #expect(out.map(\.number) == Array(0..<10) && relay.counts.overflowed == 15)
        let long = [UInt8](repeating: 0, count: LossyRelay.datagramBytesMax + 1)
        long.withUnsafeBytes { relay.take($0, tag: 0, nowNs: 0) }
        #expect(relay.counts.tooLong == 1 && relay.nextNs == nil)
    }
}
