import ANPRCore
import PluginKit

/// Persons under conditions (FOCUS-PSC), first version: a read that breaks a condition becomes an alert.
package enum PSCPlugin {
    package static let module = PluginModule(
        name: "psc", summary: "Persons under conditions: a read that breaks one becomes an alert",
        pathOptions: pathOptions,
        watchedPlates: watchedPlates(options:), factory: factory(options:))

    /// Options that name files.
    package static let pathOptions: Set = ["persons", "conditions"]

    /// The plates that the plugin asks for when it runs with these options.
    package static func watchedPlates(options: [String: String]) throws(InputProblems) -> [WatchedPlate] {
        try PSCOptions(options).files.load().watchedPlates
    }

    /// Checks the options and loads the files at once, so that what is wrong is said before anything runs.
    package static func factory(options: [String: String]) throws(InputProblems) -> PluginFactory {
        let checked = try PSCOptions(options)
        let register = try checked.files.load()
        return PluginFactory(name: "psc") { context in
            ConditionWatch(options: checked, register: register, context: context)
        }
    }
}
