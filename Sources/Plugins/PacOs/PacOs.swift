import ANPRCore
import PluginKit

/// Exhibits (PacOs): from the seizure to their end, with a chain of custody.
package enum PacOs {
    package static let module = PluginModule(
        name: "pacos", summary: "exhibits: seizures, labels, deliveries, counts, chain of custody",
        pathOptions: Set(PacOsOptions.paths), verbs: verbs
    ) { (options) throws(InputProblems) in
        let checked = try PacOsOptions(options)
        let rules = try checked.rules()
        return PluginFactory(name: "pacos") { context in
            PacOsPlugin(options: checked, rules: rules, context: context)
        }
    }
}
