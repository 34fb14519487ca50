import ANPRCore
import BNG
import CBE
import PSC
import PacOs
import PluginKit
import SaRA
import Tally

/// The plugins that this program is built with, by the names that configurations use.
enum PluginCatalog {
    static let modules: [PluginModule] = [
        CBEPlugin.module, PSCPlugin.module, PacOs.module, BNG.module, SaRA.module, TallyPlugin.module,
    ]

    static func module(_ name: String) -> PluginModule? { modules.first { $0.name == name } }

    /// Of those that a configuration attaches, for the control socket.
    static func verbs(_ configuration: EngineConfiguration) -> [String: [Verb]] {
        var verbs: [String: [Verb]] = [:]
        for plugin in configuration.plugins { verbs[plugin.name] = module(plugin.name)?.verbs ?? [] }
        return verbs
    }

    static func factory(
        _ plugin: PluginConfiguration, in configuration: EngineConfiguration
    ) throws(InputProblems) -> PluginFactory {
        guard let module = module(plugin.name) else {
            let known = modules.map(\.name).joined(separator: ", ")
            throw InputProblems(file: "plugins", "there is no plugin '\(plugin.name)'; known: \(known)")
        }
        return try module.factory(options(plugin, in: configuration))
    }

    /// With the paths in them resolved: relative ones start at the configuration's folder.
    static func options(_ plugin: PluginConfiguration, in configuration: EngineConfiguration) -> [String: String] {
        let paths = module(plugin.name)?.pathOptions ?? []
        var options = plugin.options
        for (name, value) in options where paths.contains(name) { options[name] = configuration.resolved(value) }
        return options
    }

    /// The plates that the plugins of a configuration ask for at first.
    static func watchedPlates(_ configuration: EngineConfiguration) throws(InputProblems) -> [WatchedPlate] {
        var plates: [WatchedPlate] = []
        for plugin in configuration.plugins {
            guard let module = module(plugin.name) else { continue }
            plates += try module.watchedPlates(options(plugin, in: configuration))
        }
        return plates
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
