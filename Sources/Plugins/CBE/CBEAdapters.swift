import ANPRCore
import PluginKit

/// How effects leave, by destination; what is not here is a line of a file. Waits for its peer or its program: for a
/// courier's thread.
struct CBEAdapters: Sendable {
    private var peers: [String: HTTPPeer] = [:]
    private var folder: SpoolFolder?
    private var seal: SealTool?
    private var pdf: PDFTool?

    /// - Parameter directory: the plugin's own folder; batches and PDFs go below it.
    init(_ options: CBEOptions, directory: String) throws(InputProblem) {
        for (destination, url) in [
            (Destination.register, options.registerURL), (Destination.eucaris, options.eucarisURL),
        ] {
            if let url { peers[destination] = try HTTPPeer(HTTPPeer.Settings(url: url)) }
        }
        switch options.justice {
        case .lines: break
        case .folder(let path): folder = SpoolFolder(path: path)
        case .http(let url):
            peers[Destination.justice] = try HTTPPeer(HTTPPeer.Settings(url: url))
            peers[Destination.kept] = try HTTPPeer(HTTPPeer.Settings(url: url)) { .kept(Self.keptKey($0.key)) }
        }
        seal = options.sealKey.map { SealTool(key: $0, folder: directory + "/batches") }
        pdf = options.pdfTool.map { PDFTool(program: $0, folder: directory + "/letters") }
    }

    /// What its host gives couriers. A problem with a URL is said before anything runs.
    static func all(_ options: CBEOptions) throws(InputProblems) -> [String: EffectAdapter] {
        let destinations: Set<String>
        do throws(InputProblem) { destinations = try CBEAdapters(options, directory: "").destinations } catch {
            throw InputProblems(file: "plugin cbe", error.message)
        }
        var adapters: [String: EffectAdapter] = [:]
        for name in destinations {
            var settings = EffectAdapter.settings
            // What the law wants sent is never given up; a register that does not answer is a person's after a day.
            if [Destination.justice, Destination.kept, Destination.seal].contains(name) { settings.attemptsMax = .max }
            adapters[name] = EffectAdapter(settings: settings) { directory in
                CBEDelivery(try CBEAdapters(options, directory: directory))
            }
        }
        return adapters
    }

    private var destinations: Set<String> {
        var names = Set(peers.keys)
        if folder != nil { names.formUnion([Destination.justice, Destination.kept]) }
        if seal != nil { names.insert(Destination.seal) }
        if pdf != nil { names.insert(Destination.pdf) }
        return names
    }

    func ask(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer {
        if let peer = peers[effect.destination] { return try peer.ask(effect) }
        switch effect.destination {
        case Destination.justice: if let folder { return try folder.put(effect) }
        case Destination.kept: if let folder { return try folder.has(Self.keptKey(effect.key)) }
        case Destination.seal: if let seal { return DeliveryAnswer(status: 200, body: try seal.seal(effect)) }
        case Destination.pdf: if let pdf { return try pdf.make(effect) }
        default: break
        }
        throw .permanent("nothing is set up for '\(effect.destination)'")
    }

    /// `kept-7147876774-1-2` asks for `7147876774-1`.
    static func keptKey(_ key: String) -> String {
        key.split(separator: "-").dropFirst().dropLast().joined(separator: "-")
    }
}
