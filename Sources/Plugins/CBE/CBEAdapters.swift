import ANPRCore
import PluginKit

/// How effects leave, by destination; what is not here is a line of a file. Each waits for its peer or its program, and
/// is for a courier's thread.
struct CBEAdapters {
    typealias Adapter = @Sendable (Effect) throws(DeliveryProblem) -> DeliveryAnswer

    private(set) var byDestination: [String: Adapter] = [:]

    /// - Parameter directory: the plugin's own folder; batches and PDFs go below it.
    init(_ options: CBEOptions, directory: String) throws(InputProblem) {
        for (destination, url) in [
            (Destination.register, options.registerURL), (Destination.eucaris, options.eucarisURL),
        ] {
            guard let url else { continue }
            let peer = try HTTPPeer(HTTPPeer.Settings(url: url))
            byDestination[destination] = { (effect) throws(DeliveryProblem) in try peer.ask(effect) }
        }
        switch options.justice {
        case .lines: break
        case .folder(let path):
            let folder = SpoolFolder(path: path)
            byDestination[Destination.justice] = { (effect) throws(DeliveryProblem) in try folder.put(effect) }
            byDestination[Destination.kept] = { effect in folder.has(Self.keptKey(effect.key)) }
        case .http(let url):
            let office = try HTTPPeer(HTTPPeer.Settings(url: url))
            let archive = try HTTPPeer(HTTPPeer.Settings(url: url)) { effect in .kept(Self.keptKey(effect.key)) }
            byDestination[Destination.justice] = { (effect) throws(DeliveryProblem) in try office.ask(effect) }
            byDestination[Destination.kept] = { (effect) throws(DeliveryProblem) in try archive.ask(effect) }
        }
        if let key = options.sealKey {
            let tool = SealTool(key: key, folder: directory + "/batches")
            byDestination[Destination.seal] = { (effect) throws(DeliveryProblem) in
                DeliveryAnswer(status: 200, body: try tool.seal(effect))
            }
        }
        if let program = options.pdfTool {
            let tool = PDFTool(program: program, folder: directory + "/letters")
            byDestination[Destination.pdf] = { (effect) throws(DeliveryProblem) in try tool.make(effect) }
        }
    }

    /// `kept-7147876774-1-2` asks for `7147876774-1`.
    static func keptKey(_ key: String) -> String {
        key.split(separator: "-").dropFirst().dropLast().joined(separator: "-")
    }
}
