/// ISO 8601 for instants, at the edge only: `2026-11-23T08:15:30.123456789Z`, or a date alone (midnight UTC).
package enum Instant {
    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible
    /// low-level date algorithms").
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }

    /// The date part, `2026-11-23`.
    package static func date(_ ns: Nanoseconds) -> String { String(format(ns).prefix(10)) }

    /// With as many decimals as the instant needs (0, 3 or 9).
    package static func format(_ ns: Nanoseconds) -> String {
        let days = Int(ns >= 0 ? ns / .day : (ns - (.day - 1)) / .day)
        let (year, month, day) = date(days: days)
        let rest = ns - Nanoseconds(days) * .day
        let seconds = Int(rest / .second)
        let fraction = Int(rest % .second)
        var out = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
        out += "T\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
        if fraction % 1_000_000 != 0 {
            out += "." + pad(fraction, 9)
        } else if fraction != 0 {
            out += "." + pad(fraction / 1_000_000, 3)
        }
        return out + "Z"
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The years that nanoseconds since 1970 hold whole.
    private static let years = 1678...2261

    /// Nil when the text is neither a date nor an instant in UTC (`Z`) or with an offset (`+01:00`), or its year is
    /// not within 1678...2261.
    package static func parse(_ text: some StringProtocol) -> Nanoseconds? {
        let b = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= b.count else { return nil }
            var value = 0
            for i in from..<from + count {
                guard (0x30...0x39).contains(b[i]) else { return nil }
                value = value * 10 + Int(b[i] - 0x30)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), b[4] == 0x2d, b[7] == 0x2d,
            years.contains(year), (1...12).contains(month), day >= 1,
            date(days: days(year: year, month: month, day: day)) == (year, month, day)
        else { return nil }
        let midnight = Nanoseconds(days(year: year, month: month, day: day)) * .day
        if b.count == 10 { return midnight }
        guard b.count >= 17, b[10] == 0x54 || b[10] == 0x20, b[13] == 0x3a,
            let hour = number(11, 2), let minute = number(14, 2), hour < 24, minute < 60
        else { return nil }
        var at = 16
        var seconds = 0
        var fraction: Nanoseconds = 0
        if b[at] == 0x3a {
            guard let s = number(17, 2), s < 60 else { return nil }
            seconds = s
            at = 19
            if at < b.count, b[at] == 0x2e {
                at += 1
                var scale: Nanoseconds = 100_000_000
                while at < b.count, (0x30...0x39).contains(b[at]), scale > 0 {
                    fraction += Nanoseconds(b[at] - 0x30) * scale
                    scale /= 10
                    at += 1
                }
            }
        }
        let ns = midnight + Nanoseconds(hour * 3600 + minute * 60 + seconds) * .second + fraction
        guard at < b.count else { return nil }
        if b[at] == 0x5a, at + 1 == b.count { return ns }
        guard b[at] == 0x2b || b[at] == 0x2d, at + 6 == b.count, b[at + 3] == 0x3a,
            let offsetHours = number(at + 1, 2), let offsetMinutes = number(at + 4, 2)
        else { return nil }
        let offset = Nanoseconds(offsetHours * 3600 + offsetMinutes * 60) * .second
        return b[at] == 0x2b ? ns - offset : ns + offset
    }
}
