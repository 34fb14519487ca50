import Testing

@testable import ANPRCore

/// How the two sides of a race go about it.
struct RaceSchedule: Sendable, CustomTestStringConvertible {
    enum Filling: Sendable { case push, slots, claims }
    enum Waiting: Sendable { case yields, parks }

    var capacity: Int
    var filling: Filling
    /// Slots between two publications, elements in one look.
    var publish = 1
    var poll = 1
    /// The consumer gives back less than it looked at, by chance.
    var releasesInPart = false
    var waiting = Waiting.yields
    /// The consumer begins when the ring has been full once.
    var beginsFull = false
    /// How often either side gives its core away in the middle of it.
    var producerPauses = 0.0
    var consumerPauses = 0.0
    var count: UInt64 = 20_000

    static let all = [
        RaceSchedule(capacity: 1, filling: .push, count: 4000),
        RaceSchedule(capacity: 1, filling: .claims, waiting: .parks, count: 4000),
        RaceSchedule(capacity: 2, filling: .slots, publish: 2, poll: 2, beginsFull: true, count: 8000),
        RaceSchedule(capacity: 4, filling: .push, poll: 4, waiting: .parks, producerPauses: 0.3),
        RaceSchedule(capacity: 8, filling: .slots, publish: 3, poll: 5, releasesInPart: true),
        RaceSchedule(capacity: 8, filling: .claims, publish: 5, poll: 3, beginsFull: true, consumerPauses: 0.5),
        RaceSchedule(capacity: 64, filling: .slots, publish: 7, poll: 64, waiting: .parks, producerPauses: 0.1),
        RaceSchedule(
            capacity: 64, filling: .claims, publish: 64, poll: 1, releasesInPart: true, waiting: .parks,
            consumerPauses: 0.1),
        RaceSchedule(capacity: 1024, filling: .push, poll: 256, producerPauses: 0.01),
        RaceSchedule(capacity: 1024, filling: .slots, publish: 43, poll: 256, beginsFull: true),
        RaceSchedule(capacity: 4096, filling: .claims, publish: 43, poll: 256, waiting: .parks, consumerPauses: 0.2),
    ]

    var testDescription: String {
        "\(capacity) slots, \(filling), publishes \(publish), looks at \(poll), \(waiting)"
            + (releasesInPart ? ", releases in part" : "") + (beginsFull ? ", begins full" : "")
    }
}
