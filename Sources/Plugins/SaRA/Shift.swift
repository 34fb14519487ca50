import ANPRCore

/// A third of a day's work. The night belongs to the day on which it begins.
enum Shift: UInt8, CaseIterable, Comparable, Sendable {
    case early = 1
    case late = 2
    case night = 3

    /// WHY kept: asked for with each hit, and to ask the runtime takes a microsecond.
    private static let names = allCases.map { "\($0)" }
    var name: String { Self.names[Int(rawValue) - 1] }

    init?(name: String) {
        guard let shift = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = shift
    }

    static func < (a: Shift, b: Shift) -> Bool { a.rawValue < b.rawValue }

    /// 06:00, 14:00 and 22:00.
    private static let startMinutes: [(minute: Int, shift: Shift)] = [(360, .early), (840, .late), (1320, .night)]

    /// The shift of an instant, and the local day that it belongs to.
    static func of(_ ns: Nanoseconds, _ localTime: LocalTime) -> (day: Int, shift: Shift) {
        let (day, minute) = (localTime.day(ns), localTime.minuteOfDay(ns))
        guard let start = startMinutes.last(where: { $0.minute <= minute }) else { return (day - 1, .night) }
        return (day, start.shift)
    }

    /// From here on all of a day's shifts are over.
    static func endNs(ofDay day: Int, _ localTime: LocalTime) -> Nanoseconds {
        localTime.startNs(ofDay: day + 1) + 6 * .hour
    }
}
