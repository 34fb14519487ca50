import ANPRCore
import PluginKit

/// Cross Border Exchange: offences become fines by the dated tariff, or go to the prosecutor, and are followed to their
/// end.
package enum CBEPlugin {
    /// Options that name files and folders.
    package static let pathOptions: Set = [
        "tariffs", "fees", "deadlines", "holder_sources", "templates", "justice_folder",
    ]

    package static let module = PluginModule(
        name: "cbe", summary: "immediate perceptions: from an offence to its payment", pathOptions: pathOptions,
        verbs: CBEVerbs.all,
        peers: [
            PeerModule(
                name: "justice", summary: "takes files, and says later whether it has them",
                options: [RefusedShare.option(of: "files")]
            ) { options in try JusticePeer(options) },
            PeerModule(
                name: "holders", summary: "knows who holds a vehicle: national register and EUCARIS",
                options: HoldersPeer.options
            ) { options in try HoldersPeer(options) },
        ],
        truth: { truth, _ in FineTruth.counters(truth) }, factory: factory)

    /// Checks the options and loads the files at once, so that what is wrong is said before anything runs.
    package static func factory(options: [String: String]) throws(InputProblems) -> PluginFactory {
        let checked = try CBEOptions(options)
        var problems = InputProblems()
        let tariffs = problems.collect { () throws(InputProblems) in try checked.loadTariffs() }
        _ = problems.collect { () throws(InputProblems) in try checked.loadSources() }
        _ = problems.collect { () throws(InputProblems) in try checked.loadLetters() }
        guard let tariffs, problems.isEmpty else { throw problems }
        return PluginFactory(name: "cbe", adapters: try CBEAdapters.all(checked)) { context in
            try FineOffice(options: checked, tariffs: tariffs, context: context)
        }
    }
}
