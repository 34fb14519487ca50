import ANPRCore
import CBE
import PSC

/// The plugins that this program is built with, by the names that configurations use.
enum PluginCatalog {
    static let names = ["cbe", "psc"]

    static func factory(_ configuration: PluginConfiguration) throws(InputProblems) -> PluginFactory {
        switch configuration.name {
        case "cbe": return try CBEPlugin.factory(options: configuration.options)
        case "psc": return try PSCPlugin.factory(options: configuration.options)
        default:
            throw InputProblems(
                file: "plugins", "there is no plugin '\(configuration.name)'; known: \(names.joined(separator: ", "))")
        }
    }

    /// Every plugin of a configuration; all problems at once.
    static func factories(_ configuration: EngineConfiguration) throws(InputProblems) -> [PluginFactory] {
        var problems = InputProblems()
        var factories: [PluginFactory] = []
        for plugin in configuration.plugins {
            do { factories.append(try factory(plugin)) } catch { problems.add(error) }
        }
        if !problems.isEmpty { throw problems }
        return factories
    }
}
