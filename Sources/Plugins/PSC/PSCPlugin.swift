import ANPRCore
import PluginKit

/// Persons under conditions (FOCUS-PSC): a read that breaks one becomes an alert, a person's verdict a finding for
/// Justice.
package enum PSCPlugin {
    package static let module = PluginModule(
        name: "psc", summary: "persons under conditions: a read that breaks one becomes an alert",
        pathOptions: PSCOptions.paths, verbs: PSCVerbs.all,
        peers: [
            PeerModule(
                name: "ibelgium", summary: "the conditions of Justice: takes changes, and decides by itself",
                options: IBelgiumPeer.options
            ) { options in try IBelgiumPeer(options) },
            PeerModule(name: "islp", summary: "the police's own system: takes alerts") { options in
                try ISLPPeer(options)
            },
            PeerModule(
                name: "findings", summary: "the office of Justice that takes findings, and checks their hash",
                options: [RefusedShare.option(of: "findings")]
            ) { options in try FindingsPeer(options) },
        ],
        watchedPlates: watchedPlates(options:), truth: BreachTruth.counters, factory: factory(options:))

    /// The plates that the plugin asks for when it runs with these options and an empty ledger.
    package static func watchedPlates(options: [String: String]) throws(InputProblems) -> [WatchedPlate] {
        var register = ConditionRegister()
        register.replaceFiles(try PSCOptions(options).loadFiles())
        return register.watchedPlates
    }

    /// Checks the options and loads the files at once, so that what is wrong is said before anything runs.
    package static func factory(options: [String: String]) throws(InputProblems) -> PluginFactory {
        let checked = try PSCOptions(options)
        var problems = InputProblems()
        let content = problems.collect { () throws(InputProblems) in try checked.loadFiles() }
        let priorities = problems.collect { () throws(InputProblems) in try checked.loadPriorities() }
        guard let content, let priorities, problems.isEmpty else { throw problems }
        return PluginFactory(name: "psc", adapters: PSCAdapters.all(checked)) { context in
            ConditionWatch(options: checked, content: content, priorities: priorities, context: context)
        }
    }
}
