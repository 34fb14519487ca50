import ANPRCore
import Glibc

/// Runs the whole engine's simulation for any number of seeds, on every core; prints each seed that breaks a rule.
///
///     anprsim --seeds 10000            seeds 1 to 10,000
///     anprsim --seed 4711 --log        one, with what happened in it
struct SimulationRun {
    var first: UInt64 = 1
    var count = 100
    var seconds = 60
    var hasLog = false

    static let usage = """
        usage: anprsim [--seeds N] [--from N] [--seed N] [--seconds N] [--log]
          --seeds N     so many seeds (default 100)
          --from N      the first (default 1)
          --seed N      this one alone
          --seconds N   virtual time in which things go wrong (default 60)
          --log         what happened, line by line (with --seed)

        """

    init(_ words: [String]) throws(UsageProblem) {
        var words = words[...]
        func number() throws(UsageProblem) -> Int {
            guard let text = words.popFirst(), let number = Int(text), number > 0 else {
                throw UsageProblem(text: "a number above 0 is missing")
            }
            return number
        }
        while let word = words.popFirst() {
            switch word {
            case "--seeds": count = try number()
            case "--from": first = UInt64(try number())
            case "--seed":
                first = UInt64(try number())
                count = 1
            case "--seconds": seconds = try number()
            case "--log": hasLog = true
            default: throw UsageProblem(text: "unknown word '\(word)'")
            }
        }
    }

    func run() throws -> CInt {
        let path = "/tmp/anprsim-\(getpid()).csv"
        let list = try LineFile(path: path, truncate: true)
        for line in SimulatedWorld.listLines { list.append(line) }
        try list.flush()
        defer { unlink(path) }
        var total = SimulatedWorld.Result()
        var broken: [UInt64] = []
        var late = 0
        let startNs = Clock.monotonicNs()
        for seed in first..<first + UInt64(count) {
            var options = SimulatedWorld.Options(seed: seed)
            options.seconds = seconds
            let world = try SimulatedWorld(options, lists: path, say: hasLog ? { print($0) } : nil)
            let result = world.run()
            total.add(result)
            late += result.isLate ? 1 : 0
            if !result.problems.isEmpty {
                broken.append(seed)
                print("seed \(seed) breaks:")
                for problem in result.problems { print("  \(problem)") }
                print("  again, with its log:  anprsim --seed \(seed) --seconds \(seconds) --log")
            }
            fflush(nil)
        }
        let hours = Double(total.virtualNs) / 3.6e12
        let seconds = Double(Clock.monotonicNs() - startNs) / 1e9
        print(
            "\(count) seeds, \(broken.count) broken; \((hours * 100).rounded() / 100) virtual hours in "
                + "\((seconds * 10).rounded() / 10) s; reads \(total.reads), hits \(total.hits), records "
                + "\(total.records) (not compared in \(late) runs: too late), fines \(total.effects), crashes "
                + "\(total.crashes), shards back from a saved state \(total.restored), "
                + "bits turned over \(total.flips) (\(total.damages) starts refused for it), "
                + "frames \(total.frames) (\(total.framesLost) lost), refused starts "
                + "\(total.diskErrors), turns stalled \(total.stalls)")
        if !broken.isEmpty { print("broken seeds: \(broken.map(String.init).joined(separator: " "))") }
        return broken.isEmpty ? 0 : 1
    }
}

struct UsageProblem: Error {
    let text: String
}

func complain(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

do {
    exit(try SimulationRun(Array(CommandLine.arguments.dropFirst())).run())
} catch let problem as UsageProblem {
    complain("anprsim: \(problem.text)\n\(SimulationRun.usage)")
    exit(2)
} catch {
    complain("anprsim: \(error)\n")
    exit(1)
}
