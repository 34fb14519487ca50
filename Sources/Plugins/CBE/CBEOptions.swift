import ANPRCore
import PluginKit

/// The options of the plugin, checked: docs/plugins/CBE.md.
struct CBEOptions: Sendable {
    /// Where files go. Without one they are lines of `fines.jsonl`, and nobody is asked for a holder.
    enum Justice: Equatable, Sendable {
        case lines
        case http(String)
        case folder(String)
    }

    let tariffsPath: String
    let feesPath: String
    let deadlinesPath: String?
    let residentTemplate: PVTemplate
    let crossBorderTemplate: PVTemplate
    let localTime: LocalTime
    let justice: Justice
    let registerURL: String?
    let eucarisURL: String?
    let holderSourcesPath: String?
    let templatesPath: String?
    /// A file, or `pkcs11:...`.
    let sealKey: String?
    let batchFiles: Int
    let batchNs: Nanoseconds
    /// Between Justice's "received" and the question whether it still has it.
    let askNs: Nanoseconds
    let warnNs: Nanoseconds
    /// Between two sections of one journey at most; 0: each section is a journey.
    let journeyNs: Nanoseconds
    let office: String
    let account: String
    /// Makes a PDF of each letter; nil: none.
    let pdfTool: String?

    static let names = [
        "tariffs", "fees", "deadlines", "pv_template", "pv_template_cross_border", "time_zone", "justice_url",
        "justice_folder", "register_url", "eucaris_url", "holder_sources", "templates", "seal_key", "batch_files",
        "batch_seconds", "ask_seconds", "warn_days", "journey_minutes", "office", "account", "pdf_tool",
    ]

    init(_ options: [String: String]) throws(InputProblems) {
        var check = OptionCheck(options, plugin: "cbe", known: Self.names)
        check.requireFiles(["tariffs", "fees"])
        let resident = options["pv_template"].map { PVTemplate($0) } ?? .resident
        if resident == nil {
            check.complain("option 'pv_template' must hold {number} once, and no other braces but {year}")
        }
        let crossBorder = options["pv_template_cross_border"].map { PVTemplate($0) } ?? .crossBorder
        if crossBorder?.text.hasPrefix("CB") != true {
            check.complain("option 'pv_template_cross_border' must begin with CB and be formed as 'pv_template'")
        }
        check.keyFile("seal_key")
        localTime = check.localTime()
        justice = Self.justice(&check)
        registerURL = check.url("register_url")
        eucarisURL = check.url("eucaris_url")
        batchFiles = check.whole("batch_files", 1...1000, 256)
        batchNs = Nanoseconds(check.whole("batch_seconds", 0...86_400, 600)) * .second
        askNs = Nanoseconds(check.whole("ask_seconds", 0...86_400, 30)) * .second
        warnNs = Nanoseconds(check.whole("warn_days", 0...60, 3)) * .day
        journeyNs = Nanoseconds(check.whole("journey_minutes", 0...1440, 0)) * 60 * .second
        guard check.problems.isEmpty, let resident, let crossBorder, let tariffs = options["tariffs"],
            let fees = options["fees"]
        else { throw check.problems }
        (tariffsPath, feesPath, deadlinesPath) = (tariffs, fees, options["deadlines"])
        (residentTemplate, crossBorderTemplate) = (resident, crossBorder)
        (holderSourcesPath, templatesPath) = (options["holder_sources"], options["templates"])
        (sealKey, pdfTool) = (options["seal_key"], options["pdf_tool"])
        (office, account) = (options["office"] ?? "", options["account"] ?? "")
    }

    var hasExchange: Bool { justice != .lines }

    func loadTariffs() throws(InputProblems) -> TariffTable {
        try TariffTable(tariffsPath: tariffsPath, feesPath: feesPath, deadlinesPath: deadlinesPath)
    }

    func loadSources() throws(InputProblems) -> HolderSources? {
        guard let path = holderSourcesPath else { return nil }
        return try HolderSources(path: path)
    }

    func loadLetters() throws(InputProblems) -> LetterDesk? {
        guard let path = templatesPath else { return nil }
        return try LetterDesk(folder: path, localTime: localTime, office: office, account: account)
    }

    private static func justice(_ check: inout OptionCheck) -> Justice {
        let options = check.options
        let url = check.url("justice_url")
        guard url == nil || options["justice_folder"] == nil else {
            check.complain("options 'justice_url' and 'justice_folder' exclude each other")
            return .lines
        }
        guard let place = url ?? options["justice_folder"] else { return .lines }
        for (name, what) in [
            ("seal_key", "the organisation's key, a file or pkcs11:..."), ("templates", "the letters' folder"),
            ("holder_sources", "a CSV file's path"),
        ] where options[name] == nil {
            check.complain("option '\(name)' is missing, and needed to send files to Justice: \(what)")
        }
        return url == nil ? .folder(place) : .http(place)
    }
}
