import Foundation
import Testing

@testable import ANPRCore

/// The whole engine under bad weather; `anprsim` runs any number of seeds more.
@Suite struct SimulationTests {
    private static func run(_ seed: UInt64, seconds: Int) throws -> SimulatedWorld.Result {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("anprd-simulation-\(seed)-\(seconds)")
            .path
        let list = try LineFile(path: path, truncate: true)
        for line in SimulatedWorld.listLines { list.append(line) }
        try list.flush()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = SimulatedWorld.Options(seed: seed)
        options.seconds = seconds
        return try SimulatedWorld(options, lists: path).run()
    }

    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func noRuleBreaks(seed: UInt64) throws {
        let result = try Self.run(seed, seconds: 12)
        #expect(result.problems.isEmpty, "anprsim --seed \(seed) --seconds 12 --log")
        #expect(result.reads > 0)
    }

    /// Seeds that broke a rule once: seeds/failing has one a line, with its seconds and what was wrong.
    @Test func whatBrokeOnceDoesNotBreakAgain() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: folder.appendingPathComponent("seeds/failing/simulation.csv"), encoding: .utf8)
        let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", maxSplits: 2) }
        #expect(rows.count >= 8)
        for row in rows {
            let seed = try #require(UInt64(row[0]))
            let seconds = try #require(Int(row[1]))
            let result = try Self.run(seed, seconds: seconds)
            #expect(result.problems.isEmpty, "seed \(seed): once \(row[2])")
        }
    }

    @Test func aSeedIsAFunction() throws {
        let (a, b) = (try Self.run(7, seconds: 10), try Self.run(7, seconds: 10))
        #expect(a.reads == b.reads && a.crashes == b.crashes && a.frames == b.frames && a.virtualNs == b.virtualNs)
    }
}
