import ANPRCore

/// The options of the plugin, checked: docs/plugins/CBE.md.
struct CBEOptions: Sendable {
    let tariffsPath: String
    let feesPath: String
    let deadlinesPath: String?
    let residentTemplate: PVTemplate
    let crossBorderTemplate: PVTemplate
    let localTime: LocalTime

    static let names = ["tariffs", "fees", "deadlines", "pv_template", "pv_template_cross_border", "time_zone"]
    /// Problems with an option name the plugin, since no file and line are known here.
    private static let subject = "plugin cbe"

    init(_ options: [String: String]) throws(InputProblems) {
        var problems = InputProblems()
        func complain(_ message: String) { problems.add(InputProblem(file: Self.subject, line: 0, message: message)) }
        for name in options.keys.sorted() where !Self.names.contains(name) {
            complain("option '\(name)' is unknown; known: \(Self.names.joined(separator: ", "))")
        }
        for name in ["tariffs", "fees"] where options[name] == nil {
            complain("option '\(name)' is missing: a CSV file's path")
        }
        let resident = options["pv_template"].map { PVTemplate($0) } ?? .resident
        if resident == nil { complain("option 'pv_template' must hold {number} once, and no other braces but {year}") }
        let crossBorder = options["pv_template_cross_border"].map { PVTemplate($0) } ?? .crossBorder
        if crossBorder?.text.hasPrefix("CB") != true {
            complain("option 'pv_template_cross_border' must begin with CB and be formed as 'pv_template'")
        }
        let localTime = options["time_zone"].map { LocalTime($0) } ?? .europeBrussels
        if localTime == nil { complain("option 'time_zone' must be Europe/Brussels, Z or an offset such as +01:00") }
        guard problems.isEmpty, let resident, let crossBorder, let localTime else { throw problems }
        tariffsPath = options["tariffs"]!
        feesPath = options["fees"]!
        deadlinesPath = options["deadlines"]
        residentTemplate = resident
        crossBorderTemplate = crossBorder
        self.localTime = localTime
    }

    func loadTariffs() throws(InputProblems) -> TariffTable {
        try TariffTable(tariffsPath: tariffsPath, feesPath: feesPath, deadlinesPath: deadlinesPath)
    }
}
