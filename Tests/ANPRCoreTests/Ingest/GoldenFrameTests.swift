import Glibc
import Testing

@testable import ANPRCore

/// seeds/frames: what stands there is what the encoder makes, and what the door makes of it is what stands in the
/// index.
///
/// `ANPRD_WRITE_GOLDEN=1 swift test --filter GoldenFrameTests` writes the files again after a change that is meant.
@Suite(.serialized) struct GoldenFrameTests {
    static let folder = SeedFolder.path("frames")

    static var index: String {
        GoldenFrame.all.reduce(into: "file,outcome,note\n") {
            $0 += "\($1.name).hex,\($1.outcome),\(CSVField.text($1.note))\n"
        }
    }

    private static let golden = GoldenFolder(
        path: folder,
        files: GoldenFrame.all.map { ("\($0.name).hex", $0.text) } + [
            ("index.csv", index),
            ("cameras.csv", "camera,site,lane,x_m,y_m\n7,A,1,0,0\n9,A,2,0,0\n1531,B,1,0,0\n"),
            (
                "keys.csv",
                "# Published, hence worth nothing: for tests only.\ncamera,key_id,key\n"
                    + "7,1,\(GoldenFrame.keyTexts[0])\n7,2,\(GoldenFrame.keyTexts[1])\n"
                    + "1531,1,\(GoldenFrame.keyTexts[2])\n"
            ),
        ], others: ["README.md", "control"])

    @Test(.enabled(if: getenv("ANPRD_WRITE_GOLDEN") != nil, "the files are compared, not written"))
    func writesThemAgain() throws { try Self.golden.write() }

    @Test func theFilesAreWhatTheEncoderMakes() throws { try Self.golden.expectToBeThere() }

    static func rig() throws -> IntakeRig {
        let cameras = try CameraRegistry(path: "\(folder)/cameras.csv")
        return IntakeRig(cameras, keys: try KeyRing(path: "\(folder)/keys.csv", cameras: cameras))
    }

    /// From the files alone, as someone else's decoder would be tested.
    @Test func eachHasItsOutcome() throws {
        let rows = try SeedFileTests.rows("frames/index.csv")
        #expect(rows.count == GoldenFrame.all.count)
        for row in rows {
            let name = row["file"] ?? ""
            let file = try FileBytes(path: "\(Self.folder)/\(name)")
            let frames = try #require(GoldenFrame.frames(of: file.string), "\(name)")
            var rig = try Self.rig()
            for frame in frames.dropLast() { #expect(rig.take(frame, nowNs: GoldenFrame.nowNs) == nil, "\(name)") }
            _ = rig.reads()
            let last = try #require(frames.last, "\(name)")
            let outcome = rig.take(last, nowNs: GoldenFrame.nowNs)?.name ?? "accepted"
            #expect(outcome == row["outcome"], "\(name)")
            #expect(rig.reads().isEmpty == (outcome != "accepted"), "\(name)")
        }
    }

    @Test func everyCauseIsShown() {
        let shown = Set(GoldenFrame.all.compactMap(\.refusal))
        for cause in FrameRefusal.allCases where !cause.isOfLoad {
            #expect(shown.contains(cause), "\(cause.name)")
        }
    }

    @Test(
        arguments: [
            ("diacritics", "MUAB123", []), ("combining", "MUAB123", []), ("full_width", "1AB2", []),
            ("twelve", "1ABC234XYZ89", []),
            ("cut", "", [.unparseable, .textCut]), ("thirteen", "", .unparseable), ("no_text", "", .unparseable),
            ("unparseable", "", .unparseable), ("not_utf8", "", .unparseable), ("inner_zero", "", .unparseable),
            ("read_flags_reserved", "1ABC234", .oddField), ("class_undefined", "1ABC234", .oddField),
            ("confidence_beyond", "1ABC234", .oddField), ("country_undefined", "1ABC234", .oddField),
            ("sent_ahead_just", "1ABC100", .clockSuspect), ("sent_old_just", "1ABC100", .clockSuspect),
            ("captured_extremes", "1ABC234", .clockSuspect), ("one_read", "1ABC234", []),
        ] as [(String, String, ReadFlags)])
    func readsAreFlaggedAsTheNoteSays(name: String, plate: String, flags: ReadFlags) throws {
        var rig = try Self.rig()
        for frame in try #require(GoldenFrame.all.first { $0.name == name }).frames {
            #expect(rig.take(frame, nowNs: GoldenFrame.nowNs) == nil)
        }
        let read = try #require(rig.reads().first)
        #expect(read.plate.description == plate)
        #expect(read.flags.subtracting(.approaching) == flags)
    }
}
