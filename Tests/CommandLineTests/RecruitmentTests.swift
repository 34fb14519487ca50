import Foundation
import Testing

/// SaRA from a frame on the wire to a page on the public site, as the people of HR meet it.
@Suite(.serialized) struct RecruitmentTests {
    private static func folder() throws -> WorkFolder {
        let folder = try ServeTests.folder()
        let seeds = "\(Program.repository)/seeds"
        try folder.write(
            "zones.csv", "zone,name,postcode,cameras,area,status,source", "Z1,Zone One,1000,c1,,unconfirmed,invented")
        try folder.write(
            "workload.csv",
            "valid_from,valid_to,zone,shift,follow_minutes,hits_per_staff,breaches_per_staff,days,status,source",
            "2021-01-01,,*,*,1,1,1,1,unconfirmed,invented")
        try folder.write(
            "anprd.json5",
            "{ authentication: 'none-lab-only', clock: 'frames', cameras: 'cameras.csv', listen: { port: 0 },",
            "  sections: { file: 'sections.csv' }, output: { directory: 'out' },",
            "  journal: { directory: 'data', segment: '16MiB' },",
            "  blacklists: [{ name: 'test', file: 'list.csv', default_case: 'replay' }],",
            "  plugins: { sara: { zones: 'zones.csv', workload: 'workload.csv', stages: '\(seeds)/sara/stages.csv',",
            "    applicant_data: '\(seeds)/law/sara_applicant_data.csv', site_folder: 'site',",
            "    report_minutes: '0' } } }")
        return folder
    }

    private static func sara(_ folder: WorkFolder, _ arguments: String...) throws -> Program.Result {
        let running = try Running(["sara"] + arguments + ["--config", "\(folder.path)/anprd.json5", "--json"])
        return running.end()
    }

    /// Asked again and again until it says so; nil when it does not come to it.
    private static func awaited(_ body: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<400 { if try body() { return true } }
        return false
    }

    @Test(.timeLimit(.minutes(3))) func fromAFrameToAPage() throws {
        let folder = try Self.folder()
        let daemon = try Running(["serve", "--config", "\(folder.path)/anprd.json5", "--json", "--status-seconds", "1"])
        _ = try ServeTests.replay(folder, to: try ServeTests.port(daemon))
        // The hit of camera c1 at 22:26:40 is a minute old by the newest frame: nobody has followed it up.
        let late = #""shift":"night","hits":1,"followed":0,"late":1,"breaches":0"#
        #expect(try Self.awaited { try Self.sara(folder, "workload").output.contains(late) })
        let computed = try Self.sara(folder, "need", "compute", "--to", "2026-05-28")
        #expect(computed.code == 0 && computed.output.contains(#""open":1"#), "\(computed.output)\(computed.errors)")
        let explained = try Self.sara(folder, "need", "explain", "N-1").output
        #expect(explained.contains("(1 late hits x 1 + 0 breaches x 1) / (1 days x 1 x 1) = 1"))
        let accepted = try Self.sara(folder, "need", "accept", "N-1").output
        #expect(accepted.contains(#""vacancy":"V-1","zone":"Z1","places":1"#))
        #expect(try Self.sara(folder, "vacancy", "publish", "V-1").code == 0)
        let page = "\(folder.path)/site/nl/v-1.html"
        #expect(
            try Self.awaited { try Self.sara(folder, "vacancy", "show", "V-1").output.contains(#""site_version":1"#) })
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Inspecteur van politie"))
        let refused = try Self.sara(folder, "vacancy", "publish", "V-1")
        #expect(refused.code == 1 && (refused.output + refused.errors).contains("not_in_state"))
        daemon.signal(SIGTERM)
        let end = daemon.end()
        #expect(end.code == 0)
        // Without the daemon the same calls go into the ledger.
        #expect(try Self.sara(folder, "vacancy", "list", "published").output.contains(#""vacancy":"V-1""#))
    }
}
