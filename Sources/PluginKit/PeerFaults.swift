import ANPRCore

/// What goes wrong at a simulated peer: with which probability, by name.
package struct PeerFaults: Equatable, Sendable, CustomStringConvertible {
    /// Closes before it takes anything.
    package var refuse = 0.0
    /// Takes all, keeps nothing, closes.
    package var lose = 0.0
    /// Keeps, and closes without an answer.
    package var hide = 0.0
    /// Answers 503: half of the time before keeping, half after.
    package var fail = 0.0
    /// Answers `delayNs` later.
    package var delay = 0.0
    package var delayNs: Nanoseconds = .second
    /// Gives half an answer, then closes.
    package var half = 0.0
    /// Sends the last message that was fetched once more.
    package var twice = 0.0
    /// Answers 202 and has lost it: only asking again (`GET /kept/KEY`) shows that.
    package var forget = 0.0

    private static let places: [(name: String, path: WritableKeyPath<PeerFaults, Double> & Sendable)] = [
        ("refuse", \.refuse), ("lose", \.lose), ("hide", \.hide), ("fail", \.fail), ("delay", \.delay),
        ("half", \.half), ("twice", \.twice), ("forget", \.forget),
    ]
    package static var names: [String] { places.map(\.name) + ["delay_ms"] }

    package init() {}

    /// All of them with one probability.
    package init(all probability: Double, delayNs: Nanoseconds) {
        for place in Self.places { self[keyPath: place.path] = probability }
        self.delayNs = delayNs
    }

    /// From `refuse=.04,delay=.1,delay_ms=3000`; empty: none.
    package init(_ text: String) throws(InputProblem) {
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                String($0).trimmed
            }
            guard pair.count == 2 else { throw Self.problem("'\(part)' must be name=probability") }
            if pair[0] == "delay_ms" {
                guard let milliseconds = Nanoseconds(pair[1]), (0...600_000).contains(milliseconds) else {
                    throw Self.problem("delay_ms must be a whole number, 0 to 600000, not '\(pair[1])'")
                }
                delayNs = milliseconds * .millisecond
                continue
            }
            guard let place = Self.places.first(where: { $0.name == pair[0] }) else {
                let nearest = Spelling.nearest(pair[0], in: Self.names).map { "; did you mean '\($0)'?" } ?? ""
                throw Self.problem(
                    "there is no fault '\(pair[0])'\(nearest); known: \(Self.names.joined(separator: ", "))")
            }
            guard let probability = Double(pair[1].hasPrefix(".") ? "0" + pair[1] : pair[1]),
                (0...1).contains(probability)
            else { throw Self.problem("\(pair[0]) must be a number from 0 to 1, not '\(pair[1])'") }
            self[keyPath: place.path] = probability
        }
    }

    private static func problem(_ message: String) -> InputProblem {
        InputProblem(file: "fault", line: 0, message: message)
    }

    /// As `init(_:)` reads it.
    package var description: String {
        var parts = Self.places.filter { self[keyPath: $0.path] > 0 }.map { "\($0.name)=\(self[keyPath: $0.path])" }
        if delay > 0 { parts.append("delay_ms=\(delayNs / .millisecond)") }
        return parts.joined(separator: ",")
    }

    /// What goes wrong with one request: of those that exclude each other the first.
    struct Fate: Equatable {
        enum End { case refused, lost, failedBefore, failedAfter, forgotten, hidden, halved, answered }
        var end = End.answered
        var isDelayed = false
        var isTwice = false
    }

    /// Always as many draws, so that one probability does not change what another does.
    func fate(_ random: inout Random) -> Fate {
        var fate = Fate()
        let isBefore = random.chance(0.5)
        let ends: [(Double, Fate.End)] = [
            (refuse, .refused), (lose, .lost), (fail, isBefore ? .failedBefore : .failedAfter), (forget, .forgotten),
            (hide, .hidden), (half, .halved),
        ]
        for (probability, end) in ends where random.chance(probability) && fate.end == .answered { fate.end = end }
        fate.isDelayed = random.chance(delay)
        fate.isTwice = random.chance(twice)
        return fate
    }
}

extension String {
    /// Without blanks at its ends.
    fileprivate var trimmed: String {
        let front = drop { $0 == " " || $0 == "\n" }
        return String(front.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
    }
}
