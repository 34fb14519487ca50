import ANPRCore
import PluginKit

/// Exhibits (PacOs): from the seizure to their end, with a chain of custody.
package enum PacOs {
    package static let module = PluginModule(
        name: "pacos", summary: "exhibits: seizures, labels, deliveries, counts, chain of custody",
        pathOptions: Set(PacOsOptions.paths), verbs: verbs,
        truth: truth
    ) { (options) throws(InputProblems) in
        let checked = try PacOsOptions(options)
        let rules = try checked.rules()
        return PluginFactory(name: "pacos") { context in
            PacOsPlugin(options: checked, rules: rules, context: context)
        }
    }

    /// A draft for each vehicle, list and case on each day on which a hit said "seize".
    @Sendable private static func truth(_ truth: Truth, _ options: [String: String]) -> [PluginCounter] {
        var drafts: Set<String> = []
        for hit in truth.hits where !hit.isRepeat {
            let entries = hit.sources.map { truth.entries[$0.entry] }
            guard let entry = entries.first(where: { $0.action == PacOsOptions.actionDefault }) else { continue }
            let day = LocalTime.europeBrussels.day(hit.read.capturedNs)
            drafts.insert("\(hit.read.plate)/\(entry.list)/\(entry.caseNumber)/\(day)")
        }
        return [PluginCounter("drafts", drafts.count)]
    }
}
