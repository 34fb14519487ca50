/// How a cost grows with one thing, all else equal.
struct Curve: Sendable {
    /// Of its files.
    let name: String
    let title: String
    /// What grows.
    let along: String
    /// What is measured, with its unit.
    let cost: String
    /// One case after the other, from the smallest; `samples` are made by calling `run`.
    let cases: @Sendable (BenchmarkOptions) -> [CurveCase]
}

/// One place on a curve.
struct CurveCase {
    let series: String
    let x: Int
    /// Makes its inputs, and returns what takes one sample of the cost.
    let make: () throws -> () throws -> Double

    init(_ series: String, _ x: Int, _ make: @escaping () throws -> () throws -> Double) {
        self.series = series
        self.x = x
        self.make = make
    }
}

/// A case that was measured.
struct CurvePoint {
    let series: String
    let x: Int
    let median: Double
    let least: Double
    let most: Double

    init(_ item: CurveCase, rounds: Int) throws {
        let sample = try item.make()
        _ = try sample()  // once for caches and pages
        let samples = try (0..<rounds).map { _ in try sample() }.sorted()
        series = item.series
        x = item.x
        median = (samples[(rounds - 1) / 2] + samples[rounds / 2]) / 2
        least = samples[0]
        most = samples[rounds - 1]
    }
}
