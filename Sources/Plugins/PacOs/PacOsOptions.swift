import ANPRCore

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
    /// Problems with an option name the plugin, since no file and line are known here.
    private static let subject = "plugin pacos"

    init(_ options: [String: String]) throws(InputProblems) {
        var problems = InputProblems()
        func complain(_ message: String) { problems.add(InputProblem(file: Self.subject, line: 0, message: message)) }
        for name in options.keys.sorted() where !Self.names.contains(name) {
            complain("option '\(name)' is unknown; known: \(Self.names.joined(separator: ", "))")
        }
        for name in Self.paths where options[name] == nil {
            complain("option '\(name)' is missing: a CSV file's path")
        }
        action = options["action"] ?? Self.actionDefault
        if action.isEmpty { complain("option 'action' must not be empty") }
        numbersPath = options["numbers"] ?? ""
        placesPath = options["places"] ?? ""
        endsPath = options["ends"] ?? ""
        guard problems.isEmpty else { throw problems }
    }

    func rules() throws(InputProblems) -> CustodyRules {
        try CustodyRules(formsPath: numbersPath, placesPath: placesPath, endsPath: endsPath)
    }
}
