import ANPRCore
import PluginKit

/// The simulated Jobpol: takes vacancies, each version once, and refuses some of them with a cause.
final class JobpolPeer: PeerScript {
    /// Of a thousand versions, by what their key hashes to: the same in each run.
    private let refusePermille: Int
    /// Of each vacancy, the newest version and its state.
    private(set) var vacancies: [String: (version: Int, state: String)] = [:]

    init(_ options: [String: String]) throws(InputProblems) {
        refusePermille = try RefusedShare.permille(options, peer: "jobpol")
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        guard let (name, version, state) = Self.vacancy(request) else {
            return PeerReply(status: 422, text: "{\"cause\":\"not_understood\"}")
        }
        let digest = SHA256.digest(Array(request.key.utf8)).bytes
        let mark = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 1000
        guard mark >= UInt64(refusePermille) else {
            return PeerReply(status: 422, text: "{\"cause\":\"text_refused\"}")
        }
        if let known = vacancies[name], known.version > version {
            return PeerReply(status: 409, text: "{\"cause\":\"older_than_known\"}")
        }
        vacancies[name] = (version, state)
        return PeerReply(status: 202)
    }

    func recover(_ request: PeerRequest) { _ = answer(request) }

    private static func vacancy(_ request: PeerRequest) -> (name: String, version: Int, state: String)? {
        guard let value = try? JSON5Value(text: String(decoding: request.body, as: UTF8.self)),
            let name = value["vacancy"]?.string, let version = value["version"]?.whole,
            let state = value["state"]?.string
        else { return nil }
        return (name, version, state)
    }
}
