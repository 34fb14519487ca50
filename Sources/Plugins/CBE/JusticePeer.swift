import ANPRCore
import PluginKit

/// The simulated office of Justice: takes files and manifests, and refuses some of the files with a cause.
final class JusticePeer: PeerScript {
    /// Of a thousand files, by what their key hashes to: the same in each run.
    private let refusePermille: Int

    static let causes = ["address_incomplete", "holder_deceased", "immunity"]

    init(_ options: [String: String]) throws(InputProblems) {
        refusePermille = try RefusedShare.permille(options, peer: "justice")
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        guard !request.key.hasPrefix("batch-") else { return PeerReply(status: 202) }
        let value = try? JSON5Value(text: String(decoding: request.body, as: UTF8.self))
        guard value?["pv_number"]?.string != nil, value?["decision"]?.string != nil else {
            return PeerReply(status: 422, text: "{\"cause\":\"not_understood\"}")
        }
        let mark = Int(CaseNumber.preferred(request.key) % 1000)
        guard mark >= refusePermille else {
            return PeerReply(status: 422, text: "{\"cause\":\"\(Self.causes[mark % Self.causes.count])\"}")
        }
        return PeerReply(status: 202)
    }
}
