import ANPRCore
import PluginKit

/// Selection and recruitment (SaRA): vacancies and applications, and needs from the streams' workload.
package enum SaRA {
    package static let module = PluginModule(
        name: "sara", summary: "recruitment: vacancies, applications, staffing needs from the workload",
        pathOptions: Set(SaRAOptions.paths), verbs: SaRAVerbs.all,
        peers: [
            PeerModule(
                name: "jobpol", summary: "takes vacancies, their changes and their ends",
                options: [RefusedShare.option(of: "versions of vacancies")]
            ) { options in try JobpolPeer(options) }
        ],
        truth: WorkloadTruth.counters
    ) { (options) throws(InputProblems) in
        let checked = try SaRAOptions(options)
        let tables = try checked.loadTables()
        return PluginFactory(name: "sara", adapters: adapters(checked)) { context in
            SaRAPlugin(options: checked, tables: tables, context: context)
        }
    }

    /// What is not here is a line of a file.
    private static func adapters(_ options: SaRAOptions) -> [String: EffectAdapter] {
        var adapters: [String: EffectAdapter] = [:]
        if let folder = options.siteFolder {
            let settings = SiteSettings(
                url: options.siteURL, organisation: options.organisation, applyMail: options.applyMail)
            // One thread: its files have one writer.
            adapters[Destination.site] = EffectAdapter(threads: 1, settings: patient) { _ in
                SiteWriter(folder: folder, settings)
            }
        }
        if let url = options.jobpolURL {
            adapters[Destination.jobpol] = EffectAdapter(settings: patient) { _ in
                try HTTPPeer(HTTPPeer.Settings(url: url))
            }
            adapters[Destination.kept] = EffectAdapter(threads: 1, settings: patient) { _ in
                try HTTPPeer(HTTPPeer.Settings(url: url)) { .kept(keptKey($0.key)) }
            }
        }
        return adapters
    }

    /// Never gives up: a full disk and a Jobpol that is away both come back.
    private static var patient: EffectSettings {
        var settings = EffectAdapter.settings
        settings.attemptsMax = .max
        settings.pauseMaxNs = 60 * .second
        return settings
    }

    /// `kept-jobpol-V-12-3-1` asks for `jobpol-V-12-3`.
    static func keptKey(_ key: String) -> String {
        key.split(separator: "-").dropFirst().dropLast().joined(separator: "-")
    }
}
