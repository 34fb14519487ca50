import ANPRCore

/// What the command line asked for.
struct BenchmarkOptions {
    var names: [String] = []
    /// Only the case of this name, or, if there is none, those whose name holds this.
    var caseText = ""
    var rounds = 5
    var json = false
    var keep = false
    /// Small inputs: shows that a benchmark still works, says nothing about speed.
    var small = false
    /// The cores that the two threads of a hop are pinned to.
    var cores = (0, 1)

    static let usage = """
        usage: anprbench NAME... [--rounds N] [--json] [--keep] [--small] [--cores A,B]
                         [--case TEXT]
               anprbench curves [CURVE...] [--rounds N] [--keep] [--small]
          NAME         decode, ring, match, changes, section, pipeline, udp, durable, recovery, latency,
                       plugins, idle, or all
          CURVE        one of those that `list` names (all); printed as CSV, with --keep drawn as well
          --rounds N   rounds of each case (5); the median, the least and the most are printed
          --json       one JSON line a case
          --keep       also append the JSON lines to Benchmarks/results/, dated and with the commit
          --small      small inputs, one round: a check that all still works
          --case TEXT  only the case of this name, or those that have it in theirs
          --cores A,B  the cores that two threads are pinned to (0,1)
        Exit code: 0 when each result was the one expected, 1 otherwise, 2 for a wrong option or a debug build.
        """

    init(_ arguments: some Sequence<String>) throws(OptionProblem) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": json = true
            case "--keep": keep = true
            case "--small": small = true
            case "--rounds":
                guard let value = rest.popFirst().flatMap({ Int($0) }), (1...1000).contains(value) else {
                    throw OptionProblem("--rounds needs a number from 1 to 1000")
                }
                rounds = value
            case "--case":
                guard let text = rest.popFirst(), !text.isEmpty else {
                    throw OptionProblem("--case needs a part of a case's name, as in 'over the ring'")
                }
                caseText = text
            case "--cores":
                let cores = rest.popFirst().map { $0.split(separator: ",").compactMap { Int($0) } } ?? []
                guard cores.count == 2, cores.allSatisfy({ (0..<ThreadAgent.coreCount).contains($0) }) else {
                    throw OptionProblem("--cores needs two cores of this machine, as in 0,1")
                }
                self.cores = (cores[0], cores[1])
            default:
                guard !argument.hasPrefix("-") else { throw OptionProblem("unknown option '\(argument)'") }
                names.append(argument)
            }
        }
        if small { rounds = 1 }
        if names.isEmpty { throw OptionProblem("no benchmark named") }
    }

    func chosen(_ cases: [BenchmarkCase]) -> [BenchmarkCase] {
        guard !caseText.isEmpty else { return cases }
        let exact = cases.filter { $0.name == caseText }
        return exact.isEmpty ? cases.filter { $0.name.contains(caseText) } : exact
    }
}

struct OptionProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
