import ANPRCore
import PluginKit

/// The simulated judicial database: takes PVs, and refuses some with a cause.
final class JudicialPeer: PeerScript {
    /// Of a thousand PVs, by what their number hashes to: the same in each run.
    private let refusePermille: Int

    static let causes = ["nature_missing", "unit_unknown", "number_of_another_year"]

    init(_ options: [String: String]) throws(InputProblems) {
        refusePermille = try RefusedShare.permille(options, peer: "judicial")
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        let value = try? JSON5Value(text: String(decoding: request.body, as: UTF8.self))
        guard let number = value?["number"]?.string, value?["version"]?.integer != nil else {
            return PeerReply(status: 422, text: "{\"cause\":\"not_understood\"}")
        }
        let hash = Array(number.utf8).withUnsafeBytes { TextTable.hash($0) }
        let mark = Int(hash % 1000)
        guard mark >= refusePermille else {
            return PeerReply(status: 422, text: "{\"cause\":\"\(Self.causes[mark % Self.causes.count])\"}")
        }
        return PeerReply(status: 202)
    }
}
