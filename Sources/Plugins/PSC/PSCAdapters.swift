import ANPRCore
import PluginKit

/// Where effects go.
enum Destination {
    /// Each alert: a line of a file, always.
    static let alerts = "alerts"
    static let islp = "islp"
    static let ibelgium = "ibelgium"
    /// Questions for the messages of i+Belgium.
    static let inbox = "inbox"
    static let findings = "findings"
    /// Questions whether Justice still has a finding.
    static let kept = "kept"
}

/// How effects leave, by destination; what has no URL is a line of a file.
enum PSCAdapters {
    /// A finding and a decision wait as long as they must.
    private static var patient: EffectSettings {
        var settings = EffectAdapter.settings
        settings.attemptsMax = .max
        return settings
    }

    static func all(_ options: PSCOptions) -> [String: EffectAdapter] {
        var adapters: [String: EffectAdapter] = [:]
        func add(
            _ destination: String, _ url: String?, settings: EffectSettings = EffectAdapter.settings,
            _ request: @escaping @Sendable (Effect) throws(DeliveryProblem) -> HTTPQuestion = { (effect) in
                HTTPQuestion(body: effect.payload)
            }
        ) {
            guard let url else { return }
            adapters[destination] = EffectAdapter(settings: settings) {
                try HTTPPeer(HTTPPeer.Settings(url: url), request: request)
            }
        }
        add(Destination.islp, options.islpURL)
        add(Destination.ibelgium, options.ibelgiumURL, settings: patient)
        add(Destination.inbox, options.ibelgiumURL) { (effect) throws(DeliveryProblem) in
            guard let after = question(effect)?["after"]?.integer else { throw .permanent("no question") }
            return .inbox(after: after)
        }
        add(Destination.findings, options.findingsURL, settings: patient)
        add(Destination.kept, options.findingsURL) { (effect) throws(DeliveryProblem) in
            guard let key = question(effect)?["key"]?.string else { throw .permanent("no question") }
            return .kept(key)
        }
        return adapters
    }

    private static func question(_ effect: Effect) -> JSON5Value? {
        try? JSON5Value(text: String(decoding: effect.payload, as: UTF8.self))
    }
}
