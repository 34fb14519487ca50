import ANPRCore
import Glibc

extension Benchmark {
    static let all: [Benchmark] = [
        .decode, .ring, .match, .changes, .section, .pipeline, .udp, .durable, .recovery, .latency, .plugins, .idle,
    ]
}

func say(_ text: String, to descriptor: CInt = STDOUT_FILENO) {
    let bytes = Array((text + "\n").utf8)
    _ = write(descriptor, bytes, bytes.count)
}

func run() throws -> Int32 {
    let options = try BenchmarkOptions(CommandLine.arguments.dropFirst())
    if options.names.contains("list") {
        for benchmark in Benchmark.all { say("\(Measurement.padded(benchmark.name, -10))\(benchmark.purpose)") }
        say("curves    how costs grow: \(Curve.all.map(\.name).joined(separator: ", "))")
        return 0
    }
    if options.names.first == "curves" {
        try CurveFiles.run(options, Array(options.names.dropFirst()))
        return 0
    }
    let names = options.names == ["all"] ? Benchmark.all.map(\.name) : options.names
    var measurements: [Measurement] = []
    for name in names {
        guard let benchmark = Benchmark.all.first(where: { $0.name == name }) else {
            throw OptionProblem("there is no benchmark '\(name)'; `list` names them")
        }
        if !options.json {
            say(
                "\(name): median, least, most of \(options.rounds)\(options.small ? " (small: not a measurement)" : "")"
            )
        }
        for item in options.chosen(try benchmark.cases(options)) {
            let measurement = try Measurement(name, item, rounds: options.rounds)
            measurements.append(measurement)
            say(options.json ? String(measurement.json.string.dropLast()) : "  " + measurement.line)
        }
    }
    if options.keep { say("kept in \(try ResultFile.keep(measurements))", to: STDERR_FILENO) }
    return measurements.allSatisfy { $0.complaint == nil } ? 0 : 1
}

#if DEBUG
    say("anprbench: a debug build measures nothing; use swift run -c release anprbench", to: STDERR_FILENO)
    exit(2)
#else
    if CommandLine.arguments.dropFirst().contains(where: { ["--help", "-h", "help"].contains($0) }) {
        say(BenchmarkOptions.usage)
        exit(0)
    }
    do {
        exit(try run())
    } catch let problem as OptionProblem {
        say("anprbench: \(problem.message)\n\(BenchmarkOptions.usage)", to: STDERR_FILENO)
        exit(2)
    } catch {
        say("anprbench: \(error)", to: STDERR_FILENO)
        exit(1)
    }
#endif
