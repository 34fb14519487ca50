/// The clock on the wall: how far local time is ahead of UTC at an instant. Cold; for rules that name a local day or
/// hour.
package enum LocalTime: Equatable, Sendable, CustomStringConvertible {
    /// Always the same offset.
    case fixed(offsetNs: Nanoseconds)
    /// UTC+1; UTC+2 from 01:00 UTC of March's last Sunday to 01:00 UTC of October's (Directive 2000/84/EC; the same
    /// rule since 1996, earlier years are not told apart).
    case europeBrussels

    /// `Europe/Brussels`, `Z` or an offset such as `+01:00` (at most 14 hours); nil for anything else.
    package init?(_ text: String) {
        if text == "Europe/Brussels" {
            self = .europeBrussels
            return
        }
        // The instant that is midnight in that offset says how far the offset is from UTC.
        guard text == "Z" || text.hasPrefix("+") || text.hasPrefix("-"),
            let midnightNs = Instant.parse("1970-01-01T00:00" + text), abs(midnightNs) <= 14 * .hour
        else { return nil }
        self = .fixed(offsetNs: -midnightNs)
    }

    package var description: String {
        switch self {
        case .europeBrussels: return "Europe/Brussels"
        case .fixed(let offsetNs):
            let minutes = Int(abs(offsetNs) / (60 * .second))
            func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
            return "\(offsetNs < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
        }
    }

    package func offsetNs(at utcNs: Nanoseconds) -> Nanoseconds {
        switch self {
        case .fixed(let offsetNs): return offsetNs
        case .europeBrussels:
            let seconds = Self.floored(utcNs, .second)
            let year = Instant.date(days: Self.floored(utcNs, .day)).year
            let summer = Self.changeSeconds(year: year, month: 3)..<Self.changeSeconds(year: year, month: 10)
            return summer.contains(seconds) ? 2 * .hour : .hour
        }
    }

    /// The local date of an instant, in days from 1970-01-01.
    package func day(_ utcNs: Nanoseconds) -> Int { Self.floored(Int64(localSeconds(utcNs)), 86_400) }

    /// Minutes since local midnight, 0...1439.
    package func minuteOfDay(_ utcNs: Nanoseconds) -> Int {
        (localSeconds(utcNs) - day(utcNs) * 86_400) / 60
    }

    // WHY: in seconds, because the first and the last instants of 64 bits have a local time too.
    private func localSeconds(_ utcNs: Nanoseconds) -> Int {
        Self.floored(utcNs, .second) + Int(offsetNs(at: utcNs) / .second)
    }

    /// The instant at which a local date begins; the date is one that 64 bits hold.
    package func startNs(ofDay day: Int) -> Nanoseconds {
        // WHY: the clocks change at 01:00 UTC, never within the hour before a local midnight.
        let localNs = Nanoseconds(day) * .day
        return localNs - offsetNs(at: localNs - 2 * .hour)
    }

    /// 01:00 UTC of a month's last Sunday (of a month with 31 days), in seconds from 1970.
    private static func changeSeconds(year: Int, month: Int) -> Int {
        let last = Instant.days(year: year, month: month, day: 31)
        let weekday = ((last + 4) % 7 + 7) % 7  // 0 is Sunday; 1970-01-01 was a Thursday
        return (last - weekday) * 86_400 + 3600
    }

    /// The quotient rounded down, before 1970 too.
    private static func floored(_ value: Int64, _ unit: Int64) -> Int {
        Int(value / unit - (value % unit < 0 ? 1 : 0))
    }
}
