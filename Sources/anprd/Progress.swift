import ANPRCore

/// A line about long work: rewritten in place on a terminal, else a line now and then. On standard error, so that
/// standard output stays a result.
struct Progress {
    private let isShown: Bool
    private let everyNs: Nanoseconds
    private let startedNs = Clock.monotonicNs()
    private var nextNs: Nanoseconds = 0
    private let isTerminal = Console.errorIsTerminal

    init(isShown: Bool = true) {
        self.isShown = isShown
        everyNs = isTerminal ? 200 * .millisecond : 5 * .second
        nextNs = startedNs + everyNs
    }

    /// `done` is between 0 and 1. `text` is asked for only when there is something to show.
    mutating func show(_ done: Double, _ text: () -> String) {
        guard isShown else { return }
        let nowNs = Clock.monotonicNs()
        guard nowNs >= nextNs else { return }
        nextNs = nowNs + everyNs
        let percent = Console.padded(String(Int(min(1, max(0, done)) * 100)), 3, right: true)
        let line = "\(percent) %  \((nowNs - startedNs) / .second) s  \(text())"
        if isTerminal { Console.statusOnError(bar(done) + line) } else { Console.error(line) }
    }

    private func bar(_ done: Double) -> String {
        let width = 20
        let full = Int(min(1, max(0, done)) * Double(width))
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: width - full) + "] "
    }

    func end() { if isShown, isTerminal { Console.statusOnError("") } }
}
