import ANPRCore

/// A word on the command line that changes what a command does.
struct Flag {
    let name: String
    /// What its value is called in the help; nil for a switch.
    let value: String?
    let help: String
    init(_ name: String, _ value: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
    }
}

/// The user asked for something that there is not: usage on standard error, exit code 2.
struct UsageError: Error {
    let message: String
    let usage: String?
    init(_ message: String, usage: String? = nil) {
        self.message = message
        self.usage = usage
    }
}

/// The flags and operands of one call, checked against the command's table.
struct Arguments {
    private(set) var operands: [String] = []
    private var values: [String: String] = [:]
    private var switches: Set<String> = []
    private let usage: String

    init(_ words: [String], of command: Command) throws(UsageError) {
        usage = command.shortUsage
        var at = 0
        while at < words.count {
            let word = words[at]
            at += 1
            guard word.hasPrefix("--"), word.count > 2 else {
                if word.hasPrefix("-"), word != "-" {
                    throw UsageError("'\(word)' is no flag; flags begin with --", usage: usage)
                }
                operands.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let flag = command.flags.first(where: { $0.name == name }) else {
                let nearest =
                    Spelling.nearest(name, in: command.flags.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
                throw UsageError("'\(command.name)' has no flag --\(name)\(nearest)", usage: usage)
            }
            if flag.value == nil {
                guard parts.count == 1 else { throw UsageError("--\(name) takes no value", usage: usage) }
                switches.insert(name)
            } else {
                if parts.count == 1, at >= words.count {
                    throw UsageError("--\(name) needs a value: \(flag.value!)", usage: usage)
                }
                let value = parts.count == 2 ? String(parts[1]) : words[at]
                if parts.count == 1 { at += 1 }
                guard values.updateValue(value, forKey: name) == nil else {
                    throw UsageError("--\(name) stands twice", usage: usage)
                }
            }
        }
        if let problem = Self.operandProblem(operands, command) { throw UsageError(problem, usage: usage) }
    }

    private static func operandProblem(_ operands: [String], _ command: Command) -> String? {
        let allowed = command.operands
        if operands.count < allowed.lowerBound {
            return "'\(command.name)' needs \(allowed.lowerBound) operand(s), and was given \(operands.count)"
        }
        guard operands.count > allowed.upperBound else { return nil }
        let extra = operands[allowed.upperBound]
        let takes = allowed.upperBound == 0 ? "no operand" : "at most \(allowed.upperBound) operand(s)"
        let config = command.flags.contains { $0.name == "config" && extra.hasSuffix(".json5") }
        let meant = config ? "; did you mean --config \(extra)?" : ""
        return "'\(command.name)' takes \(takes), and '\(extra)' is one too many\(meant)"
    }

    func has(_ name: String) -> Bool { switches.contains(name) }
    func text(_ name: String) -> String? { values[name] }

    func required(_ name: String) throws(UsageError) -> String {
        guard let value = values[name] else { throw UsageError("--\(name) is missing", usage: usage) }
        return value
    }

    func integer(_ name: String, _ range: ClosedRange<Int>, default fallback: Int) throws(UsageError) -> Int {
        guard let text = values[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw UsageError(
                "--\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'",
                usage: usage)
        }
        return value
    }

    func number(_ name: String, _ range: ClosedRange<Double>, default fallback: Double) throws(UsageError) -> Double {
        guard let text = values[name] else { return fallback }
        guard let value = Double(text), range.contains(value) else {
            throw UsageError(
                "--\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'",
                usage: usage)
        }
        return value
    }

    func usageError(_ message: String) -> UsageError { UsageError(message, usage: usage) }
}
