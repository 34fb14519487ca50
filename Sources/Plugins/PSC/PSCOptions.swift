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
    private static let urls = ["islp_url", "ibelgium_url", "findings_url"]
    static let names =
        ["persons", "conditions", "priorities", "repeat_minutes", "together_minutes", "time_zone"] + urls
        + ["inbox_seconds", "ask_seconds", "keep_days"]
    /// Problems with an option name the plugin, since no file and line are known here.
    private static let subject = "plugin psc"

    init(_ options: [String: String]) throws(InputProblems) {
        var problems = InputProblems()
        func complain(_ message: String) { problems.add(InputProblem(file: Self.subject, line: 0, message: message)) }
        func whole(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) -> Nanoseconds {
            guard let text = options[name] else { return Nanoseconds(standard) }
            guard let value = Int(text), range.contains(value) else {
                complain("option '\(name)' must be a whole number, \(range.lowerBound) to \(range.upperBound)")
                return Nanoseconds(standard)
            }
            return Nanoseconds(value)
        }
        for name in options.keys.sorted() where !Self.names.contains(name) {
            complain("option '\(name)' is unknown; known: \(Self.names.joined(separator: ", "))")
        }
        if (options["persons"] == nil) != (options["conditions"] == nil) {
            complain("options 'persons' and 'conditions' go together: paths of CSV files")
        }
        for name in Self.urls {
            guard let url = options[name] else { continue }
            do throws(InputProblem) { try HTTPPeer.check(url) } catch { complain("option '\(name)': \(error.message)") }
        }
        let localTime = options["time_zone"].map { LocalTime($0) } ?? .europeBrussels
        if localTime == nil { complain("option 'time_zone' must be Europe/Brussels, Z or an offset such as +01:00") }
        repeatNs = whole("repeat_minutes", 1...1440, 15) * 60 * .second
        togetherNs = whole("together_minutes", 1...60, 5) * 60 * .second
        inboxNs = whole("inbox_seconds", 1...86_400, 30) * .second
        askNs = whole("ask_seconds", 0...86_400, 30) * .second
        keepNs = whole("keep_days", 1...365, 365) * .day
        guard problems.isEmpty, let localTime else { throw problems }
        text = ConditionText(localTime: localTime)
        if let persons = options["persons"], let conditions = options["conditions"] {
            files = ConditionFiles(personsPath: persons, conditionsPath: conditions, localTime: localTime)
        } else {
            files = nil
        }
        prioritiesPath = options["priorities"]
        (islpURL, ibelgiumURL, findingsURL) = (options["islp_url"], options["ibelgium_url"], options["findings_url"])
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
