import Testing

@testable import ANPRCore

struct EventCalendarTests {
    /// Against a sorted list: the same events in the same order, also those put into the current bucket.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func givesEventsByTimeThenActor(seed: UInt64) {
        var random = Random(seed: seed)
        let actors = 1 + random.below(300)
        let horizonNs: Nanoseconds = 1 + Nanoseconds(random.below(100_000_000_000))
        var calendar = EventCalendar(actors: actors, startNs: 1000, horizonNs: horizonNs)
        var model: [(atNs: Nanoseconds, actor: Int)] = []
        for actor in 0..<actors {
            let atNs = 1000 + Nanoseconds(random.below(Int(horizonNs)))
            calendar.insert(actor: actor, atNs: atNs)
            model.append((atNs, actor))
        }
        model.sort { ($0.atNs, $0.actor) < ($1.atNs, $1.actor) }
        for _ in 0..<5000 {
            let expected = model.removeFirst()
            let event = calendar.next()
            #expect(event?.atNs == expected.atNs && event?.actor == expected.actor)
            // Some come back at once, some far ahead.
            let aheadNs = random.chance(0.3) ? Nanoseconds(random.below(3)) : Nanoseconds(random.below(Int(horizonNs)))
            let next = (atNs: expected.atNs + aheadNs, actor: expected.actor)
            calendar.insert(actor: next.actor, atNs: next.atNs)
            let place = model.firstIndex { ($0.atNs, $0.actor) > (next.atNs, next.actor) } ?? model.count
            model.insert(next, at: place)
        }
    }

    @Test func endsWhenNobodyIsDue() {
        var calendar = EventCalendar(actors: 2, startNs: 0, horizonNs: 10)
        calendar.insert(actor: 1, atNs: 5)
        #expect(calendar.next()?.actor == 1)
        #expect(calendar.next() == nil)
    }
}
