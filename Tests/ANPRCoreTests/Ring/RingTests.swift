import Testing

@testable import ANPRCore

/// The ring on one thread: what each end may do at each fill, without any luck of timing.
@Suite struct RingTests {
    @Test(arguments: [1, 2, 8])
    func takesExactlyItsCapacityAndThenSaysSo(capacity: Int) {
        let ring = RingMemory<Parcel>(capacity: capacity)
        var producer = ring.producer()
        var consumer = ring.consumer()
        for lap in 0..<5 {
            let taken = (0..<capacity + 2).map { producer.push(Parcel(UInt64(lap * 100 + $0))) }
            #expect(taken == Array(repeating: true, count: capacity) + [false, false])
            #expect(ring.backlog == capacity)
            var got: [UInt64] = []
            while true {
                let batch = consumer.poll(3)
                if batch.isEmpty { break }
                got += batch.map(\.number)
                consumer.release(batch.count)
            }
            #expect(got == (0..<capacity).map { UInt64(lap * 100 + $0) })
            #expect(ring.backlog == 0)
        }
    }

    @Test func nothingIsSeenBeforeItIsPublished() throws {
        let ring = RingMemory<Parcel>(capacity: 4)
        var producer = ring.producer()
        var consumer = ring.consumer()
        for i in 0..<3 {
            let slot = producer.slot()
            try #require(slot).initialize(to: Parcel(UInt64(i)))
        }
        let before = (consumer.poll(4).count, consumer.isEmpty, producer.hasUnpublished, ring.backlog)
        #expect(before == (0, true, true, 0))
        producer.publish()
        let after = (consumer.poll(4).count, consumer.isEmpty, producer.hasUnpublished, ring.backlog)
        #expect(after == (3, false, false, 3))
    }

    @Test func whatIsNotReleasedStaysTheConsumers() {
        let ring = RingMemory<Parcel>(capacity: 2)
        var producer = ring.producer()
        var consumer = ring.consumer()
        let filled = [producer.push(Parcel(0)), producer.push(Parcel(1))]
        #expect(filled == [true, true])
        let looked = [consumer.poll(2).count, consumer.poll(2).count]
        #expect(looked == [2, 2], "to look is not to take")
        let whileHeld = producer.push(Parcel(2))
        #expect(!whileHeld)
        consumer.release(1)
        let afterOne = [producer.push(Parcel(2)), producer.push(Parcel(3))]
        #expect(afterOne == [true, false])
        // The rest of the last batch is one run to the end of the memory, and number 2 lies at its beginning.
        let rest = [consumer.poll(2).map(\.number)]
        consumer.release(1)
        let wrapped = [consumer.poll(2).map(\.number)]
        #expect(rest + wrapped == [[1], [2]])
    }

    @Test func claimsEndWhereTheMemoryDoes() {
        let ring = RingMemory<Parcel>(capacity: 8)
        var producer = ring.producer()
        var consumer = ring.consumer()
        let first = producer.claim(5).count
        producer.publish()
        consumer.release(consumer.poll(5).count)
        // Three are left before the end, then five from the beginning: eight in all, in two runs.
        let runs = [producer.claim(8).count, producer.claim(8).count, producer.claim(8).count]
        #expect([first] + runs == [5, 3, 5, 0])
    }

    /// Any order of calls against two queues: those filled and not shown, those shown and not given back.
    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func anyOrderOfCallsIsAQueue(seed: UInt64) {
        var random = Random(seed: seed)
        let capacity = 1 << random.below(6)
        let ring = RingMemory<Parcel>(capacity: capacity)
        var producer = ring.producer()
        var consumer = ring.consumer()
        var filled: [UInt64] = []
        var shown: [UInt64] = []
        var released = 0
        var next: UInt64 = 0
        for _ in 0..<2000 {
            let free = capacity - filled.count - shown.count
            switch random.below(5) {
            case 0:
                let slot = producer.slot()
                #expect((slot == nil) == (free == 0))
                guard let slot else { continue }
                slot.initialize(to: Parcel(next))
                filled.append(next)
                next += 1
            case 1:
                let wanted = 1 + random.below(capacity + 2)
                let run = producer.claim(wanted)
                #expect(run.count == min(wanted, free, capacity - Int(next) % capacity))
                for i in 0..<run.count { run.initializeElement(at: i, to: Parcel(next + UInt64(i))) }
                filled += (0..<run.count).map { next + UInt64($0) }
                next += UInt64(run.count)
            case 2:
                producer.publish()
                shown += filled
                filled = []
            default:
                let wanted = 1 + random.below(capacity + 2)
                let batch = consumer.poll(wanted)
                // It may know of less than there is, but never of nothing when there is something.
                #expect(batch.isEmpty == shown.isEmpty)
                #expect(batch.count <= min(wanted, capacity - released % capacity))
                #expect(Array(batch) == shown.prefix(batch.count).map { Parcel($0) })
                let n = random.below(batch.count + 1)
                consumer.release(n)
                released += n
                shown.removeFirst(n)
            }
            let (isEmpty, hasUnpublished) = (consumer.isEmpty, producer.hasUnpublished)
            #expect(isEmpty == shown.isEmpty)
            #expect(hasUnpublished == !filled.isEmpty)
            #expect(ring.backlog == shown.count)
        }
        #expect(next > 100)
    }

    @Test func misuseEndsTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = RingMemory<Int>(capacity: 3) }
        await #expect(processExitsWith: .failure) {
            let ring = RingMemory<Int>(capacity: 2)
            _ = ring.producer()
            _ = ring.producer()
        }
        await #expect(processExitsWith: .failure) {
            let ring = RingMemory<Int>(capacity: 2)
            _ = ring.consumer()
            _ = ring.consumer()
        }
    }
}
