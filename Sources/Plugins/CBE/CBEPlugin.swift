import ANPRCore
import PluginKit

/// Cross Border Exchange, first version: offences become fines by the dated tariff, or go to the prosecutor.
package enum CBEPlugin {
    package static let module = PluginModule(
        name: "cbe", summary: "Cross Border Exchange: offences become fines, or go to the prosecutor",
        pathOptions: pathOptions,
        factory: factory(options:))

    /// Options that name files.
    package static let pathOptions: Set = ["tariffs", "fees", "deadlines"]

    /// Checks the options and loads the files at once, so that what is wrong is said before anything runs.
    package static func factory(options: [String: String]) throws(InputProblems) -> PluginFactory {
        let checked = try CBEOptions(options)
        let tariffs = try checked.loadTariffs()
        return PluginFactory(name: "cbe") { context in
            try FineOffice(options: checked, tariffs: tariffs, context: context)
        }
    }
}
