import ANPRCore

/// How long a core is away: what the machine takes by itself, below any program.
///
/// One thread a core does nothing but look at the clock. A look that comes late is a gap in which nothing could have
/// been done; what comes at an instant of it waits for its end.
enum CoreGaps {
    private static let gapMinNs: Nanoseconds = 5 * .microsecond

    private struct Gaps: Sendable {
        var looks = 0
        var lengths: [Nanoseconds] = []
    }

    static func run(seconds: Int, cores: (Int, Int)) throws -> Outcome {
        let startNs = Clock.monotonicNs()
        let runs = try [cores.0, cores.1].map { core in
            let found = Handover(Gaps())
            let thread = try ThreadAgent(name: "looker", core: core) {
                found.put(look(for: Nanoseconds(seconds) * .second))
            }
            return (thread, found)
        }
        var all = Gaps()
        for (thread, found) in runs {
            thread.join()
            let gaps = found.take()
            all.looks += gaps.looks
            all.lengths += gaps.lengths
        }
        let ns = Clock.monotonicNs() - startNs
        let words = [("p99", 0.01), ("p99.9", 0.001)].map { name, share in
            "\(name) \(wait(all.lengths, exceededFor: share * Double(2 * ns)) / .microsecond) us"
        }
        let mostNs = all.lengths.max() ?? 0
        var outcome = Outcome(items: all.looks, ns: ns, result: "")
        outcome.remark =
            "what comes at any instant waits: " + words.joined(separator: ", ")
            + ", max \(mostNs / .microsecond) us"
        return outcome
    }

    private static func look(for ns: Nanoseconds) -> Gaps {
        var gaps = Gaps()
        gaps.lengths.reserveCapacity(1 << 16)
        var lastNs = Clock.monotonicNs()
        let endNs = lastNs + ns
        while lastNs < endNs {
            let nowNs = Clock.monotonicNs()
            gaps.looks += 1
            if nowNs - lastNs > gapMinNs { gaps.lengths.append(nowNs - lastNs) }
            lastNs = nowNs
        }
        return gaps
    }

    /// The wait that is exceeded by what comes in so much of the time.
    private static func wait(_ lengths: [Nanoseconds], exceededFor ns: Double) -> Nanoseconds {
        var (low, high) = (Nanoseconds(0), lengths.max() ?? 0)
        while low < high {
            let middle = (low + high) / 2
            let exceeds = lengths.reduce(0.0) { $0 + Double(max(0, $1 - middle)) }
            if exceeds > ns { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
