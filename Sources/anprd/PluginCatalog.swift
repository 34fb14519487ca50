import ANPRCore
import CBE
import PSC

/// The plugins that this program is built with, by the names that configurations use.
enum PluginCatalog {
    static let names = ["cbe", "psc"]

    static func factory(
        _ plugin: PluginConfiguration, in configuration: EngineConfiguration
    ) throws(InputProblems) -> PluginFactory {
        let options = options(plugin, in: configuration)
        switch plugin.name {
        case "cbe": return try CBEPlugin.factory(options: options)
        case "psc": return try PSCPlugin.factory(options: options)
        default:
            throw InputProblems(
                file: "plugins", "there is no plugin '\(plugin.name)'; known: \(names.joined(separator: ", "))")
        }
    }

    /// With the paths in them resolved: relative ones start at the configuration's folder.
    static func options(_ plugin: PluginConfiguration, in configuration: EngineConfiguration) -> [String: String] {
        let paths: Set<String> =
            switch plugin.name {
            case "cbe": CBEPlugin.pathOptions
            case "psc": PSCPlugin.pathOptions
            default: []
            }
        var options = plugin.options
        for (name, value) in options where paths.contains(name) { options[name] = configuration.resolved(value) }
        return options
    }

    /// Every plugin of a configuration; all problems at once.
    static func factories(_ configuration: EngineConfiguration) throws(InputProblems) -> [PluginFactory] {
        var problems = InputProblems()
        var factories: [PluginFactory] = []
        for plugin in configuration.plugins {
            do { factories.append(try factory(plugin, in: configuration)) } catch { problems.add(error) }
        }
        if !problems.isEmpty { throw problems }
        return factories
    }
}
