import Glibc
import Synchronization
import Testing

@testable import ANPRCore

/// One ring between two threads that follow a schedule.
final class RingRace: Sendable {
    let schedule: RaceSchedule
    let ring: RingMemory<Parcel>
    let parker = Parker()
    private let ended = Atomic<Bool>(false)
    private let refusals = Atomic<Int>(0)

    /// Longer than a test may take: a wake-up that is lost is not made good by the clock.
    static let parkNs: Nanoseconds = 900 * .second

    init(_ schedule: RaceSchedule) {
        self.schedule = schedule
        ring = RingMemory(capacity: schedule.capacity)
    }

    struct Outcome: Equatable {
        var received: UInt64 = 0
        /// Parcels that were not whole, or not the one that follows the one before.
        var wrong = 0
        /// How much lay in the ring when the consumer began, if it waited for that.
        var backlogAtStart: Int?
    }

    /// The producer on a thread of its own, the consumer on the caller's.
    func run(seed: UInt64) throws -> Outcome {
        let producer = try ThreadAgent(name: "race") { self.produce(seed: seed) }
        let outcome = consume(seed: seed ^ 0xff)
        producer.join()
        return outcome
    }

    // MARK: Producer

    private func produce(seed: UInt64) {
        var random = Random(seed: seed)
        var end = ring.producer()
        let waker = parker.waker
        var next: UInt64 = 0
        var unpublished = 0
        while next < schedule.count {
            let taken = fill(&end, next)
            next += UInt64(taken)
            unpublished += taken
            if taken == 0 {
                // ORDER: release, pairs with the acquire in consume.
                refusals.wrappingAdd(1, ordering: .releasing)
            }
            // A full ring must be shown before it is waited for: the consumer could never make room.
            if unpublished >= schedule.publish || taken == 0 {
                end.publish()
                waker.wake()
                unpublished = 0
            }
            if taken == 0 || random.chance(schedule.producerPauses) { sched_yield() }
        }
        end.publish()
        // ORDER: sequentially consistent; as a publication, before the look at who sleeps.
        ended.store(true, ordering: .sequentiallyConsistent)
        waker.wake()
    }

    // WHY: a word stored and loaded through the pointer, here and in consume: an unoptimised build makes the library's
    // `initialize`, its iterators and copies calls, in which the thread sanitizer sees nothing.
    private func fill(_ end: inout RingProducer<Parcel>, _ next: UInt64) -> Int {
        switch schedule.filling {
        case .push: return end.push(Parcel(next)) ? 1 : 0
        case .slots:
            guard let slot = end.slot() else { return 0 }
            slot.pointee = Parcel(next)
            slot.pointee.number = next
            return 1
        case .claims:
            let run = end.claim(min(schedule.publish, Int(schedule.count - next)))
            guard let base = run.baseAddress else { return 0 }
            for i in 0..<run.count {
                base[i] = Parcel(next + UInt64(i))
                base[i].number = next + UInt64(i)
            }
            return run.count
        }
    }

    // MARK: Consumer

    private func consume(seed: UInt64) -> Outcome {
        var random = Random(seed: seed)
        var end = ring.consumer()
        var outcome = Outcome()
        if schedule.beginsFull {
            // ORDER: acquire, pairs with the release in produce. Twice: the first may have come before the publication.
            while refusals.load(ordering: .acquiring) < 2 { sched_yield() }
            outcome.backlogAtStart = ring.backlog
        }
        while true {
            // ORDER: acquire; before the look: what was published before the end is seen by it.
            let hasEnded = ended.load(ordering: .acquiring)
            let batch = end.poll(schedule.poll)
            if batch.isEmpty {
                if hasEnded { return outcome }
                wait(end)
                continue
            }
            let n = schedule.releasesInPart ? random.below(batch.count + 1) : batch.count
            guard let base = batch.baseAddress else { continue }
            for i in 0..<n {
                if base[i].number != outcome.received || !base[i].isWhole { outcome.wrong += 1 }
                outcome.received += 1
            }
            if random.chance(schedule.consumerPauses) { sched_yield() }
            end.release(n)
        }
    }

    private func wait(_ end: borrowing RingConsumer<Parcel>) {
        guard schedule.waiting == .parks else {
            sched_yield()
            return
        }
        // ORDER: sequentially consistent; after the announcement, as the look at the ring.
        parker.park(nanoseconds: Self.parkNs) { end.isEmpty && !ended.load(ordering: .sequentiallyConsistent) }
    }
}
