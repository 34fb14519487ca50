import ANPRCore

/// All that a plugin's module shows to the program.
package struct PluginModule: Sendable {
    package let name: String
    package let summary: String
    /// Options that are paths: relative ones start at the configuration's folder.
    package let pathOptions: Set<String>
    package let factory: @Sendable ([String: String]) throws(InputProblems) -> PluginFactory
    /// The plates that it asks for at first when it runs with these options.
    package var watchedPlates: @Sendable ([String: String]) throws(InputProblems) -> [WatchedPlate]
    package let verbs: [Verb]
    /// The offices that it deals with, simulated.
    package let peers: [PeerModule]
    /// What its counters must come to when it runs with these options, worked out from the truth by the plainest means.
    package var truth: @Sendable (Truth, [String: String]) throws -> [PluginCounter]

    package init(
        name: String, summary: String, pathOptions: Set<String> = [], verbs: [Verb] = [],
        peers: [PeerModule] = [],
        watchedPlates: @escaping @Sendable ([String: String]) throws(InputProblems) -> [WatchedPlate] = { _ in [] },
        truth: @escaping @Sendable (Truth, [String: String]) throws -> [PluginCounter] = { _, _ in [] },
        factory: @escaping @Sendable ([String: String]) throws(InputProblems) -> PluginFactory
    ) {
        self.name = name
        self.summary = summary
        self.pathOptions = pathOptions
        self.verbs = verbs
        self.peers = peers
        self.watchedPlates = watchedPlates
        self.truth = truth
        self.factory = factory
    }
}
