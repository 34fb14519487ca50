import ANPRCore
import PluginKit

/// The options of the plugin, checked: docs/plugins/PacOs.md.
struct PacOsOptions: Sendable {
    let numbersPath: String
    let placesPath: String
    let endsPath: String
    /// The action of a list's entry whose hits open a draft.
    let action: String

    static let paths = ["numbers", "places", "ends"]
    static let names = paths + ["action"]
    static let actionDefault = "seize"

    init(_ options: [String: String]) throws(InputProblems) {
        var check = OptionCheck(options, plugin: "pacos", known: Self.names)
        check.requireFiles(Self.paths)
        action = options["action"] ?? Self.actionDefault
        if action.isEmpty { check.complain("option 'action' must not be empty") }
        numbersPath = options["numbers"] ?? ""
        placesPath = options["places"] ?? ""
        endsPath = options["ends"] ?? ""
        guard check.problems.isEmpty else { throw check.problems }
    }

    func rules() throws(InputProblems) -> CustodyRules {
        try CustodyRules(formsPath: numbersPath, placesPath: placesPath, endsPath: endsPath)
    }
}
