import ANPRCore
import PluginKit

/// The police's general database (BNG): PVs, reports, hearings, documents, persons, vehicles, places, facts, and links.
package enum BNG {
    package static let module = PluginModule(
        name: "bng", summary: "general database: records with versions, links, facts, searches, judicial exchange",
        pathOptions: Set(BNGOptions.paths), verbs: verbs,
        peers: [
            PeerModule(
                name: "judicial", summary: "the judicial BNG: takes PVs, and says later whether it has them",
                options: [RefusedShare.option(of: "PVs")]
            ) { options in try JudicialPeer(options) }
        ], truth: { truth, _ in [PluginCounter("hit_facts", truth.hits.count { !$0.isRepeat })] }
    ) { (options) throws(InputProblems) in
        let checked = try BNGOptions(options)
        let rules = try checked.rules()
        return PluginFactory(name: "bng", adapters: adapters(checked)) { context in
            GeneralDatabase(options: checked, rules: rules, context: context)
        }
    }

    private static func adapters(_ options: BNGOptions) -> [String: EffectAdapter] {
        guard let url = options.judicialURL else { return [:] }
        var settings = EffectAdapter.settings
        // WHY: a PV is never given up because the other side was away for long.
        settings.attemptsMax = .max
        return [
            Destination.judicial: EffectAdapter(settings: settings) { _ in
                try HTTPPeer(HTTPPeer.Settings(url: url))
            },
            // The question `kept-pv-12-1-3` is about `pv-12-1`.
            Destination.kept: EffectAdapter { _ in
                try HTTPPeer(HTTPPeer.Settings(url: url)) { effect in
                    .kept(effect.key.split(separator: "-").dropFirst().dropLast().joined(separator: "-"))
                }
            },
        ]
    }
}
