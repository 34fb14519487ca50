import Foundation
import Testing

@testable import ANPRCore
@testable import CBE
@testable import PluginKit

/// Sealed by us, checked by us and by plain openssl.
@Suite(.enabled(if: ExternalTool.find("openssl") != nil)) struct SealTests {
    private let folder: TemporaryFolder
    private let openssl = ExternalTool.find("openssl")

    init() throws {
        folder = try TemporaryFolder()
        let key = folder.path + "/key.pem"
        try run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key])
        try run(["pkey", "-in", key, "-pubout", "-out", folder.path + "/key.pub"])
    }

    @discardableResult
    private func run(_ arguments: [String]) throws -> CInt {
        try #require(openssl).run(arguments, withinNs: 30 * .second).exitCode
    }

    private func file(_ number: UInt64, _ text: String) throws -> FineFile {
        var file = FineFile(
            number: try #require(StructuredCommunication(number: number)), origin: .entered("\(number)"), pvNumber: "P",
            offence: Offence(
                plate: Samples.plate("1-ABC-234"), country: CaseJudge.resident, excessKmh: 1, isProtectedZone: false,
                foundNs: Samples.noonishNs),
            charge: .prosecutor(.excess), phase: .ready, waitNs: .max, alarmNs: .max)
        file.document = Array(text.utf8)
        file.version = 1
        return file
    }

    private func sealed() throws -> String {
        let manifest = SealManifest(
            batch: 7, closedNs: Samples.noonishNs, files: [try file(1, "one"), try file(2, "two")])
        let tool = SealTool(key: folder.path + "/key.pem", folder: folder.path + "/batches")
        let signature = try tool.seal(Effect(key: "seal-7", destination: "seal", payload: manifest.bytes))
        let path = folder.path + "/batches/batch-7.manifest"
        #expect(try Array(Data(contentsOf: URL(filePath: path + ".sig"))) == signature)
        try folder.write("0000000001-1.json", "one")
        try folder.write("0000000002-1.json", "two")
        return path
    }

    private func check(_ manifest: String) throws -> ManifestCheck.Outcome {
        try ManifestCheck.check(
            manifest, signature: manifest + ".sig", key: folder.path + "/key.pub", documents: folder.path)
    }

    @Test func aSealHoldsAndPlainOpensslSaysSo() throws {
        let manifest = try sealed()
        #expect(try check(manifest) == ManifestCheck.Outcome(isSigned: true, good: 2))
        let arguments = [
            "dgst", "-sha256", "-verify", folder.path + "/key.pub", "-signature", manifest + ".sig", manifest,
        ]
        #expect(try run(arguments) == 0)
        #expect(
            try String(contentsOfFile: manifest, encoding: .utf8).hasPrefix(
                "# anprd cbe batch 7, closed 2026-11-23T08:15:30Z, 2 documents\n"
                    + "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  0000000001-1.json\n"))
    }

    @Test func aBreakIsShown() throws {
        let manifest = try sealed()
        try folder.write("0000000001-1.json", "One")
        try FileManager.default.removeItem(atPath: folder.path + "/0000000002-1.json")
        let outcome = try check(manifest)
        #expect(outcome.isSigned && outcome.changed == ["0000000001-1.json"])
        #expect(outcome.missing == ["0000000002-1.json"] && !outcome.isWhole)
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        try text.replacing("batch 7", with: "batch 8").write(toFile: manifest, atomically: true, encoding: .utf8)
        #expect(try !check(manifest).isSigned)
    }

    @Test func aPrivateKeyIsNoPublicOne() throws {
        let manifest = try sealed()
        let refusal = #expect(throws: Refusal.self) {
            try ManifestCheck.check(
                manifest, signature: manifest + ".sig", key: folder.path + "/key.pem", documents: nil)
        }
        #expect(refusal?.code == "no_key" && refusal?.message.contains("is no public key") == true)
    }

    @Test func withoutAKeyNothingIsSealedAndItIsTriedAgain() throws {
        let tool = SealTool(key: folder.path + "/none.pem", folder: folder.path)
        #expect { try tool.seal(Effect(key: "seal-1", destination: "seal", payload: [])) } throws: { error in
            if case .temporary = error as? DeliveryProblem { true } else { false }
        }
    }
}
