/// One thing wrong in a file that someone wrote: where, and what to do about it.
package struct InputProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1; 0 when the problem is the file as a whole.
    package let line: Int
    package let message: String

    package init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}

/// Everything wrong with an input. Nothing of such an input is taken over.
package struct InputProblems: Error, Sendable, CustomStringConvertible {
    /// The first ones, in file order; `total` says how many there were.
    package private(set) var problems: [InputProblem] = []
    package private(set) var total = 0
    /// Problems past this many are counted, not kept.
    package static let keptMax = 1000

    package init() {}
    package init(_ problem: InputProblem) { add(problem) }
    package init(file: String, line: Int = 0, _ message: String) {
        add(InputProblem(file: file, line: line, message: message))
    }

    package var isEmpty: Bool { total == 0 }

    package mutating func add(_ problem: InputProblem) {
        total += 1
        if problems.count < Self.keptMax { problems.append(problem) }
    }

    package mutating func add(_ other: InputProblems) {
        for problem in other.problems where problems.count < Self.keptMax { problems.append(problem) }
        total += other.total
    }

    /// What the work comes to; nil when it finds problems, which are added.
    package mutating func collect<Value>(_ work: () throws(InputProblems) -> Value) -> Value? {
        do throws(InputProblems) { return try work() } catch {
            add(error)
            return nil
        }
    }

    package var description: String {
        var lines = problems.map(\.description)
        if total > problems.count { lines.append("... and \(total - problems.count) more") }
        return lines.joined(separator: "\n")
    }
}
