/// Cases that are only compared with each other: each round runs all of them, one after the other, so that what the
/// machine does within a minute meets all alike.
final class InTurns {
    private let round: () throws -> [Outcome]
    /// Of each case, rounds that were run and not told yet.
    private var waiting: [[Outcome]]

    init(cases: Int, round: @escaping () throws -> [Outcome]) {
        self.round = round
        waiting = Array(repeating: [], count: cases)
    }

    /// The next round's of a case.
    func outcome(of index: Int) throws -> Outcome {
        if waiting[index].isEmpty {
            for (i, outcome) in try round().enumerated() { waiting[i].append(outcome) }
        }
        return waiting[index].removeFirst()
    }
}
