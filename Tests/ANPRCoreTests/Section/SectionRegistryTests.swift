import Testing

@testable import ANPRCore

@Suite struct SectionRegistryTests {
    private static let cameras = CameraRegistry(
        (1...6).map { Camera(id: UInt32($0), name: "c\($0)", site: "", lane: 1, xM: 0, yM: 0) })

    private func load(_ text: String) throws -> SectionRegistry {
        try Array(text.utf8).withUnsafeBytes { try SectionRegistry(file: "s.csv", bytes: $0, cameras: Self.cameras) }
    }

    private func problems(_ rows: String, header: String = "section,entry_cameras,exit_cameras,length_m,limit_kmh")
        -> [String]
    {
        do {
            _ = try load("\(header)\n\(rows)\n")
            return []
        } catch { return (error as? InputProblems)?.problems.map(\.description) ?? ["\(error)"] }
    }

    @Test func theReplayFormat() throws {
        let registry = try load(
            "section,entry_cameras,exit_cameras,length_m,limit_kmh\nA,c1 c2,c3,1234.567,70\nB,c3,c4,50,120\n")
        #expect(registry.sections.map(\.id) == [1, 2])
        #expect(registry[1]?.lengthMm == 1_234_567 && registry[1]?.entryCameras == [1, 2])
        #expect(registry[2]?.certificate == nil && registry[2]?.limits == [SpeedLimit(kmh: 120)])
    }

    @Test func numbersAreIDs() throws {
        let registry = try load(
            "section,entry_cameras,exit_cameras,length_m,limit_kmh\n70,c1,c3,1000,70\n9,c3,c4,500,120\n")
        #expect(registry.sections.map(\.id) == [70, 9])
    }

    @Test func everyColumn() throws {
        let text = """
            section,entry_cameras,exit_cameras,length_m,limit_kmh,length_uncertainty_m,confidence_floor,\
            zone,road,place,limits,certificate_serial,certificate_approval,certificate_from,certificate_to
            A,c1,c2,1000,120,1.5,80,school,E40,here,\
            truck+bus=90; 2026-07-01/2026-07-08=50; van@2026-08-01/2026-08-02=60,S,P,2026-01-01,2028-01-01
            """
        let section = try #require(try load(text)[1])
        #expect(section.lengthUncertaintyMm == 1500 && section.creditedMm == 998_500)
        #expect(
            section.confidenceFloor == 80 && section.zone == .school && section.road == "E40" && section.place == "here"
        )
        #expect(section.limits.map(\.kmh) == [120, 90, 50, 60])
        #expect(section.limits[1].classes == [.truck, .bus] && section.limits[3].classes == [.van])
        #expect(section.limits[2].fromNs == Instant.parse("2026-07-01") && section.certificate?.approval == "P")
    }

    @Test func everyBadLineIsReportedByNumber() {
        let found = problems(
            """
            A,c1,c9,1000,70
            B,c1,c1,1000,70
            C,,c2,1000,70
            D,c1,c2,10,70
            E,c1,c2,1000,4
            F,c1,c2,1000.1234,70
            G,c1,c2,1000
            H,c1,c2,1000,70
            H,c1,c2,1000,70
            """)
        #expect(found.count == 8)
        #expect(found[0] == "s.csv:2: 'exit_cameras': camera 'c9' is not in the registry")
        #expect(found[1].hasPrefix("s.csv:3: camera 'c1' stands at both ends"))
        #expect(found[7] == "s.csv:10: section 'H' stands on line 9 already")
    }

    @Test(arguments: ["truck", "truck=", "lorry=90", "a/b=90", "2026-07-08/2026-07-01=50", "x@y@z=3", "@=50"])
    func badLimits(rule: String) {
        let found = problems(
            "A,c1,c2,1000,70,\(rule)", header: "section,entry_cameras,exit_cameras,length_m,limit_kmh,limits")
        #expect(found.count == 1 && found[0].contains("limits"))
    }
}
