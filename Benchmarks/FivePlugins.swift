import ANPRCore
import BNG
import CBE
import PSC
import PacOs
import PluginKit
import SaRA

/// The five plugins as seeds/config/anprd.json5 attaches them.
struct FivePlugins {
    static let modules: [PluginModule] = [
        CBEPlugin.module, PSCPlugin.module, PacOs.module, BNG.module, SaRA.module,
    ]

    /// The seeds' own: cameras, sections, lists, plugins.
    let configuration: EngineConfiguration

    /// Run in the project's folder.
    init() throws { configuration = try EngineConfiguration(path: "seeds/config/anprd.json5") }

    func factories() throws -> [PluginFactory] { try Self.modules.map { try $0.factory(options($0)) } }

    func watchedPlates() throws -> [WatchedPlate] { try Self.modules.flatMap { try $0.watchedPlates(options($0)) } }

    /// Paths are resolved; what a plugin would publish stays in its own folder.
    private func options(_ module: PluginModule) -> [String: String] {
        var options = configuration.plugins.first { $0.name == module.name }?.options ?? [:]
        options["site_folder"] = nil
        options["site_url"] = nil
        for (name, value) in options where module.pathOptions.contains(name) {
            options[name] = configuration.resolved(value)
        }
        return options
    }
}
