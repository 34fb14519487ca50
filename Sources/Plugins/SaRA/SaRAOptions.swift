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

    init(_ options: [String: String]) throws(InputProblems) {
        var check = OptionCheck(options, plugin: "sara", known: Self.names)
        check.requireFiles(["zones", "workload", "applicant_data", "stages"])
        localTime = check.localTime()
        var site = options["site_url"] ?? "https://jobs.example"
        while site.hasSuffix("/") { site.removeLast() }
        if !Self.isURL(site) { check.complain("option 'site_url' must be such as https://jobs.example, not '\(site)'") }
        siteURL = site
        organisation = options["organisation"] ?? "Police"
        if organisation.isEmpty { check.complain("option 'organisation' must not be empty") }
        applyMail = options["apply_mail"] ?? "jobs@police.example"
        if !EmailAddress.isValid(applyMail) { check.complain("option 'apply_mail' must be an address of e-mail") }
        jobpolURL = check.url("jobpol_url")
        askNs = Nanoseconds(check.whole("ask_seconds", 0...86_400, 30)) * .second
        reportNs = Nanoseconds(check.whole("report_minutes", 0...1440, 60)) * 60 * .second
        guard check.problems.isEmpty else { throw check.problems }
        (zonesPath, workloadPath) = (options["zones"] ?? "", options["workload"] ?? "")
        (applicantDataPath, stagesPath) = (options["applicant_data"] ?? "", options["stages"] ?? "")
        siteFolder = options["site_folder"]
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
