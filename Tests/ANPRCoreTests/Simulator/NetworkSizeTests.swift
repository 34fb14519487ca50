import Testing

@testable import ANPRCore

struct NetworkSizeTests {
    @Test(arguments: [1, 48, 49, 500, 10_000])
    func hasAsManyCamerasAsAsked(count: Int) throws {
        let size = NetworkSize(Fixture.ring(), cameras: count)
        #expect(size.network.registry.cameras.count == count)
        // A daemon that reads the file gives every camera the same id.
        try Fixture.bytes(size.camerasCSV) { bytes in
            let read = try CameraRegistry(file: "cameras.csv", bytes: bytes)
            #expect(read.cameras == size.network.registry.cameras)
        }
        #expect(
            try Fixture.observations(size.network, Fixture.options(seconds: 10)).allSatisfy {
                size.network.registry[$0.camera] != nil
            })
    }

    @Test func numbersNamedCamerasByRow() throws {
        let cameras = (0..<5).map { i in
            Camera(id: UInt32(i + 1), name: "cam\(i)", site: "s\(i)", lane: 1, xM: 0, yM: 0)
        }
        let size = NetworkSize(RoadNetwork(registry: CameraRegistry(cameras), routes: []), cameras: 12)
        try Fixture.bytes(size.camerasCSV) { bytes in
            let read = try CameraRegistry(file: "cameras.csv", bytes: bytes)
            #expect(read.cameras == size.network.registry.cameras)
            #expect(read[name: "cam0-2"]?.id == 11)
        }
    }

    @Test func copiesSectionsWithTheirCameras() throws {
        let size = NetworkSize(Fixture.ring(), cameras: 48 + 3)
        let sections =
            "section,entry_cameras,exit_cameras,length_m,limit_kmh,place\n"
            + "S1,1 2,3 4,1000,120,\"here, there\"\nS2,3 4,5 6,2000,120,\n"
        try Fixture.bytes(sections) { bytes in
            let text = try size.sectionsCSV(file: "sections.csv", bytes: bytes)
            // The copy has cameras 50, 51, 52 (of 1, 2, 3): S1 keeps one lane at its exit, S2 has no exit left.
            #expect(text == sections + "S1-1,50 51,52,1000,120,\"here, there\"\n")
        }
    }

    @Test func copiesTheSectionsOfSeeds() throws {
        let size = NetworkSize(try Fixture.belgium(), cameras: 10_000)
        let file = try FileBytes(path: Fixture.seeds("network/sections.csv"))
        let text = try size.sectionsCSV(file: "sections.csv", bytes: file.bytes)
        let rows = text.split(separator: "\n").count - 1
        #expect(rows > 280 * 6 && rows <= 280 * 7)
        #expect(size.network.links.count > 1500 * 6)
    }
}

struct RoadNetworkTests {
    @Test func refusesWhatItCannotDrive() throws {
        let registry = Fixture.ring().registry
        let header = "from_site,to_site,length_m,limit_kmh,road,zone\n"
        for row in [
            "s0,nowhere,100,50,N,elsewhere", "s0,s1,0,50,N,elsewhere", "s0,s1,100,x,N,elsewhere",
            "s0,s1,100,50,N,moon", "s0,s1,100,50,N",
        ] {
            try Fixture.bytes(header + row + "\n") { bytes in
                do {
                    _ = try RoadNetwork(registry: registry, linksFile: "links.csv", bytes: bytes)
                    Issue.record("'\(row)' was taken")
                } catch {
                    #expect((error as? InputProblems)?.problems.first?.line == 2)
                }
            }
        }
    }
}
