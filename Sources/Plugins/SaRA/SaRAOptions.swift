import ANPRCore
import PluginKit

/// The options of the plugin, checked: docs/plugins/SaRA.md.
struct SaRAOptions: Sendable {
    let zonesPath: String
    let workloadPath: String
    let applicantDataPath: String
    let stagesPath: String
    let localTime: LocalTime
    /// Nil: what the site would show becomes lines of a file.
    let siteFolder: String?
    /// Where the site will be found; without a slash at its end.
    let siteURL: String
    let organisation: String
    /// Where people apply: put into each page.
    let applyMail: String
    /// Nil: what Jobpol would get becomes lines of a file.
    let jobpolURL: String?
    /// Between Jobpol's "received" and the question whether it still has it.
    let askNs: Nanoseconds
    /// How late the dispatch system may report what was followed up.
    let reportNs: Nanoseconds

    static let paths = ["zones", "workload", "applicant_data", "stages", "site_folder"]
    static let names =
        paths + [
            "time_zone", "site_url", "organisation", "apply_mail", "jobpol_url", "ask_seconds", "report_minutes",
        ]
    private static let subject = "plugin sara"

    init(_ options: [String: String]) throws(InputProblems) {
        var problems = InputProblems()
        func complain(_ message: String) { problems.add(InputProblem(file: Self.subject, line: 0, message: message)) }
        func whole(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) -> Int {
            guard let text = options[name] else { return standard }
            if let value = Int(text), range.contains(value) { return value }
            complain("option '\(name)' must be a whole number, \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        for name in options.keys.sorted() where !Self.names.contains(name) {
            complain("option '\(name)' is unknown; known: \(Self.names.joined(separator: ", "))")
        }
        for name in ["zones", "workload", "applicant_data", "stages"] where options[name] == nil {
            complain("option '\(name)' is missing: a CSV file's path")
        }
        let localTime = options["time_zone"].map { LocalTime($0) } ?? .europeBrussels
        if localTime == nil {
            complain("option 'time_zone' must be Europe/Brussels, Z or an offset such as +01:00")
        }
        self.localTime = localTime ?? .europeBrussels
        var site = options["site_url"] ?? "https://jobs.example"
        while site.hasSuffix("/") { site.removeLast() }
        if !Self.isURL(site) { complain("option 'site_url' must be such as https://jobs.example, not '\(site)'") }
        siteURL = site
        organisation = options["organisation"] ?? "Police"
        if organisation.isEmpty { complain("option 'organisation' must not be empty") }
        applyMail = options["apply_mail"] ?? "jobs@police.example"
        if !EmailAddress.isValid(applyMail) { complain("option 'apply_mail' must be an address of e-mail") }
        if let url = options["jobpol_url"] {
            do throws(InputProblem) { try HTTPPeer.check(url) } catch {
                complain("option 'jobpol_url': \(error.message)")
            }
        }
        askNs = Nanoseconds(whole("ask_seconds", 0...86_400, 30)) * .second
        reportNs = Nanoseconds(whole("report_minutes", 0...1440, 60)) * 60 * .second
        guard problems.isEmpty else { throw problems }
        (zonesPath, workloadPath) = (options["zones"] ?? "", options["workload"] ?? "")
        (applicantDataPath, stagesPath) = (options["applicant_data"] ?? "", options["stages"] ?? "")
        (siteFolder, jobpolURL) = (options["site_folder"], options["jobpol_url"])
    }

    private static func isURL(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && text.utf8.count > 10
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !Array("\"<>&'".utf8).contains($0) }
    }

    func loadTables() throws(InputProblems) -> SaRATables {
        var problems = InputProblems()
        var zones: ZoneTable?
        var norms: WorkloadNorms?
        var rules: ApplicantRules?
        do throws(InputProblems) {
            let table = try ZoneTable(path: zonesPath)
            zones = table
            norms = try WorkloadNorms(path: workloadPath, zones: table)
        } catch { problems.add(error) }
        do throws(InputProblems) {
            rules = try ApplicantRules(dataPath: applicantDataPath, stagesPath: stagesPath)
        } catch { problems.add(error) }
        guard let zones, let norms, let rules, problems.isEmpty else { throw problems }
        return SaRATables(zones: zones, norms: norms, rules: rules)
    }
}

/// The files that the options name, read.
struct SaRATables: Sendable {
    let zones: ZoneTable
    let norms: WorkloadNorms
    let rules: ApplicantRules
}

/// An address of e-mail, as far as this program looks at one.
enum EmailAddress {
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
            && !parts[1].hasSuffix(".") && text.utf8.count <= 200
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !Array("\"<>()[],;:\\".utf8).contains($0) }
    }
}
