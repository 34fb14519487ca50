import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// What the module shows, and what it says of options and tables that are wrong.
@Suite struct SaRAModuleTests {
    private func problems(_ options: [String: String]) -> String {
        do throws(InputProblems) {
            _ = try SaRA.module.factory(options)
            return ""
        } catch { return error.description }
    }

    @Test func everyProblemWithOptionsIsNamedAtOnce() {
        let text = problems([
            "zone": "x", "time_zone": "Mars", "site_url": "ftp://x", "apply_mail": "nobody", "jobpol_url": "https://x",
            "ask_seconds": "soon", "organisation": "", "report_minutes": "-1",
        ])
        for name in [
            "'zone'", "'time_zone'", "'site_url'", "'apply_mail'", "'jobpol_url'", "'ask_seconds'", "'stages'",
        ] {
            #expect(text.contains(name), "\(name)")
        }
        #expect(text.split(separator: "\n").count == 12, "\(text)")
    }

    @Test(arguments: [
        ("zones", "zone,name,postcode,cameras,area,status,source\nA,A,1,,0 0; 1 1,unconfirmed,x", "'area'"),
        ("zones", "zone,name,postcode,cameras,area,status,source\nA,A,1,,,unconfirmed,x", "'area' or 'cameras'"),
        ("zones", "zone,name,postcode,cameras,area,status,source\nA,A,1,c,,sure,x", "'status'"),
        (
            "zones", "zone,name,postcode,cameras,area,status,source\nA,A,1,c,,confirmed,x\nA,B,1,c,,confirmed,x",
            "already"
        ),
        (
            "workload",
            "valid_from,valid_to,zone,shift,follow_minutes,hits_per_staff,breaches_per_staff,days,status,source\n"
                + "2021-01-01,,Z,*,15,4,2,7,confirmed,x", "no zone 'Z'"
        ),
        (
            "workload",
            "valid_from,valid_to,zone,shift,follow_minutes,hits_per_staff,breaches_per_staff,days,status,source\n"
                + "2021-01-01,,*,noon,15,0,2,7,confirmed,x", "'shift'"
        ),
        (
            "workload",
            "valid_from,valid_to,zone,shift,follow_minutes,hits_per_staff,breaches_per_staff,days,status,source\n"
                + "2021-01-01,,*,*,15,0,2,7,confirmed,x", "'hits_per_staff' must be at least 1"
        ),
        (
            "applicant_data", "valid_from,valid_to,outcome,months,status,source\n2021-01-01,,open,3,confirmed,x",
            "accepted"
        ),
        (
            "applicant_data", "valid_from,valid_to,outcome,months,status,source\n2021-01-01,,lost,3,confirmed,x",
            "'outcome'"
        ),
        ("stages", "valid_from,valid_to,stage,days,status,source\n2021-01-01,,accepted,3,confirmed,x", "'stage'"),
    ])
    func whatIsWrongInATableIsNamed(option: String, text: String, message: String) throws {
        let folder = try TemporaryFolder()
        var options = try RecruitmentBench.options(folder)
        options[option] = try folder.write("wrong.csv", text)
        let said = problems(options)
        #expect(said.contains(message) && said.contains("wrong.csv"), "\(said)")
    }

    @Test func theSeedsAreGood() throws {
        let options = [
            "zones": Repository.seed("sara/zones.csv"), "workload": Repository.seed("sara/workload.csv"),
            "stages": Repository.seed("sara/stages.csv"),
            "applicant_data": Repository.seed("law/sara_applicant_data.csv"),
        ]
        #expect(problems(options) == "")
        let tables = try SaRAOptions(options).loadTables()
        #expect(tables.zones.zones.count == 12)
        let norm = tables.norms.norm(zone: "INV-06", shift: .night, day: 20_000)
        #expect(norm?.followNs == 600 * .second && norm?.hitsPerStaff == 30, "a zone's own row comes first")
        #expect(tables.norms.norm(zone: "INV-01", shift: .night, day: 20_000)?.followNs == 1200 * .second)
        #expect(tables.zones.zone(of: Samples.camera(1, "1", xM: 22_871, yM: 146_049))?.code == "INV-01")
    }

    /// A row that follows another counts from its day on; what was decided before keeps its date.
    @Test func aNewLawHoldsFromItsDayOn() throws {
        let folder = try TemporaryFolder()
        let kinds = ["open", "accepted", "declined", "withdrawn"].map { "2021-01-01,,\($0),12,confirmed,x" }
        let data = try folder.write(
            "data.csv",
            ([
                "valid_from,valid_to,outcome,months,status,source", "2021-01-01,2027-01-01,refused,24,confirmed,x",
                "2027-01-01,,refused,6,confirmed,x",
            ] + kinds).joined(separator: "\n"))
        let rules = try ApplicantRules(dataPath: data, stagesPath: Repository.seed("sara/stages.csv"))
        func erased(_ at: String) -> String {
            Instant.format(rules.eraseNs(.refused, atNs: Samples.ns(at), .europeBrussels))
        }
        #expect(erased("2026-12-31T22:59:59Z") == "2028-12-30T23:00:00Z")
        #expect(erased("2026-12-31T23:00:00Z") == "2027-06-30T22:00:00Z")
        #expect(erased("2001-06-01T00:00:00Z") == "2003-05-31T22:00:00Z", "before the table: its first row")
    }

    @Test func eachVerbIsUnderstood() throws {
        let names = SaRAVerbs.all.map(\.name)
        #expect(Set(names).count == names.count)
        for verb in SaRAVerbs.all {
            #expect(!verb.summary.isEmpty && !verb.examples.isEmpty, "\(verb.name)")
            // Whatever it says is missing, it is no verb that nobody knows.
            let call = PluginCall(verb: verb.name, id: "1", by: "hr")
            do throws(Refusal) {
                if verb.isQuery { _ = try SaRAQuery(call) } else { _ = try SaRACommand(call) }
            } catch { #expect(error.code != "unknown_verb", "\(verb.name)") }
            #expect(verb.needsReason == (verb.name == "application show"))
        }
        #expect(SaRA.module.peers.map(\.name) == ["jobpol"])
    }

    @Test func snapshotsAreReadBackAndCutOnesAreNot() throws {
        let bench = try RecruitmentBench()
        let vacancy = try bench.published()
        _ = try bench.enter(vacancy, "an")
        try bench.hosted.hand(hits: (0..<50).map { bench.hit($0) })
        try bench.later(Samples.ns("2026-11-24T12:00:00Z"))
        try bench.hosted.hand(hits: [bench.hit(99, at: Samples.ns("2026-11-24T12:00:00Z"))])
        var bytes: [UInt8] = []
        bench.plugin.snapshot(into: &bytes)
        func read(_ bytes: [UInt8]) -> RecruitmentRegister? {
            bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return RecruitmentRegister(&reader)
            }
        }
        var again: [UInt8] = []
        try #require(read(bytes)).write(into: &again)
        #expect(again == bytes && bench.register.needs.count == 1)
        for cut in bytes.indices { #expect(read(Array(bytes.prefix(cut))) == nil, "\(cut)") }
        #expect(read(bytes + [0]) == nil)
    }
}
