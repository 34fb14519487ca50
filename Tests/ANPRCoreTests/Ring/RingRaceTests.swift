import Glibc
import Synchronization
import Testing

@testable import ANPRCore

/// Two threads and more at rings. The time limit is no measure: a lost wake-up sleeps past it, and only then.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RingRaceTests {
    @Test(arguments: RaceSchedule.all)
    func everySlotArrivesOnceAndInOrder(schedule: RaceSchedule) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let outcome = try RingRace(schedule).run(seed: seed)
            #expect(outcome.received == schedule.count)
            #expect(outcome.wrong == 0)
            if schedule.beginsFull { #expect(outcome.backlogAtStart == schedule.capacity) }
        }
    }

    /// As a shard has it: a ring from each receiver, one place to sleep.
    @Test func oneConsumerSleepsBeforeManyRings() throws {
        let each: UInt64 = 5000
        let rings = (0..<3).map { _ in RingMemory<Parcel>(capacity: 16) }
        let parker = Parker()
        let ended = Ended()
        let producers = try rings.enumerated().map { i, ring in
            try ThreadAgent(name: "ring \(i)") {
                var random = Random(seed: UInt64(i))
                var end = ring.producer()
                let waker = parker.waker
                var next: UInt64 = 0
                while next < each {
                    if end.push(Parcel(next)) { next += 1 }
                    waker.wake()
                    if random.chance(0.2) { sched_yield() }
                }
                ended.add()
                waker.wake()
            }
        }
        var first = rings[0].consumer()
        var second = rings[1].consumer()
        var third = rings[2].consumer()
        var received: [UInt64] = [0, 0, 0]
        var wrong = 0
        while true {
            let isLast = ended.count == 3
            var work = take(&first, &received[0], &wrong)
            work += take(&second, &received[1], &wrong)
            work += take(&third, &received[2], &wrong)
            if work > 0 { continue }
            if isLast { break }
            parker.park(nanoseconds: RingRace.parkNs) {
                first.isEmpty && second.isEmpty && third.isEmpty && ended.count < 3
            }
        }
        producers.forEach { $0.join() }
        #expect(received == [each, each, each])
        #expect(wrong == 0)
    }

    private func take(_ end: inout RingConsumer<Parcel>, _ received: inout UInt64, _ wrong: inout Int) -> Int {
        let batch = end.poll(8)
        for parcel in batch {
            if parcel != Parcel(received) { wrong += 1 }
            received += 1
        }
        let n = batch.count
        end.release(n)
        return n
    }

    /// Each side sleeps until the other has answered: every round needs two wake-ups.
    @Test func noWakeUpIsLost() throws {
        let rounds: UInt64 = 3000
        let there = RingMemory<Parcel>(capacity: 1)
        let back = RingMemory<Parcel>(capacity: 1)
        let (thereParker, backParker) = (Parker(), Parker())
        let echo = try ThreadAgent(name: "echo") {
            var from = there.consumer()
            var to = back.producer()
            for _ in 0..<rounds {
                while from.isEmpty { thereParker.park(nanoseconds: RingRace.parkNs) { from.isEmpty } }
                let number = from.poll(1)[0].number
                from.release(1)
                _ = to.push(Parcel(number + 1_000_000))
                backParker.wake()
            }
        }
        var to = there.producer()
        var from = back.consumer()
        var answers: UInt64 = 0
        for i in 0..<rounds {
            _ = to.push(Parcel(i))
            thereParker.wake()
            while from.isEmpty { backParker.park(nanoseconds: RingRace.parkNs) { from.isEmpty } }
            if from.poll(1)[0] == Parcel(i + 1_000_000) { answers += 1 }
            from.release(1)
        }
        echo.join()
        #expect(answers == rounds)
    }

    @Test func backlogSeenFromAThirdThreadIsNeverNegative() throws {
        let race = RingRace(RaceSchedule(capacity: 8, filling: .slots, publish: 3, poll: 8))
        let ended = Ended()
        let negative = Ended()
        let watcher = try ThreadAgent(name: "watcher") {
            while ended.count == 0 {
                let backlog = race.ring.backlog
                if backlog < 0 { negative.add() }
            }
        }
        let outcome = try race.run(seed: 3)
        ended.add()
        watcher.join()
        #expect(outcome.received == race.schedule.count)
        #expect(negative.count == 0)
    }
}

@Suite(.timeLimit(.minutes(10))) struct ParkerTests {
    @Test func whoHasWorkDoesNotSleep() {
        let parker = Parker()
        var looks = 0
        parker.park(nanoseconds: RingRace.parkNs) {
            looks += 1
            return false
        }
        #expect(looks == 1)
    }

    @Test func whoIsNotWokenWakesByTheClock() {
        let parker = Parker()
        // A wake-up that nobody slept for is not saved up, and does no harm.
        parker.wake()
        var looks = 0
        for _ in 0..<3 {
            parker.park(nanoseconds: 1000) {
                looks += 1
                return true
            }
        }
        #expect(looks == 3)
    }

    /// The wake-up falls between the last look and the sleep: the sleep must not happen.
    @Test func aWakeUpAfterTheLastLookCounts() {
        let parker = Parker()
        var looks = 0
        parker.park(nanoseconds: RingRace.parkNs) {
            looks += 1
            parker.wake()
            return true
        }
        #expect(looks == 1)
    }
}

/// Counts what threads have done.
final class Ended: Sendable {
    private let cell = Atomic<Int>(0)
    // ORDER: sequentially consistent; it stands beside publications and announcements of sleep.
    func add() { cell.wrappingAdd(1, ordering: .sequentiallyConsistent) }
    // ORDER: as above.
    var count: Int { cell.load(ordering: .sequentiallyConsistent) }
}
