import Testing

@testable import ANPRCore

/// A shard's end of the streams: what a subscription has no room for is counted, and nobody else hears of it.
@Suite struct StreamFanTests {
    private static func numbers(_ ring: RingMemory<StreamEvent>) -> [Int] {
        var consumer = ring.consumer()
        let events = consumer.poll(1 << 20)
        return events.indices.map { Int(StreamEvent.hit(events.baseAddress! + $0).read.sequence) }
    }

    @Test func whatFindsTheBacklogFullIsCountedForThatPluginAlone() {
        let small = Subscription(name: "small", interests: [.hits], watcher: nil, shards: 2, backlog: 4)
        let large = Subscription(name: "large", interests: [.hits, .records], watcher: nil, shards: 2, backlog: 64)
        var first = StreamFan([small, large], shard: 0)
        var second = StreamFan([small, large], shard: 1)
        // On this thread nobody takes anything: if a full ring were waited for, this would never end.
        for i in 0..<10 { first.found(StreamSample.hit(i), at: 0) }
        for i in 0..<3 { second.found(StreamSample.hit(100 + i), at: 0) }
        #expect(small.droppedEvents == 6 && large.droppedEvents == 0)
        #expect(small.backlog == 0, "nothing is seen before it is published")
        first.publish()
        second.publish()
        #expect(small.backlog == 4 + 3 && large.backlog == 13)
        for i in 0..<5 { second.found(StreamSample.hit(200 + i), at: 0) }
        second.publish()
        #expect(small.droppedEvents == 6 + 4 && large.droppedEvents == 0)
        // The oldest are kept, in their order.
        #expect(Self.numbers(small.rings[0]) == [0, 1, 2, 3])
        #expect(Self.numbers(small.rings[1]) == [100, 101, 102, 200])
        #expect(Self.numbers(large.rings[0]) == Array(0..<10))
    }

    @Test func roomThatIsMadeIsUsedAgain() {
        let subscription = Subscription(name: "s", interests: [.hits], watcher: nil, shards: 1, backlog: 2)
        var fan = StreamFan([subscription], shard: 0)
        var consumer = subscription.rings[0].consumer()
        var taken: [Int] = []
        for i in 0..<30 {
            fan.found(StreamSample.hit(i), at: 0)
            fan.publish()
            guard i % 3 == 2 else { continue }
            let batch = consumer.poll(8)
            taken += batch.indices.map { Int(StreamEvent.hit(batch.baseAddress! + $0).read.sequence) }
            let n = batch.count
            consumer.release(n)
            if n < 2 {
                let rest = consumer.poll(8)
                taken += rest.indices.map { Int(StreamEvent.hit(rest.baseAddress! + $0).read.sequence) }
                let m = rest.count
                consumer.release(m)
            }
        }
        #expect(taken == (0..<30).filter { $0 % 3 != 2 })
        #expect(subscription.droppedEvents == 10)
    }

    @Test func eachSubscriptionGetsWhatItAskedFor() {
        let all = Subscription(
            name: "all", interests: [.hits, .records, .watchedReads], watcher: 0, shards: 1, backlog: 8)
        let other = Subscription(name: "other", interests: [.watchedReads], watcher: 1, shards: 1, backlog: 2)
        var fan = StreamFan([other, all], shard: 0)
        for i in 0..<3 { fan.found(StreamSample.hit(i), at: 0) }
        for i in 0..<2 { fan.recorded(StreamSample.record(i)) }
        for i in 0..<4 { fan.watched(StreamSample.read(i), at: 0, by: 0) }
        fan.watched(StreamSample.read(9), at: 0, by: 1)
        // Nobody watches as number 2.
        fan.watched(StreamSample.read(9), at: 0, by: 2)
        fan.publish()
        #expect(all.droppedEvents == 1 && all.backlog == 8)
        #expect(other.droppedEvents == 0 && other.backlog == 1)
        var consumer = other.rings[0].consumer()
        let events = consumer.poll(8)
        let reads = events.indices.map { StreamEvent.read(events.baseAddress! + $0).sequence }
        #expect(reads == [9])
    }

    @Test func whatTheShardRecordsIsCountedThoughNobodyAskedForIt() {
        var fan = StreamFan([], shard: 0)
        fan.found(StreamSample.hit(1), at: 0)
        fan.recorded(StreamSample.record(1, isOffence: true))
        fan.recorded(StreamSample.record(2, isOffence: true, review: .lookAlike))
        fan.recorded(StreamSample.record(3, review: .uncertified))
        fan.publish()
        #expect(fan.counts.records == 3 && fan.counts.offences == 2 && fan.counts.reviews == 1)
    }
}
