import ANPRCore
import PluginKit

/// The simulated office of Justice that takes findings: refuses one whose evidence does not have its hash.
final class FindingsPeer: PeerScript {
    /// Of a thousand findings, by their number: the same in each run.
    private let refusePermille: Int

    init(_ options: [String: String]) throws(InputProblems) {
        for name in options.keys.sorted() where name != "refuse_permille" {
            throw InputProblems(file: "peer findings", "option '\(name)' is unknown; known: refuse_permille")
        }
        guard let refuse = Int(options["refuse_permille"] ?? "0"), (0...1000).contains(refuse) else {
            throw InputProblems(file: "peer findings", "option 'refuse_permille' must be 0 to 1000")
        }
        refusePermille = refuse
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        guard FindingCheck.holds(request.body) else {
            return PeerReply(status: 422, text: "{\"cause\":\"hash_differs\"}")
        }
        let number = request.key.split(separator: "-").dropFirst().first.flatMap { Int($0) } ?? 0
        guard number * 379 % 1000 >= refusePermille else {
            return PeerReply(status: 422, text: "{\"cause\":\"not_competent\"}")
        }
        return PeerReply(status: 202)
    }
}
