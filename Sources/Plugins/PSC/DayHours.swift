/// Hours of each day: `22:00-06:00`, several separated by blanks. From inclusive, to exclusive; when from is after to,
/// over midnight.
struct DayHours: Equatable, Sendable, CustomStringConvertible {
    /// Minutes since midnight.
    let spans: [Span]

    struct Span: Equatable, Sendable {
        let fromMinute: Int
        let toMinute: Int
    }

    /// Nil when it is not that, or a span is empty (for the whole day write 00:00-24:00).
    init?(_ text: String) {
        var spans: [Span] = []
        for part in text.split(separator: " ") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let from = Self.minute(ends[0]), let to = Self.minute(ends[1]), from != to,
                from < 1440
            else { return nil }
            spans.append(Span(fromMinute: from, toMinute: to))
        }
        guard !spans.isEmpty else { return nil }
        self.spans = spans
    }

    /// As `init(_:)` reads it.
    var description: String {
        func clock(_ minute: Int) -> String {
            let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
            return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
        }
        return spans.map { "\(clock($0.fromMinute))-\(clock($0.toMinute))" }.joined(separator: " ")
    }

    func contains(minuteOfDay minute: Int) -> Bool {
        spans.contains { span in
            span.fromMinute < span.toMinute
                ? minute >= span.fromMinute && minute < span.toMinute
                : minute >= span.fromMinute || minute < span.toMinute
        }
    }

    private static func minute(_ text: Substring) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0x30...0x39).contains(bytes[$0]) })
        else { return nil }
        let hour = Int(bytes[0] - 0x30) * 10 + Int(bytes[1] - 0x30)
        let minute = Int(bytes[3] - 0x30) * 10 + Int(bytes[4] - 0x30)
        guard minute < 60, hour < 24 || hour == 24 && minute == 0 else { return nil }
        return hour * 60 + minute
    }
}
