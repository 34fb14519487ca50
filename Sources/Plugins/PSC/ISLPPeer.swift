import ANPRCore
import PluginKit

/// The simulated ISLP: takes alerts.
final class ISLPPeer: PeerScript {
    init(_ options: [String: String]) throws(InputProblems) {
        if let name = options.keys.min() { throw InputProblems(file: "peer islp", "option '\(name)' is unknown") }
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        let value = try? JSON5Value(text: String(decoding: request.body, as: UTF8.self))
        guard value?["alert"]?["condition"]?.string != nil else {
            return PeerReply(status: 422, text: "{\"cause\":\"not_understood\"}")
        }
        return PeerReply(status: 202)
    }
}
