import ANPRCore

/// The options of the plugin, checked: docs/plugins/PSC.md.
struct PSCOptions: Sendable {
    let files: ConditionFiles
    /// One alert for each condition and camera in this time.
    let repeatNs: Nanoseconds

    static let names = ["persons", "conditions", "repeat_minutes", "time_zone"]
    static let repeatMinutesDefault: Int64 = 15
    private static let repeatMinutesMax: Int64 = 1440
    /// Problems with an option name the plugin, since no file and line are known here.
    private static let subject = "plugin psc"

    init(_ options: [String: String]) throws(InputProblems) {
        var problems = InputProblems()
        func complain(_ message: String) { problems.add(InputProblem(file: Self.subject, line: 0, message: message)) }
        for name in options.keys.sorted() where !Self.names.contains(name) {
            complain("option '\(name)' is unknown; known: \(Self.names.joined(separator: ", "))")
        }
        for name in ["persons", "conditions"] where options[name] == nil {
            complain("option '\(name)' is missing: a CSV file's path")
        }
        let minutes = options["repeat_minutes"].map { Int64($0) } ?? Self.repeatMinutesDefault
        if !(1...Self.repeatMinutesMax).contains(minutes ?? 0) {
            complain("option 'repeat_minutes' must be a whole number, 1 to \(Self.repeatMinutesMax)")
        }
        let localTime = options["time_zone"].map { LocalTime($0) } ?? .europeBrussels
        if localTime == nil { complain("option 'time_zone' must be Europe/Brussels, Z or an offset such as +01:00") }
        guard problems.isEmpty, let minutes, let localTime else { throw problems }
        files = ConditionFiles(
            personsPath: options["persons"]!, conditionsPath: options["conditions"]!, localTime: localTime)
        repeatNs = minutes * 60 * .second
    }
}
