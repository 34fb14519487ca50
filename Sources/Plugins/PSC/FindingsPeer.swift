import ANPRCore
import PluginKit

/// The simulated office of Justice that takes findings: refuses one whose evidence does not have its hash.
final class FindingsPeer: PeerScript {
    /// Of a thousand findings, by their number: the same in each run.
    private let refusePermille: Int

    init(_ options: [String: String]) throws(InputProblems) {
        refusePermille = try RefusedShare.permille(options, peer: "findings")
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
