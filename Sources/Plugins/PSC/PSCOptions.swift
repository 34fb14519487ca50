import ANPRCore
import PluginKit

/// The options of the plugin, checked: docs/plugins/PSC.md.
struct PSCOptions: Sendable {
    /// What the register begins with; nil: commands and i+Belgium alone fill it.
    let files: ConditionFiles?
    let prioritiesPath: String?
    let text: ConditionText
    /// One alert for each condition and camera in this time.
    let repeatNs: Nanoseconds
    /// Two persons at one place within this time are together.
    let togetherNs: Nanoseconds
    let inboxNs: Nanoseconds
    /// After Justice took a finding it is asked whether it still has it.
    let askNs: Nanoseconds
    /// What cameras saw is kept so long: the law's 12 months at most.
    let keepNs: Nanoseconds
    let islpURL: String?
    let ibelgiumURL: String?
    let findingsURL: String?

    var localTime: LocalTime { text.localTime }

    static let paths: Set<String> = ["persons", "conditions", "priorities"]
    static let names = [
        "persons", "conditions", "priorities", "repeat_minutes", "together_minutes", "time_zone", "islp_url",
        "ibelgium_url", "findings_url", "inbox_seconds", "ask_seconds", "keep_days",
    ]

    init(_ options: [String: String]) throws(InputProblems) {
        var check = OptionCheck(options, plugin: "psc", known: Self.names)
        if (options["persons"] == nil) != (options["conditions"] == nil) {
            check.complain("options 'persons' and 'conditions' go together: paths of CSV files")
        }
        islpURL = check.url("islp_url")
        ibelgiumURL = check.url("ibelgium_url")
        findingsURL = check.url("findings_url")
        let localTime = check.localTime()
        func span(_ name: String, _ range: ClosedRange<Int>, _ standard: Int, of unitNs: Nanoseconds) -> Nanoseconds {
            Nanoseconds(check.whole(name, range, standard)) * unitNs
        }
        repeatNs = span("repeat_minutes", 1...1440, 15, of: 60 * .second)
        togetherNs = span("together_minutes", 1...60, 5, of: 60 * .second)
        inboxNs = span("inbox_seconds", 1...86_400, 30, of: .second)
        askNs = span("ask_seconds", 0...86_400, 30, of: .second)
        keepNs = span("keep_days", 1...365, 365, of: .day)
        guard check.problems.isEmpty else { throw check.problems }
        text = ConditionText(localTime: localTime)
        if let persons = options["persons"], let conditions = options["conditions"] {
            files = ConditionFiles(personsPath: persons, conditionsPath: conditions, localTime: localTime)
        } else {
            files = nil
        }
        prioritiesPath = options["priorities"]
    }

    func loadFiles() throws(InputProblems) -> ConditionFiles.Content {
        guard let files else { return ConditionFiles.Content() }
        return try files.load()
    }

    func loadPriorities() throws(InputProblems) -> PriorityTable? {
        guard let path = prioritiesPath else { return nil }
        return try PriorityTable(path: path)
    }
}
