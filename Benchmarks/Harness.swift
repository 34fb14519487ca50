import ANPRCore
import AllocationCounter

/// One run of a case: how much, how long, and what came out of it.
struct Outcome {
    /// Things done (reads, items, datagrams) while the clock ran.
    let items: Int
    let ns: Nanoseconds
    /// What the run computed, in words: must be the same in each round, and the expected one where that is known.
    let result: String
    /// Figures beside the speed, as they came ("0.02 % lost").
    var remark = ""
    /// Blocks that the measuring thread asked for while the clock ran.
    var allocations: UInt64 = 0

    var perSecond: Double { Double(items) / (Double(max(ns, 1)) * 1e-9) }
}

/// One line of a benchmark: something that is run for some rounds and measured.
struct BenchmarkCase {
    let name: String
    /// What `perSecond` counts: "reads", "items", "datagrams".
    let unit: String
    /// Nil: only that all rounds agree is checked.
    let expected: String?
    let run: () throws -> Outcome

    init(_ name: String, unit: String, expected: String? = nil, run: @escaping () throws -> Outcome) {
        self.name = name
        self.unit = unit
        self.expected = expected
        self.run = run
    }
}

struct Benchmark: Sendable {
    let name: String
    let purpose: String
    /// Made when the benchmark is chosen: inputs are built here, outside the measured time.
    let cases: @Sendable (BenchmarkOptions) throws -> [BenchmarkCase]
}

/// Counts and times one piece of work of this thread.
func measure(items: Int, _ work: () throws -> String) rethrows -> Outcome {
    let blocks = allocation_counter_allocations()
    let start = Clock.monotonicNs()
    let result = try work()
    let ns = Clock.monotonicNs() - start
    return Outcome(
        items: items, ns: ns, result: result, allocations: allocation_counter_allocations() - blocks)
}

/// All rounds of one case.
struct Measurement {
    let benchmark: String
    let name: String
    let unit: String
    let outcomes: [Outcome]
    /// Nil when every result was as it should be.
    let complaint: String?

    init(_ benchmark: String, _ item: BenchmarkCase, rounds: Int) throws {
        var outcomes: [Outcome] = []
        for _ in 0..<rounds { outcomes.append(try item.run()) }
        self.benchmark = benchmark
        name = item.name
        unit = item.unit
        self.outcomes = outcomes
        let expected = item.expected ?? outcomes[0].result
        complaint = outcomes.first { $0.result != expected }.map { "expected '\(expected)', got '\($0.result)'" }
    }

    private var speeds: [Double] { outcomes.map(\.perSecond).sorted() }
    var median: Double { (speeds[(speeds.count - 1) / 2] + speeds[speeds.count / 2]) / 2 }
    var least: Double { speeds[0] }
    var most: Double { speeds[speeds.count - 1] }

    var line: String {
        let figures = [median, least, most].map { Self.padded(Self.millions($0), 9) }.joined()
        let remarks =
            ([outcomes[outcomes.count - 1].result, outcomes[outcomes.count - 1].remark]
            + (complaint.map { ["WRONG: \($0)"] } ?? [])).filter { !$0.isEmpty }
        return "\(Self.padded(name, -26))\(figures)  M \(unit)/s  \(remarks.joined(separator: "; "))"
    }

    var json: JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("benchmark", benchmark)
        line.field("case", name)
        line.field("unit", unit)
        line.field("median_per_s", Int(median))
        line.field("min_per_s", Int(least))
        line.field("max_per_s", Int(most))
        line.field("rounds", outcomes.count)
        line.field("result", outcomes[0].result)
        line.field("remark", outcomes[outcomes.count - 1].remark)
        line.field("allocations", outcomes.map(\.allocations).max() ?? 0)
        line.field("ok", complaint == nil)
        line.end(newline: true)
        return line
    }

    /// Three decimals below ten, one above.
    static func millions(_ perSecond: Double) -> String {
        let thousandths = Int(perSecond / 1e3 + 0.5)
        let text = Decimal3.text(thousandths)
        return thousandths < 10_000 ? text : String(text.dropLast(2))
    }

    /// To the right of so many columns; to their left when the count is negative.
    static func padded(_ text: String, _ columns: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(columns) - text.count))
        return columns < 0 ? text + blanks : blanks + text
    }
}
