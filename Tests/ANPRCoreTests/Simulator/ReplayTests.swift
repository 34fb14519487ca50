import Glibc
import Testing

@testable import ANPRCore

struct ReplayTests {
    private let cameras = CameraRegistry([
        Camera(id: 1, name: "north", site: "n", lane: 2, xM: 0, yM: 0),
        Camera(id: 2, name: "south", site: "s", lane: 1, xM: 0, yM: 0),
    ])

    /// A file that is there while the body runs.
    private func replaying(_ text: String, _ body: (consuming Replay) throws -> Void) throws {
        var path = Array("/tmp/replay-XXXXXX".utf8CString)
        let fd = mkstemp(&path)
        defer { path.withUnsafeBufferPointer { _ = unlink($0.baseAddress!) } }
        let written = text.utf8CString.withUnsafeBufferPointer { write(fd, $0.baseAddress!, $0.count - 1) }
        close(fd)
        #expect(written == text.utf8.count)
        let name = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        try body(try Replay(path: name, cameras: cameras))
    }

    @Test func replaysInOrderOfArrival() throws {
        let text = """
            # recorded
            camera,plate,country,captured_ns,lane,confidence,arrival_ns
            north,1-ABC-234,BE,100,1,93,500
            south,AB123CD,FR,200,,0.5,300
            north,"X 1",,50,7,,400
            south,PARIS,,60,,,400

            """
        try replaying(text) { replay in
            #expect(replay.lines == 4 && replay.reads == 4 && !replay.isSorted)
            #expect(replay.firstArrivalNs == 300 && replay.lastArrivalNs == 500)
            let all = Fixture.observations(replay)
            #expect(all.map(\.arrivalNs) == [300, 400, 400, 500])
            #expect(all.map { $0.read.text.string } == ["AB123CD", "X 1", "PARIS", "1-ABC-234"])
            #expect(all.map(\.read.capturedNs) == [200, 50, 60, 100])
            #expect(all.map(\.camera) == [2, 1, 2, 1])
            #expect(all.map(\.read.lane) == [1, 7, 1, 1])
            #expect(all.map(\.read.confidence) == [50, 100, 100, 93])
            #expect(all.map { $0.read.country.description } == ["FR", "", "", "BE"])
        }
    }

    @Test func reportsEveryBadLineByNumber() throws {
        let text =
            "camera,plate,country,captured_ns,lane,confidence,arrival_ns\r\n"
            + "north,A1,BE,10,1,90,10\r\n"  // 2, good
            + "east,A2,BE,10,1,90,10\n"  // 3, unknown camera
            + "north,A3,BE,x,1,90,10\n"  // 4, no time
            + "\n# a remark\n"  // 5, 6
            + "north,A4,BE,10,1,90\n"  // 7, a field short
            + "north,A5,BEL,20,300,900,20\n"  // 8, odd but good
            + "north,A6,BE,30,1,90,99999999999999999999\n"  // 9, overflow
            + "north,,BE,40,1,90,40"  // 10, no plate: still a read
        try replaying(text) { replay in
            #expect(replay.problems.problems.map(\.line) == [3, 4, 7, 9])
            #expect(replay.remarks.problems.map(\.line) == [8])
            #expect(replay.lines == 7 && replay.reads == 3 && replay.isSorted)
            let all = Fixture.observations(replay)
            #expect(all.map { $0.read.text.string } == ["A1", "A5", ""])
            #expect(all[1].read.country == .unknown && all[1].read.lane == 2 && all[1].read.confidence == 0)
        }
    }

    @Test func refusesAFileOfOtherColumns() throws {
        #expect(throws: InputProblems.self) { try replaying("camera,plate\n") { _ in } }
        #expect(throws: InputProblems.self) { try replaying("camera,plate,captured_ns,colour\n") { _ in } }
        #expect(throws: InputProblems.self) { try replaying("") { _ in } }
    }

    /// Traffic written as a file and replayed gives the frames that the traffic gave.
    @Test func givesTheSameFramesAsTheTrafficItRecords() throws {
        let network = Fixture.ring()
        let all = try Fixture.observations(network, Fixture.options(readsPerSecond: 50, seconds: 100))
        var text = "camera,plate,country,captured_ns,lane,confidence,arrival_ns\n"
        for o in all.reversed() {
            text +=
                "\(o.camera),\(o.read.text.string),\(o.read.country),\(o.read.capturedNs),"
                + "\(o.read.lane),\(o.read.confidence),\(o.arrivalNs)\n"
        }
        var path = Array("/tmp/replay-XXXXXX".utf8CString)
        let fd = mkstemp(&path)
        defer { path.withUnsafeBufferPointer { _ = unlink($0.baseAddress!) } }
        _ = text.utf8CString.withUnsafeBufferPointer { write(fd, $0.baseAddress!, $0.count - 1) }
        close(fd)
        let name = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let replayed = Fixture.observations(try Replay(path: name, cameras: network.registry))
        #expect(replayed.map(\.read.text) == all.map(\.read.text))
        #expect(replayed.map(\.camera) == all.map(\.camera))
        #expect(replayed.map(\.read.capturedNs) == all.map(\.read.capturedNs))
    }
}
