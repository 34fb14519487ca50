import Glibc
import Testing

@testable import ANPRCore

/// seeds/frames/control: what stands there is what the encoder makes, and what each side makes of it is what stands in
/// the index.
///
/// `ANPRD_WRITE_GOLDEN=1 swift test --filter GoldenControlFrameTests` writes the files again after a change that is
/// meant.
@Suite(.serialized) struct GoldenControlFrameTests {
    private static let folder = SeedFolder.path("frames/control")

    private static var index: String {
        GoldenControlFrame.all.reduce(into: "file,taker,outcome,note\n") {
            $0 += "\($1.name).hex,\($1.taker.rawValue),\($1.outcome),\(CSVField.text($1.note))\n"
        }
    }

    private static let golden = GoldenFolder(
        path: folder,
        files: GoldenControlFrame.all.map { ("\($0.name).hex", $0.text) } + [("index.csv", index)])

    @Test(.enabled(if: getenv("ANPRD_WRITE_GOLDEN") != nil, "the files are compared, not written"))
    func writesThemAgain() throws { try Self.golden.write() }

    @Test func theFilesAreWhatTheEncoderMakes() throws { try Self.golden.expectToBeThere() }

    /// From the files alone, as someone else's camera would be tested.
    @Test func eachHasItsOutcome() throws {
        let rows = try SeedFileTests.rows("frames/control/index.csv")
        #expect(rows.count == GoldenControlFrame.all.count)
        for row in rows {
            let name = row["file"] ?? ""
            let file = try FileBytes(path: "\(Self.folder)/\(name)")
            let frames = try #require(GoldenFrame.frames(of: file.string), "\(name)")
            let outcomes = row["taker"] == "camera" ? Self.taken(frames) : frames.map(Self.opened)
            let expected = frames.dropLast().map { _ in "accepted" } + [row["outcome"] ?? ""]
            #expect(outcomes == expected, "\(name)")
        }
    }

    /// What camera 7 makes of them.
    private static func taken(_ frames: [[UInt8]]) -> [String] {
        var options = CameraStore.Options()
        options.epoch = GoldenControlFrame.epoch
        var store = CameraStore(
            camera: 7, key: CameraBank.Key(id: 1, key: GoldenFrame.keys[0]), options: options, seed: 1)
        for _ in 0..<GoldenControlFrame.reads { _ = store.append(GoldenFrame.read("1-ABC-234"), nowNs: 1) }
        var outcomes: [String] = []
        for frame in frames {
            let refusal = frame.withUnsafeBytes { store.take($0, nowNs: 1) }
            outcomes.append(refusal?.name ?? "accepted")
        }
        return outcomes
    }

    /// What a daemon makes of one before it asks anything but the shape and the tag.
    private static func opened(_ frame: [UInt8]) -> String {
        switch ControlSample.header(of: frame, taking: .heartbeat) {
        case .failure(let cause): cause.name
        case .success(let header):
            ControlSample.isSealed(frame, by: GoldenFrame.keys[Int(header.keyID) - 1])
                ? "accepted" : FrameRefusal.badTag.name
        }
    }
}
